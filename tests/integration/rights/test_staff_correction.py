"""The officer corrects what is held for whoever asked by letter: old and new first, and the trail says who."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.actions.consents import suppress_address
from people.enums import Channel, SuppressionReason
from people.models import ContactPoint, Supporter
from rights.enums import RequestKind, RequestStatus
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db
WORDS = "My name is Nina Sample, and I moved."


@pytest.fixture
def world() -> World:
    return World("bxl")


@pytest.fixture
def asked(world: World) -> RightsRequest:
    person = world.sign("Nina Exmaple", email="nina@example.org").supporter
    Supporter.objects.filter(pk=person.pk).update(language="en", postcode="1000")
    return make_request(person, datetime.now(UTC) - timedelta(days=2), RequestKind.RECTIFICATION, words=WORDS)


def correct(asked: RightsRequest) -> str:
    return reverse("staff_rights:correct", args=[asked.pk])


def told(asked: RightsRequest, **other: str) -> dict[str, str]:
    point = ContactPoint.objects.get(supporter=asked.supporter_id)
    return {"full_name": "Nina Sample", "language": "en", "postcode": "1000", "point": str(point.pk), **other}


def look(page: Client, asked: RightsRequest, **other: str) -> dict[str, str]:
    """Look at old and new, and return what the buttons of that page send."""
    values = told(asked, **other)
    shown = page.post(correct(asked), {**values, "do": "look"})
    assert shown.status_code == 200
    return {**values, "seen": shown.context["form"].seen()}


def name_of(asked: RightsRequest) -> str:
    return Supporter.objects.get(pk=asked.supporter_id).full_name


def test_old_and_new_stand_beside_their_words_before_anything_is_saved(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    link = page.get(reverse("staff_rights:show", args=[asked.pk])).content.decode()
    assert correct(asked) in link
    form = page.get(correct(asked)).content.decode()
    assert WORDS in form
    assert 'value="Nina Exmaple"' in form
    preview = page.post(correct(asked), {**told(asked), "do": "look"}).content.decode()
    assert all(words in preview for words in (WORDS, "Nina Exmaple", "Nina Sample"))
    again = page.post(correct(asked), {**told(asked), "do": "edit"}).content.decode()
    assert 'value="Nina Sample"' in again
    assert name_of(asked) == "Nina Exmaple"
    assert not AuditEntry.objects.filter(action__startswith="rights.supporter").exists()


def test_saving_tells_who_and_leaves_the_request_open(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    values = look(page, asked)
    for _ in range(2):
        assert page.post(correct(asked), {**values, "do": "save"}).status_code == 302
    assert name_of(asked) == "Nina Sample"
    assert RightsRequest.objects.get().status == RequestStatus.OPEN
    entries = AuditEntry.objects.filter(action__in=["rights.supporter.corrected_for_them", "rights.request.corrected"])
    assert {(entry.actor, tuple(entry.details["fields"])) for entry in entries} == {
        (f"user:{world.dpo.pk}", ("full_name",))
    }
    assert entries.count() == 2
    assert "Sample" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_saving_and_closing_writes_the_answer(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    too_long = {**look(page, asked), "do": "close", "answer-answer": "x" * 5001}
    kept = page.post(correct(asked), too_long)
    assert (kept.status_code, name_of(asked)) == (422, "Nina Exmaple")
    assert "x" * 5001 in kept.content.decode()
    page.post(correct(asked), {**look(page, asked), "do": "close", "answer-answer": "It is mended."})
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by, name_of(asked)) == (RequestStatus.DONE, world.dpo, "Nina Sample")
    assert "It is mended." in render_message(OutboundMessage.objects.get()).text


def test_new_address_is_asked_by_letter_and_stands_once_they_say_yes(
    world: World, asked: RightsRequest, client: Client
) -> None:
    page = browse(world.dpo)
    values = look(page, asked, full_name="Nina Exmaple", email="nina.new@example.org")
    for _ in range(2):
        page.post(correct(asked), {**values, "do": "close"})
    asked.refresh_from_db()
    point = ContactPoint.objects.get()
    assert (asked.status, point.as_typed) == (RequestStatus.OPEN, "nina@example.org")
    letter = OutboundMessage.objects.get()
    assert letter.address == "nina.new@example.org"
    entry = AuditEntry.objects.filter(action="rights.request.address_asked").first()
    assert entry is not None
    assert entry.actor == f"user:{world.dpo.pk}"
    words = render_message(letter).text.split()
    path = next(word for word in words if "/new-address/" in word).removeprefix("http://testserver")
    client.post(path)
    point.refresh_from_db()
    assert (point.as_typed, point.verified_at is not None) == ("nina.new@example.org", True)


def test_stopped_new_address_is_told_to_the_officer(world: World, asked: RightsRequest) -> None:
    stopped = "nina.new@example.org"
    suppress_address(
        channel=Channel.EMAIL, canonical=stopped, reason=SuppressionReason.COMPLAINT, by="tests",
        at=datetime.now(UTC),
    )  # fmt: skip
    page = browse(world.dpo)
    values = look(page, asked, full_name="Nina Exmaple", email=stopped)
    answer = page.post(correct(asked), {**values, "do": "save"}, follow=True)
    assert "a stop stands against it" in answer.content.decode()


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ({"full_name": "A\u202eb"}, "cannot be seen"),
        ({"email": "not an address"}, "Enter a valid email address"),
        ({"email": "NINA@example.org"}, "known as theirs already"),
        ({"email": "new@example.org", "point": "0"}, "not one of the available choices"),
        ({"full_name": "Nina Exmaple"}, "Nothing of this differs"),
    ],
)
def test_bad_input_is_explained_and_kept(
    world: World, asked: RightsRequest, mistake: dict[str, str], said: str
) -> None:
    answer = browse(world.dpo).post(correct(asked), {**told(asked, postcode="1000"), **mistake, "do": "look"})
    page = answer.content.decode()
    assert (answer.status_code, name_of(asked)) == (422, "Nina Exmaple")
    assert said in page
    assert WORDS in page
    assert all(value in page for name, value in mistake.items() if name != "point")


def test_what_changed_since_is_shown_again(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    values = look(page, asked)
    Supporter.objects.update(postcode="9999")
    again = page.post(correct(asked), {**values, "do": "save"})
    assert (again.status_code, name_of(asked)) == (200, "Nina Exmaple")
    assert "9999" in again.content.decode()
    assert page.post(correct(asked), {**told(asked), "do": "save"}).status_code == 200
    assert name_of(asked) == "Nina Exmaple"


def test_only_who_reads_the_person_corrects_them(world: World, asked: RightsRequest) -> None:
    stranger = World("paris")
    values = {**told(asked), "do": "save"}
    for user, status in ((world.coordinator, 403), (world.manager, 403), (stranger.dpo, 404)):
        assert browse(user).get(correct(asked)).status_code == status
        assert browse(user).post(correct(asked), values).status_code == status
    asked.organisations.add(stranger.lead)
    other = browse(stranger.dpo)
    assert other.get(correct(asked)).status_code == 403
    assert other.post(correct(asked), values).status_code == 403
    assert "Exmaple" not in other.get(reverse("staff_rights:show", args=[asked.pk])).content.decode()
    assert name_of(asked) == "Nina Exmaple"


def test_nobody_is_corrected_once_they_are_erased(world: World, asked: RightsRequest) -> None:
    page = browse(world.dpo)
    page.post(reverse("staff_rights:erase", args=[asked.pk]))
    assert page.get(correct(asked)).status_code == 302
    assert page.post(correct(asked), {"full_name": "Nina", "do": "save"}).status_code == 302
