"""The copy of somebody met everywhere holds all of it, and nothing of anybody else."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.models import PartnerApplication, PartnerContact
from outreach.actions.matching import match_pending
from outreach.models import ContactIdentity
from people.enums import ConsentState
from people.models import ConsentEvent, ContactPoint, Submission, Supporter
from rights.actions.erasure import erase_supporter
from rights.copies import make_copy
from rights.holding_words import LEFT_OUT, SAID
from rights.holdings import counts_of, held_about, tables
from tests.factories.campaigns import hand_in
from tests.factories.one_person import EMAIL, MARKS, NAME, meet_everywhere, places_of
from tests.factories.outreach import MONDAY, Stall, contact, make_script
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event
from tests.factories.staff import NOON, World

pytestmark = pytest.mark.django_db

# Where somebody's words stand besides: sign-in is its library's own, the demo catches its mail instead of sending it,
# and the name of a mobiliser's link is told with the link (outreach.HandoverLink).
ELSEWHERE = {
    "account_emailaddress.email", "campaigns_source.label", "outbox_caughtmessage.address",
    "outbox_caughtmessage.html", "outbox_caughtmessage.text",
}  # fmt: skip


def read(copy: Any) -> tuple[dict[str, Any], str]:
    with copy.file as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    return json.loads(archive.read("data.json"))["tables"], archive.read("index.html").decode()


def left_out_columns() -> set[str]:
    found = set(ELSEWHERE)
    for name in LEFT_OUT:
        label, _dot, field = name.rpartition(".")
        model = apps.get_model(label)
        found.add(f"{model._meta.db_table}.{model._meta.get_field(field).column}")  # type: ignore[union-attr]
    return found


def test_copy_holds_every_place_the_person_stands_in(stall: Stall, at: datetime) -> None:
    person = meet_everywhere(stall, at)
    told, page = read(make_copy(person, language="en", at=at))
    columns = {
        f"{table.model._meta.db_table}.{each.field.column}"
        for table in tables()
        for each in table.columns
        if table.label in told and "__" not in each.path
    }
    stands = set(places_of(MARKS))
    assert len(stands) > 8
    assert stands - columns - left_out_columns() == set()
    assert NAME in page
    assert EMAIL in json.dumps(told)
    assert {"volunteers.VolunteerNote", "audiences.StaffTask", "messaging.InboundMessage", "campaigns.Signature",
            "outreach.PaperBatch", "accounts.User"} <= set(told)  # fmt: skip


def test_copy_tells_what_somebody_said_in_the_street_and_later_corrections_of_it(stall: Stall) -> None:
    stall.effort.script = make_script(stall.world, 1, 2)
    stall.effort.save()
    said: dict[str, Any] = {"barriers": ["no_time"], "script": 1, "answers": {"heard": "yes"}}
    stall.send(stall.record(1, person=stall.person(), **said), stall.record(5, **said | {"answers": {"heard": "no"}}))
    stall.send(stall.word(2, 1, 3, outcome="informed", **said | {"answers": {"heard": "no"}}))
    match_pending(at=MONDAY)
    person = ContactIdentity.objects.get().supporter
    assert person is not None
    told, page = read(make_copy(person, language="en", at=NOON))
    rows = told[SAID]["rows"]
    assert [row["answers"] for row in rows] == [{"heard": "yes"}, {"heard": "no"}]
    assert [row["barriers"] for row in rows] == [["no_time"], ["no_time"]]
    assert rows[1]["outcome"] == "informed"
    assert "What you said in the street" in page
    assert "mobiliser" not in rows[0]
    erase_supporter(supporter=person, by="tests", at=NOON)
    assert [contact(number).answers for number in (1, 2, 5)] == [{}, {}, {"heard": "no"}]


def test_copy_of_a_mobiliser_tells_nothing_that_others_said(stall: Stall) -> None:
    stall.send(stall.record(1, language="ar", barriers=["no_time"]))
    told, _page = read(make_copy(stall.volunteer.supporter, language="en", at=NOON))
    (row,) = told["outreach.OutreachContact"]["rows"]
    assert not {"barriers", "answers", "language"} & set(row)
    assert SAID not in told


def test_copy_names_nobody_of_the_team_and_no_internal_hash(stall: Stall, at: datetime) -> None:
    person = meet_everywhere(stall, at)
    told, page = read(make_copy(person, language="fr", at=at))
    text = json.dumps(told) + page
    user = stall.world.coordinator
    assert user.email not in text
    assert f"user:{user.pk}" not in text
    for submission in Submission.objects.filter(supporter=person):
        assert submission.subject_index not in text
    assert 'lang="fr"' in page


def test_somebody_else_is_in_no_copy(stall: Stall, at: datetime) -> None:
    person = meet_everywhere(stall, at)
    other = stall.world.sign("Zoe Otherwise", email="zoe@example.org").supporter
    assert other is not None
    mine, _page = read(make_copy(person, language="en", at=at))
    theirs, _page = read(make_copy(other, language="en", at=at))
    assert "Otherwise" not in json.dumps(mine)
    assert not any(mark in json.dumps(theirs).lower() for mark in MARKS)
    assert set(theirs) == {"people.Supporter", "people.ContactPoint", "campaigns.Signature"}


def test_records_that_became_one_are_read_together() -> None:
    keep = make_contact_point("ada@example.org", verified_at=NOON).supporter
    absorbed = Supporter.objects.create(full_name="Ada Before", merged_into=keep)
    told, _page = read(make_copy(absorbed, language="en", at=NOON))
    assert [row.get("full_name") for row in told["people.Supporter"]["rows"]] == [None, "Ada Before"]


def test_contact_person_of_an_organisation_has_that_in_their_copy_by_the_address_they_proved(at: datetime) -> None:
    world = World("bxl")
    theirs = make_contact_point("ada@example.org", verified_at=at).supporter
    typed = make_contact_point("ben@example.org").supporter
    for name, email in (("Ada Press", "Ada@Example.org"), ("Ben Press", "ben@example.org")):
        PartnerContact.objects.create(partnership=world.partnership, name=name, email=email)
        PartnerApplication.objects.create(
            campaign=world.campaign, organisation_name=f"{name} house", country="BE", role="supporter",
            contact_name=name, contact_email=email, why="To help", locale="en", applied_at=at,
        )  # fmt: skip
    told, page = read(make_copy(theirs, language="en", at=at))
    [contact], [application] = (
        told[label]["rows"] for label in ("coalition.PartnerContact", "coalition.PartnerApplication")
    )
    assert (contact["name"], contact["partnership"]) == ("Ada Press", "bxl partner")
    assert (application["organisation_name"], application["why"]) == ("Ada Press house", "To help")
    assert "Ben Press" not in json.dumps(told) + page
    assert not {"coalition.PartnerContact", "coalition.PartnerApplication"} & set(counts_of(held_about(typed)))
    erase_supporter(supporter=theirs, by="tests", at=at)
    assert [row.name for row in PartnerContact.objects.all()] == ["Ben Press"]


def test_form_nobody_confirmed_yet_is_held_too(stall: Stall, at: datetime) -> None:
    point = make_contact_point("ada@example.org", verified_at=at)
    hand_in(stall.world.petition, "Ada@example.org", at=at, full_name="Ada")
    assert counts_of(held_about(point.supporter))["people.Submission"] == 1


@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
def test_copy_costs_a_fixed_number_of_queries(language: str) -> None:
    point = make_contact_point("ada@example.org", verified_at=NOON)
    text = make_consent_text(make_organisation("Ours"), body="<script>alert(1)</script>")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            make_copy(point.supporter, language=language, at=NOON).file.close()
        return len(queries)

    write_consent_event(point, text, ConsentState.GRANTED, NOON)
    cost()
    before = cost()
    ConsentEvent.objects.bulk_create(
        ConsentEvent(contact_point=point, text=text, state="granted", purpose="campaign_news", channel="email",
                     organisation=text.organisation, at=NOON) for _ in range(700)
    )  # fmt: skip
    assert cost() == before
    told, page = read(make_copy(point.supporter, language=language, at=NOON))
    assert len(told["people.ConsentEvent"]["rows"]) == 701
    assert "<script>alert" not in page


def test_nothing_is_left_on_the_disk(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("rights.copies.IN_MEMORY", 10)
    point = ContactPoint.objects.get(pk=make_contact_point("ada@example.org", verified_at=NOON).pk)
    made = make_copy(point.supporter, language="en", at=NOON)
    assert list(tmp_path.iterdir()) == []
    assert made.file.read(2) == b"PK"
    made.file.close()
