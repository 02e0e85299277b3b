"""The rules of an election as fields and rows, as JSON for who prefers it, and what happens when two people write."""

import json
import re
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.models import Election, EligibilityRules
from campaigns.selectors.elections import rules_in_force
from campaigns.viewsets.rules_table import RulesTable, fits_table
from core.models import AuditEntry
from tests.factories.elections import make_election
from tests.factories.staff import World, browse

FILES = {path.stem: read_election(path) for path in shipped_elections().values()}


@pytest.fixture
def election(territories: None) -> Election:
    return make_election()


@pytest.fixture
def row(election: Election) -> EligibilityRules:
    return election.rules.get()


def fields_of(page: str) -> dict[str, Any]:
    """Return what a browser would send from the editor's form, buttons left out."""
    form = BeautifulSoup(page, "html.parser").find("input", attrs={"name": "written_as"}).find_parent("form")
    sent: dict[str, Any] = {}
    for field in form.find_all(["input", "select", "textarea"]):
        name, kind = field.get("name"), field.get("type")
        if not name or field.has_attr("disabled") or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
            continue
        if field.name == "textarea":
            value = field.text.removeprefix("\n")
        elif field.name == "select":
            chosen = field.find("option", selected=True)
            value = chosen.get("value", "") if chosen else ""
        else:
            value = field.get("value", "on" if kind == "checkbox" else "")
        sent.setdefault(name, []).append(value)
    return sent


def open_editor(client: Client, row: EligibilityRules) -> dict[str, Any]:
    return fields_of(client.get(reverse("staff_election_rules:edit", args=[row.pk])).content.decode())


def send(client: Client, row: EligibilityRules, fields: dict[str, Any], **more: Any) -> Any:
    return client.post(reverse("staff_election_rules:edit", args=[row.pk]), fields | more)


@pytest.mark.parametrize("key", FILES)
def test_fields_give_back_the_rules_they_were_filled_from(key: str) -> None:
    raw = FILES[key].raw_rules
    assert fits_table(raw)
    unbound = RulesTable(raw=raw)
    sent: dict[str, Any] = {}
    for rows in unbound.rows.values():
        sent |= {
            f"{rows.prefix}-{name}": rows.management_form[name].value() for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
    for form in (unbound.main, *(form for rows in unbound.rows.values() for form in rows)):
        sent |= {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    bound_table = RulesTable(sent=_as_post(sent))
    assert bound_table.is_valid(), (bound_table.main.errors, [rows.errors for rows in bound_table.rows.values()])
    assert bound_table.raw() == raw


def _as_post(sent: dict[str, Any]) -> Any:
    found = QueryDict(mutable=True)
    for name, value in sent.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def test_saving_the_editor_untouched_saves_nothing(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    assert send(client, row, open_editor(client, row)).status_code == 302
    assert row.election.rules.count() == 1


def test_field_and_row_changed_make_a_version(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    fields = open_editor(client, row)
    more = {"main-minimum_age": "16", "closed-1-first": "2030-01-01", "closed-1-last": "2030-02-01"}
    assert send(client, row, fields, reason="New act", **more).status_code == 302
    rules = rules_in_force(row.election).rules
    assert rules.minimum_age == 16
    assert len(rules.closed) == 2
    saved = row.election.rules.get(version=2)
    assert saved.rules["groups"] == row.rules["groups"]
    assert saved.reason == "New act"


def test_row_is_taken_out_and_groups_change_places(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    fields = open_editor(client, row)
    more = {"groups-0-position": "2", "groups-1-position": "1", "closed-0-DELETE": "on"}
    assert send(client, row, fields, **more).status_code == 302
    saved = row.election.rules.get(version=2).rules
    assert [group["name"] for group in saved["groups"]] == ["eu", "nationals", "non_eu"]
    assert saved["application"]["closed"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"main-last_day": "2040-01-01"}, "comes after the election"),
        ({"main-last_day": ""}, "This field is required"),
        ({"main-age_source": "nowhere"}, "there is no source “nowhere”"),
        ({"groups-0-countries": "BELGIUM"}, "is not a country&#x27;s two letters"),
        ({"groups-0-countries": ""}, "Name at least one country"),
        ({"groups-2-DELETE": "on"}, "the last group must be for anyone"),
        ({"sources-0-url": "http://law.example"}, "an address begins with https"),
        ({"closed-0-last": "1999-01-01"}, "it ends before it begins"),
    ],
)
def test_mistake_is_said_and_nothing_is_saved(
    ours: World, row: EligibilityRules, more: dict[str, str], said: str
) -> None:
    client = browse(ours.coordinator)
    answer = send(client, row, open_editor(client, row), **more)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    for name, value in more.items():
        if "DELETE" not in name and value:
            assert fields_of(answer.content.decode())[name] == [value]
    assert row.election.rules.count() == 1


def test_second_source_of_the_same_name_is_refused_beside_its_name(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    fields = open_editor(client, row)
    first = {name.removeprefix("sources-0-"): told for name, told in fields.items() if name.startswith("sources-0-")}
    last = int(fields["sources-TOTAL_FORMS"][0]) - 1
    second = {f"sources-{last}-{name}": told for name, told in first.items()}
    body = send(client, row, fields, **second | {f"sources-{last}-url": "https://law.example"}).content.decode()
    errors = BeautifulSoup(body, "html.parser").find(id=f"id_sources-{last}-name_error")
    assert errors is not None
    assert "Another source has this name already." in errors.text
    assert row.election.rules.count() == 1
    instead = second | {"sources-0-DELETE": "on", "reason": "x"}
    assert send(client, row, fields, **instead).status_code == 302


def test_trying_a_draft_with_a_mistake_says_so_and_saves_nothing(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    answer = send(client, row, open_editor(client, row), **{"try": "1", "groups-2-DELETE": "on"}).content.decode()
    assert "the last group must be for anyone" in answer
    tried = send(client, row, open_editor(client, row), **{"try": "1", "main-minimum_age": "70"}).content.decode()
    assert 'data-passes="no"' in tried
    assert fields_of(tried)["main-minimum_age"] == ["70"]
    assert row.election.rules.count() == 1


def test_another_row_is_added_without_saving_or_losing(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    before = open_editor(client, row)
    answer = send(client, row, before, **{"more": "groups", "main-minimum_age": "21"}).content.decode()
    after = fields_of(answer)
    assert int(after["groups-TOTAL_FORMS"][0]) == int(before["groups-TOTAL_FORMS"][0]) + 1
    assert after["main-minimum_age"] == ["21"]
    assert row.election.rules.count() == 1


def test_draft_goes_from_fields_to_json_and_back(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    fields = open_editor(client, row)
    as_json = fields_of(send(client, row, fields, **{"show": "json", "main-minimum_age": "21"}).content.decode())
    assert as_json["written_as"] == ["json"]
    raw = json.loads(as_json["rules"][0])
    assert raw["minimum_age"]["years"] == 21
    raw["minimum_age"]["years"] = 22
    back = fields_of(send(client, row, as_json, show="fields", rules=json.dumps(raw)).content.decode())
    assert back["written_as"] == ["fields"]
    assert back["main-minimum_age"] == ["22"]
    stuck = fields_of(send(client, row, as_json, show="fields", rules="{").content.decode())
    assert (stuck["written_as"], stuck["rules"]) == (["json"], ["{"])
    assert row.election.rules.count() == 1


def test_rules_with_a_language_that_has_no_field_are_shown_as_json(ours: World, row: EligibilityRules) -> None:
    row.rules["sources"]["eu"]["text"]["de"] = "Richtlinie"
    row.save()
    fields = open_editor(browse(ours.coordinator), row)
    assert fields["written_as"] == ["json"]
    assert "Richtlinie" in fields["rules"][0]


def test_second_writer_is_told_what_changed_and_loses_nothing(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    first, second = open_editor(client, row), open_editor(client, row)
    assert send(client, row, first, **{"main-minimum_age": "16", "reason": "New act"}).status_code == 302
    answer = send(client, row, second, **{"main-register_by": "2031-07-15", "reason": "x"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-overtaken="2"' in body
    assert "Everything you wrote is still below." in body
    assert re.search(r"Minimum age:</strong>\s*<del[^>]*>18</del>.*?<ins[^>]*>16</ins>", body, re.S)
    assert row.election.rules.count() == 2
    again = fields_of(body)
    assert again["main-register_by"] == ["2031-07-15"]
    assert again["based_on"] == ["2"]
    assert send(client, row, again).status_code == 302
    newest = row.election.rules.get(version=3).rules
    assert (newest["register"]["by"], newest["minimum_age"]["years"]) == ("2031-07-15", 18)


def test_the_same_press_twice_makes_one_version(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    fields = open_editor(client, row) | {"main-minimum_age": "16", "reason": "New act"}
    assert [send(client, row, fields).status_code for _twice in range(2)] == [302, 302]
    assert row.election.rules.count() == 2


def test_history_says_by_whom_when_why_and_what(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    send(client, row, open_editor(client, row), **{"main-minimum_age": "16", "reason": "New act"})
    body = client.get(reverse("staff_election_rules:history", args=[row.pk])).content.decode()
    newest = body[body.index('data-version="2"') : body.index('data-version="1"')]
    assert "New act" in newest
    assert str(ours.coordinator) in newest
    assert "in force" in newest
    assert "Minimum age" in newest
    assert "The first version." in body


def test_history_costs_the_same_with_one_and_with_three_versions(ours: World, row: EligibilityRules) -> None:
    client, address = browse(ours.coordinator), reverse("staff_election_rules:history", args=[row.pk])
    client.get(address)
    costs = []
    for age in ("17", "16"):
        send(client, row, open_editor(client, row.election.rules.first()), **{"main-minimum_age": age, "reason": "x"})
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert row.election.rules.count() == 3
    assert costs[0] == costs[1]


def test_old_version_is_readable_and_comes_back_as_a_new_one(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    send(client, row, open_editor(client, row), **{"main-minimum_age": "16", "reason": "New act"})
    address = reverse("staff_election_rules:version", args=[row.pk])
    body = client.get(address).content.decode()
    assert "What would change against version 2" in body
    assert client.post(address, {"based_on": "1"}).status_code == 422
    assert rules_in_force(row.election).version == 2
    assert client.post(address, {"based_on": "2", "reason": "Read too early"}).status_code == 302
    restored = row.election.rules.get(version=3)
    assert (restored.rules, restored.reason) == (row.rules, "Read too early")
    assert client.post(address, {"based_on": "2"}).status_code == 302  # pressed twice: nothing more
    assert row.election.rules.count() == 3
    assert AuditEntry.objects.filter(action="campaigns.eligibility_rules.saved").count() == 2


def test_restoring_against_an_example_needs_a_reason(ours: World, row: EligibilityRules) -> None:
    strict = EligibilityRules.objects.create(
        election=row.election,
        version=2,
        rules=row.rules | {"minimum_age": {"years": 70, "source": "common"}},
        source_text="x",
        source_url="https://law.example",
        checked_date=row.checked_date,
    )
    EligibilityRules.objects.create(
        election=row.election,
        version=3,
        rules=row.rules,
        source_text="x",
        source_url="https://law.example",
        checked_date=row.checked_date,
    )
    client, address = browse(ours.coordinator), reverse("staff_election_rules:version", args=[strict.pk])
    assert "French, the last day" in client.get(address).content.decode()
    answer = client.post(address, {"based_on": "3"})
    assert answer.status_code == 422
    assert "Write why that is right" in answer.content.decode()
    assert client.post(address, {"based_on": "3", "reason": "It is so"}).status_code == 302


def test_version_that_does_not_fit_a_moved_election_is_shown_and_cannot_come_back(
    ours: World, row: EligibilityRules
) -> None:
    client = browse(ours.coordinator)
    send(client, row, open_editor(client, row), **{"main-minimum_age": "16", "reason": "New act"})
    Election.objects.update(election_date=date(2031, 1, 1))  # before the last day to apply
    address = reverse("staff_election_rules:version", args=[row.pk])
    answer = client.get(address)
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "does not fit the election as it is now" in body
    assert "comes after the election" in body
    assert "Minimum age" in body
    assert "Restore this version" not in body
    assert client.post(address, {"based_on": "2", "reason": "x"}).status_code == 422
    assert row.election.rules.count() == 2
    editor = client.get(reverse("staff_election_rules:edit", args=[row.pk]))
    assert editor.status_code == 200
    assert "comes after the election" in editor.content.decode()


def test_old_version_in_the_editor_says_that_it_is_old(ours: World, row: EligibilityRules) -> None:
    client = browse(ours.coordinator)
    send(client, row, open_editor(client, row), **{"main-minimum_age": "16", "reason": "New act"})
    body = client.get(reverse("staff_election_rules:edit", args=[row.pk])).content.decode()
    assert "You are looking at an older version: version 2 is in force." in body


def test_history_is_for_readers_and_restoring_for_keepers(ours: World, row: EligibilityRules) -> None:
    addresses = [reverse(f"staff_election_rules:{name}", args=[row.pk]) for name in ("history", "version")]
    analyst, nobody = browse(ours.analyst), Client()
    for address in addresses:
        assert analyst.get(address).status_code == 200
        assert nobody.get(address).status_code == 302
        assert browse(ours.coordinator).get(address.replace(str(row.pk), "999999")).status_code == 404
    assert "Restore this version" not in analyst.get(addresses[1]).content.decode()
    assert analyst.post(addresses[1], {"based_on": "1"}).status_code == 403
