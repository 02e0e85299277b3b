"""Staff keep elections, their rules, examples and offices; a draft is tried against the examples before it is saved."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import Role
from campaigns.actions.elections import load_elections
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.models import CommuneOffice, Election, EligibilityCase, EligibilityRules
from campaigns.selectors.elections import rules_in_force
from core.models import AuditEntry
from places.models import Territory
from tests.factories.elections import make_election
from tests.factories.staff import World, browse, make_user

SPACES = ("staff_elections", "staff_election_rules", "staff_election_examples", "staff_commune_offices")


@pytest.fixture
def election(territories: None) -> Election:
    return make_election()


@pytest.fixture
def rows(election: Election) -> dict[str, Any]:
    return {
        "staff_elections": election,
        "staff_election_rules": election.rules.get(),
        "staff_election_examples": election.cases.get(),
        "staff_commune_offices": election.offices.first(),
    }


def draft(row: EligibilityRules, years: int = 18, **more: Any) -> dict[str, Any]:
    rules = row.rules | {"minimum_age": row.rules["minimum_age"] | {"years": years}}
    return {
        "election": row.election_id,
        "territory": "",
        "rules": json.dumps(rules),
        "source_text": "A law",
        "source_url": "https://law.example",
        "checked_date": "2026-03-01",
        "reason": "",
    } | more


def edit(client: Client, row: EligibilityRules, **more: Any) -> Any:
    return client.post(reverse("staff_election_rules:edit", args=[row.pk]), draft(row, **more))


@pytest.mark.parametrize("space", SPACES)
def test_coordinator_of_a_leading_organisation_keeps_elections(ours: World, rows: dict[str, Any], space: str) -> None:
    client = browse(ours.coordinator)
    for name, given in (("index", []), ("add", []), ("edit", [rows[space].pk]), ("history", [rows[space].pk])):
        assert client.get(reverse(f"{space}:{name}", args=given)).status_code == 200
    assert reverse(f"{space}:edit", args=[rows[space].pk]) in client.get(reverse(f"{space}:index")).content.decode()


@pytest.mark.parametrize("space", SPACES)
def test_others_read_elections_or_see_nothing(ours: World, rows: dict[str, Any], space: str) -> None:
    partner = make_user("pat", Role.COORDINATOR, ours.partner)
    for user in (ours.analyst, ours.manager, partner):
        client = browse(user)
        listing = client.get(reverse(f"{space}:index"))
        assert listing.status_code == 200
        assert reverse(f"{space}:edit", args=[rows[space].pk]) not in listing.content.decode()
        assert client.get(reverse(f"{space}:add")).status_code == 403
        assert client.get(reverse(f"{space}:edit", args=[rows[space].pk])).status_code == 403
    organiser = browse(make_user("eva", Role.ORGANISER, ours.lead))
    assert organiser.get(reverse(f"{space}:index")).status_code == 403


def test_trying_the_examples_saves_nothing(ours: World, rows: dict[str, Any]) -> None:
    row = rows["staff_election_rules"]
    answer = edit(browse(ours.coordinator), row, years=70, **{"try": "1"}).content.decode()
    assert 'data-passes="no"' in answer
    assert "70 years old" in answer
    assert "Nothing is saved yet" in answer
    assert "due to errors" not in answer
    assert EligibilityRules.objects.filter(election=row.election).count() == 1


def test_red_example_blocks_unless_a_reason_is_given(ours: World, rows: dict[str, Any]) -> None:
    row, client = rows["staff_election_rules"], browse(ours.coordinator)
    answer = edit(client, row, years=70)
    assert answer.status_code == 200
    assert "1 example ends otherwise than it must" in answer.content.decode()
    assert rules_in_force(row.election).version == 1
    assert edit(client, row, years=70, reason="The law changed").status_code == 302
    assert rules_in_force(row.election).rules.minimum_age == 70
    saved = EligibilityRules.objects.get(election=row.election, version=2)
    assert saved.reason == "The law changed"
    (entry,) = AuditEntry.objects.filter(action="campaigns.eligibility_rules.saved")
    assert entry.details == {"version": 2, "failing_examples": 1}


def test_green_rules_are_saved_as_a_version(ours: World, rows: dict[str, Any]) -> None:
    row = rows["staff_election_rules"]
    assert (
        'data-passes="yes"'
        in browse(ours.coordinator).get(reverse("staff_election_rules:edit", args=[row.pk])).content.decode()
    )
    assert edit(browse(ours.coordinator), row, years=19).status_code == 302
    listed = browse(ours.coordinator).get(reverse("staff_election_rules:index")).context["object_list"]
    assert [one.version for one in listed if one.election_id == row.election_id] == [2]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('{"schema": 1', "Enter a valid JSON"),
        ('{"schema": 1}', "application"),
        ("[1]", "object in braces"),
        ("[]", "required"),
    ],
)
def test_rules_with_a_mistake_come_back_with_what_was_typed(
    ours: World, rows: dict[str, Any], rules: str, said: str
) -> None:
    row = rows["staff_election_rules"]
    answer = edit(browse(ours.coordinator), row, rules=rules)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "".join(answer.context["form"]["rules"].value().split()) == "".join(rules.split())
    assert EligibilityRules.objects.filter(election=row.election).count() == 1


def test_new_rules_are_added_for_a_region(ours: World, rows: dict[str, Any]) -> None:
    row, region = rows["staff_election_rules"], Territory.objects.get(code="BE-WAL")
    answer = browse(ours.coordinator).post(
        reverse("staff_election_rules:add"), draft(row, years=16, territory=region.pk)
    )
    assert answer.status_code == 302
    assert rules_in_force(row.election, region).rules.minimum_age == 16
    assert rules_in_force(row.election).rules.minimum_age == 18


def test_election_takes_titles_by_language_and_a_day_its_rules_fit(ours: World, election: Election) -> None:
    client, url = browse(ours.coordinator), reverse("staff_elections:edit", args=[election.pk])
    body = {
        "title_en": "Renamed", "title_fr": "", "title_ar": "انتخابات", "key": election.key, "kind": "local",
        "country": "be", "territory": "", "election_date": "2031-10-13",
    }  # fmt: skip
    assert client.post(url, body).status_code == 302
    election.refresh_from_db()
    assert (election.titles["en"], election.titles["ar"], election.country) == ("Renamed", "انتخابات", "BE")
    assert "fr" not in election.titles
    refused = client.post(url, body | {"election_date": "2031-01-01"})
    assert "do not fit this day" in refused.content.decode()
    assert "two letters" in client.post(url, body | {"country": "B1"}).content.decode()


def test_last_day_to_register_is_written_by_hand_only_where_no_rules_name_it(ours: World, election: Election) -> None:
    client, url = browse(ours.coordinator), reverse("staff_elections:edit", args=[election.pk])
    field, held = 'name="registration_deadline"', election.registration_deadline
    assert field not in client.get(url).content.decode()
    body = {
        "title_en": "Renamed", "key": election.key, "kind": "local", "country": "BE", "territory": "",
        "election_date": "2031-10-13", "registration_deadline": "2031-06-30",
    }  # fmt: skip
    assert client.post(url, body).status_code == 302
    election.refresh_from_db()
    assert election.registration_deadline == held == date(2031, 7, 31)
    election.rules.all().delete()
    assert field in client.get(url).content.decode()
    assert client.post(url, body).status_code == 302
    election.refresh_from_db()
    assert election.registration_deadline == date(2031, 6, 30)


def test_example_is_written_down_and_misspelt_facts_are_refused(ours: World, election: Election) -> None:
    client, url = browse(ours.coordinator), reverse("staff_election_examples:add")
    body = {
        "election": election.pk,
        "label": "Young",
        "answers": '{"birth_date": "2020-01-01"}',
        "outcome": "not_eligible",
    }
    assert client.post(url, body).status_code == 302
    assert EligibilityCase.objects.filter(label="Young").exists()
    assert "birthday" in client.post(url, body | {"label": "B", "answers": '{"birthday": 1}'}).content.decode()
    assert "object in braces" in client.post(url, body | {"label": "C", "answers": "[1]"}).content.decode()


def test_what_staff_change_on_the_screens_survives_the_next_load(ours: World, territories: None) -> None:
    files = [read_election(shipped_elections()["be-brussels-local-2018"])]
    load_elections(files, by="job:tests")
    election, client = Election.objects.get(), browse(ours.coordinator)
    example = election.cases.order_by("pk").first()
    assert example
    url = reverse("staff_election_examples:edit", args=[example.pk])
    body = {"election": election.pk, "label": example.label, "outcome": example.outcome}
    answers = json.dumps(example.answers)
    assert client.post(url, body | {"answers": answers}).status_code == 302
    assert EligibilityCase.objects.get(pk=example.pk).is_shipped  # saved as it was
    assert client.post(url, body | {"answers": answers, "outcome": "refused"}).status_code == 302
    body = {
        "title_en": "Corrected", "key": election.key, "kind": "local", "country": "BE",
        "territory": election.territory_id, "election_date": "2018-10-13",
    }  # fmt: skip
    assert client.post(reverse("staff_elections:edit", args=[election.pk]), body).status_code == 302
    assert load_elections(files, by="job:tests").kept == [election.key]
    election.refresh_from_db()
    assert (election.title, election.election_date) == ("Corrected", date(2018, 10, 13))
    assert EligibilityCase.objects.get(pk=example.pk).outcome == "refused"


def test_office_is_corrected(ours: World, rows: dict[str, Any]) -> None:
    row, client = rows["staff_commune_offices"], browse(ours.coordinator)
    url = reverse("staff_commune_offices:edit", args=[row.pk])
    body = {
        "election": row.election_id, "territory": row.territory_id, "online_url": "", "form_url": "", "address": "Hall",
        "opening_hours": '[{"days": [1, 3], "from": "09:00", "to": "12:00"}]', "email": "", "source_url": "",
        "checked_date": "",
    }  # fmt: skip
    assert client.post(url, body).status_code == 302
    assert CommuneOffice.objects.get(pk=row.pk).accepts_email is None
    assert CommuneOffice.objects.get(pk=row.pk).opening_hours == [{"days": [1, 3], "from": "09:00", "to": "12:00"}]
    assert "Write the address" in client.post(url, body | {"accepts_email": "true"}).content.decode()
    for odd in (
        "[1]",
        '[{"days": [0], "from": "09:00", "to": "12:00"}]',
        '[{"days": [1], "from": "9", "to": "12:00"}]',
    ):
        assert "days from 1 to 7" in client.post(url, body | {"opening_hours": odd}).content.decode()
