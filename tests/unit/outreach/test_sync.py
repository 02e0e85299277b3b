"""Taking records from phones: each once, refused by itself, the same in any order."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from core.encryption import is_encrypted
from core.models import AuditEntry
from core.ttl_cache import clear_ttl_caches
from outreach.actions.sync import MOST_RECORDS, TooMany
from outreach.enums import MatchStatus
from outreach.models import Area, ContactIdentity, OutreachContact
from outreach.record_parts import UnreadableClock
from outreach.selectors.efforts import NotAMobiliser
from tests.factories.outreach import (
    MONDAY,
    Stall,
    client_id,
    contact,
    everything,
    make_effort,
    make_script,
    make_volunteer,
    moment,
)
from tests.factories.staff import World, make_user
from volunteers.enums import AcceptedThrough, AgreementKind, Stage
from volunteers.models import AgreementAcceptance, AgreementText, Certificate, Curriculum, Shift, ShiftAssignment, Team

pytestmark = pytest.mark.django_db


def reasons(stall: Stall, *records: Any, **changes: Any) -> list[str]:
    return [answer.reason or answer.status for answer in stall.send(*records, **changes)]


def test_contact_is_stored_with_who_where_and_when(stall: Stall, territories: None) -> None:
    area = Area.objects.create(effort=stall.effort, name="North")
    stall.effort.script = make_script(stall.world, 1, 2)
    stall.effort.save()
    record = stall.record(
        1, language="ar", commune="NIS 21009", area=area.pk, barriers=["no_time", "no_time"], script=2,
        answers={"heard": "yes", "why": " because "},
    )  # fmt: skip
    assert reasons(stall, record) == ["accepted"]
    row = contact(1)
    assert (row.mobiliser, row.organisation, row.effort) == (stall.cleo, stall.world.partner, stall.effort)
    assert (row.outcome, row.language, row.barriers, row.area) == ("informed", "ar", ["no_time"], area)
    assert (row.territory.code, row.script_version.number) == ("NIS 21009", 2)
    assert row.answers == {"heard": "yes", "why": "because"}
    assert row.occurred_at == row.device_at == MONDAY - timedelta(hours=1)
    assert row.is_current
    stall.volunteer.refresh_from_db()
    assert stall.volunteer.last_touch_at == MONDAY
    assert AuditEntry.objects.get(action="outreach.records.received").details == {"count": 1}


def test_answers_stand_encrypted_in_the_database_and_none_as_nothing(stall: Stall) -> None:
    stall.effort.script = make_script(stall.world, 1, 2)
    stall.effort.save()
    stall.send(stall.record(1, script=2, answers={"heard": "yes", "why": "I vote green"}), stall.record(2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM outreach_outreachcontact ORDER BY client_id")
        kept = [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE outreach_outreachcontact SET answers = '{\"why\": \"of before\"}' WHERE answers = ''")
    assert is_encrypted(kept[0])
    assert kept[1] == ""
    assert contact(1).answers == {"heard": "yes", "why": "I vote green"}
    assert contact(2).answers == {"why": "of before"}


def test_second_sending_is_a_duplicate_and_changes_nothing(stall: Stall) -> None:
    assert reasons(stall, stall.record(1)) == ["accepted"]
    assert reasons(stall, stall.record(1, outcome="refused"), stall.record(2)) == ["duplicate", "accepted"]
    assert contact(1).outcome == "informed"


def test_resending_after_an_answer_was_lost_gives_duplicates_only(stall: Stall) -> None:
    batch = [stall.record(number) for number in range(50)]
    stall.send(*batch)
    assert set(reasons(stall, *batch, at=MONDAY + timedelta(minutes=5))) == {"duplicate"}
    assert OutreachContact.objects.count() == 50


def test_known_record_is_a_duplicate_even_when_it_would_be_refused_now(stall: Stall) -> None:
    stall.send(stall.record(1))
    stall.effort.is_open = False
    stall.effort.save()
    assert reasons(stall, stall.record(1), stall.record(2)) == ["duplicate", "effort_closed"]


def test_same_id_twice_in_a_batch_is_stored_once(stall: Stall) -> None:
    assert reasons(stall, stall.record(1), stall.record(1)) == ["accepted", "duplicate"]
    assert OutreachContact.objects.count() == 1


def test_another_persons_id_is_not_yours_and_nothing_more(stall: Stall) -> None:
    other = make_user("Dora", Role.MOBILISER, stall.world.partner)
    make_volunteer(stall.world, other)
    stall.send(stall.record(1))
    before = everything()
    assert reasons(stall, stall.record(1, outcome="refused"), user=other) == ["not_yours"]
    assert everything() == before


def test_correction_of_another_persons_record_touches_only_the_own_chain(stall: Stall) -> None:
    other = make_user("Dora", Role.MOBILISER, stall.world.partner)
    make_volunteer(stall.world, other)
    stall.send(stall.record(1, person=stall.person()))
    assert reasons(stall, stall.word(2, 1, 5, "undo"), user=other) == ["accepted"]
    assert contact(1).is_current
    assert list(OutreachContact.objects.counting()) == [contact(1)]


def test_latest_word_counts_and_undo_takes_the_chain_out(stall: Stall) -> None:
    stall.send(stall.record(1), stall.word(2, 1, 5, outcome="refused"))
    assert list(OutreachContact.objects.counting()) == [contact(2)]
    stall.send(stall.word(3, 1, 9, "undo", outcome=None))
    assert list(OutreachContact.objects.counting()) == []
    stall.send(stall.word(4, 1, 7, outcome="pledged"))  # said before the undo, arrives after it
    assert list(OutreachContact.objects.counting()) == []


def test_correction_counts_when_the_conversation_was(stall: Stall) -> None:
    stall.send(stall.word(2, 1, 24 * 60, outcome="refused"), at=MONDAY + timedelta(days=1))
    assert contact(2).occurred_at == MONDAY + timedelta(hours=23)
    stall.send(stall.record(1), at=MONDAY + timedelta(days=1))
    assert contact(2).occurred_at == contact(1).occurred_at == MONDAY - timedelta(hours=1)


def test_equal_times_are_decided_by_the_id(stall: Stall) -> None:
    stall.send(stall.word(3, 1, 0, outcome="refused"), stall.record(1), stall.word(2, 1, 0, outcome="pledged"))
    assert [row.outcome for row in OutreachContact.objects.counting()] == ["refused"]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"id": "7"}, "unreadable", "id"),
        ({"id": 7}, "unreadable", "id"),
        ({"session": None}, "unreadable", "session"),
        ({"type": "contactt"}, "unreadable", "type"),
        ({"type": []}, "unreadable", "type"),
        ({"root": client_id(9)}, "root_mismatch", "root"),
        ({"type": "undo"}, "root_mismatch", "root"),
        ({"at": "yesterday"}, "unreadable", "at"),
        ({"at": "2026-03-02T09:00:00"}, "unreadable", "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "unreadable", "at"),
        ({"at": "9999-12-31T23:59:59+00:00"}, "too_old", "at"),
        ({"at": moment(MONDAY - timedelta(days=401))}, "too_old", "at"),
        ({"at": moment(MONDAY + timedelta(days=3))}, "too_old", "at"),
        ({"effort": 10**30}, "unknown_effort", "effort"),
        ({"effort": True}, "unreadable", "effort"),
        ({"effort": 1.0}, "unreadable", "effort"),
        ({"outcome": None}, "unreadable", "outcome"),
        ({"outcome": "won"}, "unknown_outcome", "outcome"),
        ({"language": "klingon!"}, "unknown_language", "language"),
        ({"commune": "NIS 99999"}, "unknown_commune", "commune"),
        ({"barriers": ["laziness"]}, "unknown_barrier", "barriers"),
        ({"barriers": [["no_time"]]}, "unreadable", "barriers"),
        ({"area": "x"}, "unreadable", "area"),
        ({"script": 1}, "unknown_script", "script"),
        ({"answers": {"heard": "yes"}}, "unknown_script", "script"),
        ({"person": "Nora"}, "unreadable", "person"),
    ],
)  # fmt: skip
def test_record_that_cannot_be_stored_says_why(stall: Stall, changes: Any, reason: str, field: str) -> None:
    (answer,) = stall.send(stall.record(1, **changes))
    assert (answer.status, answer.reason, answer.field) == ("needs_attention", reason, field)
    assert not OutreachContact.objects.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"phone": "12"}, "phone_unreadable"),
        ({"phone": "", "email": "nora"}, "email_unreadable"),
        ({"phone": "", "consents": []}, "contact_missing"),
        ({"consents": []}, "consent_missing"),
        ({"name": "\ud800"}, "unreadable"),
        ({"name": "a\x00b"}, "unreadable"),
        ({"name": "x" * 151}, "text_too_long"),
        ({"consents": [{"text": 10**25, "granted": True}]}, "consent_unknown"),
        ({"consents": [{"text": 1, "granted": "yes"}]}, "unreadable"),
    ],
)
def test_person_that_cannot_be_kept_says_why_and_nothing_is_stored(stall: Stall, changes: Any, reason: str) -> None:
    assert reasons(stall, stall.record(1, person={**stall.person(), **changes})) == [reason]
    assert not OutreachContact.objects.exists()
    assert reasons(stall, stall.record(1, person=stall.person())) == ["accepted"]  # mended under the same id


def test_consent_for_a_channel_without_an_address_is_none(stall: Stall) -> None:
    person = stall.person(email="nora@example.org", phone="")
    person["consents"] = [{"text": stall.sms_text.pk, "granted": True, "given": "shown"}]
    assert reasons(stall, stall.record(1, person=person)) == ["consent_missing"]


def test_person_waits_as_told_until_matched(stall: Stall) -> None:
    stall.send(stall.record(1, person=stall.person()), stall.record(2))
    identity = ContactIdentity.objects.get()
    assert (identity.contact, identity.status) == (contact(1), MatchStatus.PENDING)
    assert (identity.full_name, identity.phone, identity.language) == ("Nora Smit", "0470 12 34 56", "en")
    assert identity.consents == [{"text": stall.sms_text.pk, "granted": True, "given": "read_aloud"}]


def test_person_is_refused_where_nobody_asks_one(stall: Stall) -> None:
    stall.effort.asks_identity = False
    stall.effort.save()
    assert reasons(stall, stall.record(1, person=stall.person()), stall.record(2)) == ["person_not_asked", "accepted"]


def test_wordings_of_another_organisation_are_unknown(stall: Stall, theirs: World) -> None:
    person = stall.person()
    person["consents"][0]["text"] = theirs.wording().pk
    assert reasons(stall, stall.record(1, person=person)) == ["consent_unknown"]


def test_effort_is_closed_outside_its_days_by_the_campaigns_calendar(stall: Stall) -> None:
    stall.effort.starts_date = stall.effort.ends_date = date(2026, 3, 2)
    stall.effort.save()
    last, first = "2026-03-02T22:59:59+00:00", "2026-03-01T23:00:00+00:00"
    records = [
        stall.record(1, at=last),
        stall.record(2, at=first),
        stall.record(3, at="2026-03-02T23:00:00+00:00"),
        stall.record(4, at="2026-03-01T22:59:59+00:00"),
        {**stall.word(5, 1, 0), "at": "2026-03-05T12:00:00+00:00"},
        {**stall.word(6, 1, 0, "undo"), "at": "2026-03-30T12:00:00+00:00"},
    ]
    at = MONDAY + timedelta(days=30)
    assert reasons(stall, *records, at=at) == [
        "accepted", "accepted", "effort_closed", "effort_closed", "accepted", "accepted",
    ]  # fmt: skip


def test_efforts_of_others_are_unknown(stall: Stall, theirs: World) -> None:
    team = Team.objects.create(campaign=stall.world.campaign, organisation=stall.world.lead, name="North")
    named = make_effort(stall.world, title="For the team")
    named.teams.add(team)
    elsewhere = make_effort(theirs)
    partners = make_effort(stall.world, organisation=theirs.partner)
    records = [stall.record(effort=effort.pk) for effort in (named, elsewhere, partners)]
    assert reasons(stall, *records) == ["unknown_effort"] * 3
    stall.volunteer.team = team
    stall.volunteer.save()
    assert reasons(stall, records[0]) == ["accepted"]


def test_certificate_is_asked_for_the_day_of_the_conversation(stall: Stall) -> None:
    curriculum = Curriculum.objects.create(
        campaign=stall.world.campaign, organisation=stall.world.lead, key="x", title="x"
    )
    stall.effort.required_curriculum = curriculum
    stall.effort.save()
    assert reasons(stall, stall.record(1)) == ["certificate_missing"]
    held = Certificate.objects.create(
        code="a", curriculum=curriculum, volunteer=stall.volunteer, issued_date=date(2026, 2, 1),
        valid_until=date(2026, 3, 1),
    )  # fmt: skip
    yesterday = stall.record(2, at=moment(MONDAY - timedelta(days=1)))
    assert reasons(stall, stall.record(1), yesterday) == ["certificate_missing", "accepted"]
    assert reasons(stall, stall.word(3, 2, 0, "undo")) == ["accepted"]
    held.revoked_at = MONDAY
    held.save()
    assert reasons(stall, stall.record(4, at=moment(MONDAY - timedelta(days=1)))) == ["certificate_missing"]


def test_agreement_is_asked_where_a_person_is_given(stall: Stall) -> None:
    text = AgreementText.objects.create(
        organisation=stall.world.lead, kind=AgreementKind.DATA, language="en", version=1, body="Handle with care."
    )
    records = stall.record(1, person=stall.person()), stall.record(2)
    assert reasons(stall, *records) == ["agreement_missing", "accepted"]
    AgreementAcceptance.objects.create(volunteer=stall.volunteer, text=text, through=AcceptedThrough.FORM, at=MONDAY)
    assert reasons(stall, *records) == ["accepted", "duplicate"]


def test_own_shift_is_kept_and_anothers_left_out(stall: Stall) -> None:
    hours = {"starts_at": MONDAY, "ends_at": MONDAY + timedelta(hours=2), "organisation": stall.world.lead}
    mine, other = (Shift.objects.create(campaign=stall.world.campaign, title=name, **hours) for name in "ab")
    ShiftAssignment.objects.create(shift=mine, volunteer=stall.volunteer, decided_at=MONDAY)
    stall.send(stall.record(1, shift=mine.pk), stall.record(2, shift=other.pk))
    assert (contact(1).shift, contact(2).shift) == (mine, None)


def test_who_volunteers_nowhere_is_refused(stall: Stall, theirs: World) -> None:
    stall.volunteer.stage = Stage.RESTING
    stall.volunteer.save()
    for user in (stall.cleo, theirs.coordinator, stall.world.analyst):
        with pytest.raises(NotAMobiliser):
            stall.send(stall.record(1), user=user)
    assert not OutreachContact.objects.exists()


def test_staff_who_run_the_effort_may_log_without_a_volunteers_papers(stall: Stall) -> None:
    stall.effort.required_curriculum = Curriculum.objects.create(
        campaign=stall.world.campaign, organisation=stall.world.lead, key="x", title="x"
    )
    stall.effort.save()
    assert reasons(stall, stall.record(1), user=stall.world.coordinator) == ["accepted"]
    assert (contact(1).organisation, contact(1).team) == (stall.world.lead, None)
    with pytest.raises(NotAMobiliser):
        stall.send(stall.record(2), user=stall.world.manager)


def test_clock_one_day_wrong_is_put_right(stall: Stall) -> None:
    behind = MONDAY - timedelta(days=1)
    stall.send(stall.record(1, at=moment(behind)), sent_at=behind)
    row = contact(1)
    assert (row.device_at, row.occurred_at, row.clock_skew_seconds) == (behind, MONDAY, 86_400)
    late = MONDAY - timedelta(seconds=90)
    stall.send(stall.record(2, at=moment(late)), sent_at=late)
    assert contact(2).occurred_at == late


@pytest.mark.parametrize("sent_at", ["0001-01-02T00:00:00+00:00", "9999-12-30T00:00:00+00:00"])
def test_clock_beyond_reason_is_refused_whole(stall: Stall, sent_at: str) -> None:
    with pytest.raises(UnreadableClock):
        stall.send(stall.record(1), sent_at=datetime.fromisoformat(sent_at))


def test_too_many_records_are_refused_whole(stall: Stall) -> None:
    with pytest.raises(TooMany):
        stall.send(*[None] * (MOST_RECORDS + 1))


def test_statements_do_not_grow_with_the_batch(stall: Stall) -> None:
    def statements(start: int, count: int) -> int:
        clear_ttl_caches()
        records = [stall.record(start + number) for number in range(count)]
        records += [stall.word(start + 500 + number, start + number, 5) for number in range(0, count, 2)]
        with CaptureQueriesContext(connection) as captured:
            stall.send(*records)
        return len([each for each in captured if "SAVEPOINT" not in each["sql"]])

    few, many = statements(1_000, 2), statements(3_000, 60)
    # SQLite's executemany is logged once; putting corrections' times right takes a statement per few hundred.
    assert many <= few + 1, (few, many)


# --- Any order gives the same ----------------------------------------------------------------------

_KINDS = st.sampled_from(["correction", "undo"])


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[tuple[int, int, int, str]], list[list[int]]]:
    """Return words (number, root, minutes, kind) of a few chains, and batches naming them: every word at least once,
    in any order, repeated as it comes.
    """
    words = [(number, number, 0, "contact") for number in range(1, draw(st.integers(1, 3)) + 1)]
    for number in range(10, 10 + draw(st.integers(0, 5))):
        root = draw(st.sampled_from([word[0] for word in words[:3] if word[3] == "contact"]))
        words.append((number, root, draw(st.integers(0, 3)), draw(_KINDS)))
    order = draw(st.permutations(range(len(words))))
    repeats = draw(st.lists(st.sampled_from(range(len(words))), max_size=5))
    sent = [*order, *repeats]
    cuts = sorted(draw(st.lists(st.integers(0, len(sent)), max_size=4)))
    return words, [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


@pytest.mark.django_db(transaction=False)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories(), st.booleans())
def test_any_interleaving_repetition_and_splitting_gives_the_same_state(
    stall: Stall, story: tuple[list[tuple[int, int, int, str]], list[list[int]]], with_people: bool
) -> None:
    words, batches = story

    def record(word: tuple[int, int, int, str]) -> dict[str, Any]:
        number, root, minutes, kind = word
        person = stall.person(f"Nora {number}") if with_people and kind != "undo" else None
        if kind == "contact":
            return stall.record(number, person=person)
        return stall.word(number, root, minutes, kind, outcome="refused", person=person)

    OutreachContact.objects.all().delete()
    stall.send(*map(record, words))
    expected = everything()
    OutreachContact.objects.all().delete()
    for batch in batches:
        stall.send(*[record(words[index]) for index in batch])
    assert everything() == expected
    chains = {word[1] for word in words}
    assert OutreachContact.objects.filter(is_current=True).count() == len(chains)
