import copy
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.initiative_register import RegisterError, read_entry
from campaigns.initiative_rules import Count
from tests.factories.initiatives import register_answer


def read(answer):
    return read_entry(json.dumps(answer).encode())


def test_read_entry_keeps_what_a_campaign_needs():
    entry = read(register_answer())
    assert entry.registration_number == "ECI(2024)000007"
    assert (entry.status, entry.updated_at) == ("ONGOING", datetime(2025, 3, 1, 10, 0))  # noqa: DTZ001
    assert (entry.registered, entry.collection_start, entry.deadline, entry.early_closure) == (
        date(2024, 6, 19),
        date(2024, 7, 31),
        date(2025, 7, 31),
        None,
    )
    assert entry.original.title == "Stop Destroying Videogames"
    assert entry.reading is not None
    assert entry.reading.as_of == date(2025, 3, 1)
    assert not entry.reading.is_certified
    assert entry.reading.counts == (Count("DE", 100), Count("FR", 7, is_late=True), Count("GR", 50))
    assert entry.reading.total == 150


def test_read_entry_keeps_no_address_and_no_private_person():
    entry = read(register_answer())
    assert [organiser["name"] for organiser in entry.organisers] == ["Ada Example"]
    assert [sponsor["name"] for sponsor in entry.sponsors] == ["Players' Association"]
    assert entry.funding_total == Decimal("24000.00")
    assert "@" not in repr(entry)
    assert "Secret" not in repr(entry)


def test_read_entry_submission_replaces_the_report():
    answer = register_answer()
    answer["submission"] = {
        "totalSignatures": 9,
        "updateDate": "01/02/2026",
        "entry": [{"countryCodeType": "EL", "total": 9}],
    }
    reading = read(answer).reading
    assert reading is not None
    assert (reading.is_certified, reading.total, reading.as_of) == (True, 9, date(2026, 2, 1))
    assert reading.counts == (Count("GR", 9),)


@pytest.mark.parametrize("absent", ["sosReport", "members", "progress", "earlyClosureDate", "funding", "deadline"])
def test_read_entry_optional_members_may_be_absent(absent):
    answer = register_answer()
    del answer[absent]
    assert read(answer).registration_number == "ECI(2024)000007"


def test_read_entry_funding_and_deadline_may_be_empty():
    entry = read(register_answer() | {"funding": {}, "deadline": ""})
    assert (entry.funding_total, entry.sponsors, entry.deadline) == (None, (), None)


def change(answer, path, value):
    changed = copy.deepcopy(answer)
    node = changed
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["comRegNum"], "ECI 7", "comRegNum"),
        (["comRegNum"], None, "comRegNum"),
        (["comRegNum"], 7, "comRegNum"),
        (["status"], "", "status"),
        (["status"], "<b>", "status"),
        (["latestUpdateDate"], "yesterday", "latestUpdateDate"),
        (["registrationDate"], "2024-06-19", "registrationDate"),
        (["registrationDate"], "31/02/2024", "registrationDate"),
        (["registrationDate"], "01/01/2010", "registrationDate"),
        (["registrationDate"], "", "registrationDate"),
        (["deadline"], 20250731, "deadline"),
        (["linguisticVersions"], [], "linguisticVersions"),
        (["linguisticVersions"], {}, "linguisticVersions"),
        (["linguisticVersions", 0, "title"], None, "linguisticVersions[0].title"),
        (["linguisticVersions", 0, "supportLink"], "javascript:alert(1)", "linguisticVersions[0].supportLink"),
        (["linguisticVersions", 1], "FR", "linguisticVersions[1]"),
        (["members", 0, "privacyApplied"], "no", "members[0].privacyApplied"),
        (["funding", "totalAmount"], "12", "funding.totalAmount"),
        (["funding", "totalAmount"], -1, "funding.totalAmount"),
        (["funding", "sponsors", 0, "date"], "?", "funding.sponsors[0].date"),
        (["sosReport", "totalSignatures"], 149, "sosReport.totalSignatures"),
        (["sosReport", "totalSignatures"], 157, "sosReport.totalSignatures"),
        (["sosReport", "totalSignatures"], "150", "sosReport.totalSignatures"),
        (["sosReport", "entry", 0, "total"], -1, "sosReport.entry[0].total"),
        (["sosReport", "entry", 0, "total"], 1.5, "sosReport.entry[0].total"),
        (["sosReport", "entry", 0, "total"], True, "sosReport.entry[0].total"),
        (["sosReport", "entry", 0, "countryCodeType"], "CH", "sosReport.entry[0].countryCodeType"),
        (["sosReport", "entry", 0, "countryCodeType"], "UK", "sosReport.entry[0].countryCodeType"),
        (["sosReport", "entry", 1, "countryCodeType"], "GR", "sosReport.entry[1].countryCodeType"),
        (["sosReport", "entry", 0, "afterSubmission"], 1, "sosReport.entry[0].afterSubmission"),
        (["sosReport", "entry"], None, "sosReport.totalSignatures"),
        (["sosReport"], [1], "sosReport"),
    ],
)
def test_read_entry_malformed_is_refused_naming_the_place(path, value, place):
    with pytest.raises(RegisterError) as refused:
        read(change(register_answer(), path, value))
    assert refused.value.path == place


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"a": NaN}',
        b"\xff\xfe{}",
        b'{"status": "A", "status": "B"}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_read_entry_what_is_not_an_entry_is_refused(content):
    with pytest.raises(RegisterError):
        read_entry(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(key=st.sampled_from(sorted(register_answer())), value=JSON)
def test_read_entry_any_value_anywhere_ends_in_an_entry_or_a_reason(key, value):
    try:
        outcome = read(register_answer() | {key: value}).registration_number
    except RegisterError as error:
        outcome = error.message
    assert outcome
