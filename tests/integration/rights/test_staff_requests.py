"""Officers see what waits, answer it in time, and reach nobody else's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.models import ConsentEvent, Supporter
from rights.actions.letters import queue_request_alarms
from rights.enums import RequestKind, RequestStatus
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World("bxl")


@pytest.fixture
def asked(world: World) -> RightsRequest:
    person = world.sign("Nina Example", email="nina@example.org").supporter
    return make_request(person, datetime.now(UTC) - timedelta(days=2))


def show(asked: RightsRequest) -> str:
    return reverse("staff_rights:show", args=[asked.pk])


def test_list_and_page_are_the_officers_and_coordinators_of_who_is_concerned(
    world: World, asked: RightsRequest
) -> None:
    stranger = World("paris")
    for user, seen in ((world.dpo, 200), (world.coordinator, 200), (stranger.dpo, 404), (world.manager, 403),
                       (world.analyst, 403)):  # fmt: skip
        client = browse(user)
        assert client.get(show(asked)).status_code == seen
        index = client.get(reverse("staff_rights:index"))
        assert index.status_code == (200 if seen in (200, 404) else 403)
        if index.status_code == 200:
            assert (show(asked) in index.content.decode()) is (seen == 200)
    assert browse(world.coordinator).post(show(asked), {"do": "copy"}).status_code == 403
    assert browse(stranger.dpo).post(show(asked), {"do": "copy"}).status_code == 404
    assert browse(world.coordinator).post(f"{show(asked)}erase/").status_code == 403
    assert Supporter.objects.filter(pk=asked.supporter_id).exists()


def test_page_names_no_organisation_of_another_coalition(world: World, asked: RightsRequest) -> None:
    stranger = World("paris")
    asked.organisations.add(stranger.lead, world.partner)
    for user, told, hidden in (
        (world.dpo, ["bxl lead", "bxl partner", "organisations outside your coalition"], "paris lead"),
        (stranger.dpo, ["paris lead", "organisations outside your coalition"], "bxl lead"),
    ):
        for address in (show(asked), f"{show(asked)}erase/"):
            page = browse(user).get(address).content.decode()
            assert all(words in page for words in told)
            assert hidden not in page
    asked.organisations.remove(stranger.lead)
    page = browse(world.dpo).get(show(asked)).content.decode()
    assert "organisations outside your coalition" not in page


@pytest.mark.parametrize(("days", "words"), [(0, "days left"), (31, "today"), (33, "late")])
def test_clock_is_shown(world: World, asked: RightsRequest, days: int, words: str, time_machine: Any) -> None:
    day = asked.due_date - timedelta(days=31) + timedelta(days=days)
    time_machine.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
    page = browse(world.dpo).get(reverse("staff_rights:index")).content.decode()
    assert words in page
    late = browse(world.dpo).get(reverse("staff_rights:index"), {"state": "overdue"}).content.decode()
    assert (show(asked) in late) is (days == 33)
    home = browse(world.dpo).get("/staff/").content.decode()
    assert ("Requests about data to answer" in home) is (days > 20)


@pytest.mark.parametrize(("state", "kind", "found"), [
    ("", "", True), ("decided", "", False), ("all", "access", True), ("all", "erasure", False), ("nonsense", "", True),
])  # fmt: skip
def test_list_is_filtered(world: World, asked: RightsRequest, state: str, kind: str, found: bool) -> None:
    page = browse(world.dpo).get(reverse("staff_rights:index"), {"state": state, "kind": kind})
    assert (show(asked) in page.content.decode()) is found


def test_copy_is_mailed_and_the_request_done(world: World, asked: RightsRequest, client: Client) -> None:
    for _ in range(2):
        browse(world.dpo).post(show(asked), {"do": "copy"})
    letter = render_message(OutboundMessage.objects.get())
    path = next(word for word in letter.text.split() if "/copy/" in word).removeprefix("http://testserver")
    assert client.post(path)["Content-Type"] == "application/zip"
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == (RequestStatus.DONE, world.dpo)


def test_extension_tells_the_person_and_is_once(world: World, asked: RightsRequest) -> None:
    before = asked.due_date
    page = browse(world.dpo)
    assert page.post(show(asked), {"do": "extend", "extend-reason": ""}).status_code == 422
    for _ in range(2):
        page.post(show(asked), {"do": "extend", "extend-reason": "Many records"})
    asked.refresh_from_db()
    assert asked.status == RequestStatus.EXTENDED
    assert (asked.due_date - before).days in range(58, 63)
    assert "Many records" in render_message(OutboundMessage.objects.get()).text


def test_refusal_tells_why_and_closes(world: World, asked: RightsRequest) -> None:
    browse(world.dpo).post(show(asked), {"do": "refuse", "refuse-reason": "Not you"})
    browse(world.dpo).post(show(asked), {"do": "answer", "answer-answer": "Hello"})
    asked.refresh_from_db()
    assert (asked.status, asked.answer) == (RequestStatus.REFUSED, "")
    assert "Not you" in render_message(OutboundMessage.objects.get()).text


def test_answer_is_mailed_in_the_persons_language(world: World, asked: RightsRequest) -> None:
    RightsRequest.objects.filter(pk=asked.pk).update(language="fr")
    browse(world.dpo).post(show(asked), {"do": "answer", "answer-answer": "Voilà, c'est fait."})
    message = OutboundMessage.objects.get()
    assert message.language == "fr"
    assert "Voilà, c'est fait." in render_message(message).text


def test_restriction_objection_and_lifting(world: World, asked: RightsRequest) -> None:
    page, person = browse(world.dpo), asked.supporter
    assert person is not None
    page.post(show(asked), {"do": "restrict"})
    person.refresh_from_db()
    assert person.restricted_at is not None
    shown = page.get(reverse("staff_supporters:inspect", args=[person.pk])).content.decode()
    assert "Restricted: kept" in shown
    page.post(show(asked), {"do": "lift"})
    page.post(show(asked), {"do": "object"})
    person.refresh_from_db()
    assert person.restricted_at is None
    assert not ConsentEvent.objects.filter(state="granted").exists()


def test_erasure_asks_first_and_leaves_the_proof(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    assert "Nina Example" in page.get(f"{show(asked)}erase/").content.decode()
    assert Supporter.objects.filter(pk=asked.supporter_id).exists()
    page.post(f"{show(asked)}erase/")
    page.post(f"{show(asked)}erase/")
    assert not Supporter.objects.filter(pk=asked.supporter_id).exists()
    asked.refresh_from_db()
    assert (asked.supporter, asked.status, asked.decided_by) == (None, RequestStatus.DONE, world.dpo)
    shown = page.get(show(asked)).content.decode()
    assert "Nina Example" not in shown
    assert RightsRequest.objects.filter(kind=RequestKind.ERASURE).count() == 1


def test_request_by_letter_is_written_down_for_somebody_one_sees(world: World) -> None:
    world.sign("Nina Example", email="nina@example.org")
    World("paris").sign("Zoe Other", email="zoe@example.org")
    told = {"kind": "erasure", "origin": "letter", "received_date": "2026-02-28", "words": "Please."}
    page, path = browse(world.dpo), reverse("staff_rights:write")
    assert page.post(path, {**told, "person": "zoe@example.org"}).status_code == 422
    assert page.post(path, {**told, "person": "nina@example.org", "received_date": "2999-01-01"}).status_code == 422
    for _ in range(2):
        assert page.post(path, {**told, "person": "NINA@example.org"}).status_code == 302
    made = RightsRequest.objects.get()
    assert (made.due_date.isoformat(), made.origin) == ("2026-03-28", "letter")
    assert browse(world.coordinator).post(path, told).status_code == 403


def test_officers_are_told_ten_and_three_days_before_and_when_it_is_late(world: World, asked: RightsRequest) -> None:
    last = datetime.combine(asked.due_date, datetime.min.time(), UTC).replace(hour=10)
    for days in (-20, -10, -10, -9, -3, -2, 0, 1, 1, 5):
        queue_request_alarms(at=last + timedelta(days=days))
    keys = list(OutboundMessage.objects.order_by("pk").values_list("idempotency_key", "address"))
    assert [key.split(":")[3].split("-")[0] for key, _address in keys] == ["10", "3", "0"]
    assert {address for _key, address in keys} == {world.dpo.email}
    letter = render_message(OutboundMessage.objects.order_by("pk").first())  # type: ignore[arg-type]
    assert "Nina" not in letter.text
    assert show(asked) in letter.text


def test_audit_trail_tells_each_step_without_the_person(world: World, asked: RightsRequest) -> None:
    browse(world.dpo).post(show(asked), {"do": "refuse", "refuse-reason": "Nina Example is not Nina"})
    entries = AuditEntry.objects.filter(target=f"rights.rightsrequest:{asked.pk}")
    assert {"rights.request.received", "rights.request.decided"} <= set(entries.values_list("action", flat=True))
    assert "Nina" not in str(list(entries.values("details")))
