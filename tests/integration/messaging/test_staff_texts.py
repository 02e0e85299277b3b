"""Texts received, in the staff area: seen by whom they answer, dealt with once."""

from datetime import datetime

import pytest
from django.urls import reverse

from messaging.enums import InboundStatus
from messaging.models import InboundMessage
from tests.factories.accounts import signed_in
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(ours: World, at: datetime) -> InboundMessage:
    return InboundMessage.objects.create(
        channel="sms",
        address="+32470123456",
        address_index="x",
        text="Where is it?",
        provider_id="one",
        organisation=ours.lead,
        status=InboundStatus.FOR_A_HUMAN,
        received_at=at,
    )


def test_coordinator_reads_a_text_and_has_dealt_with_it(ours: World, waiting: InboundMessage) -> None:
    client = signed_in(ours.coordinator)
    page = client.get(reverse("staff_texts:index")).content.decode()
    assert "Where is it?" in page
    assert "+32470123456" in page
    client.post(reverse("staff_texts:dealt_with", args=[waiting.pk]))
    page = client.get(reverse("staff_texts:index")).content.decode()
    assert "+32470123456" not in page
    assert "dealt with" in page


def test_text_is_settled_by_whom_it_concerns_only(ours: World, theirs: World, waiting: InboundMessage) -> None:
    url = reverse("staff_texts:dealt_with", args=[waiting.pk])
    assert signed_in(theirs.coordinator).post(url).status_code == 404
    assert signed_in(ours.dpo).post(url).status_code == 403
    waiting.refresh_from_db()
    assert waiting.status == InboundStatus.FOR_A_HUMAN


@pytest.mark.parametrize(
    ("done", "words"),
    [
        ("stop", "asked for no more messages"),
        ("rsvp:3:coming", "answered YES"),
        ("rsvp:3:cancelled", "answered NO"),
        ("else", "else"),
    ],
)
def test_what_was_done_is_said_in_words(ours: World, waiting: InboundMessage, done: str, words: str) -> None:
    InboundMessage.objects.update(status=InboundStatus.HANDLED, handled_as=done, address="")
    assert words in signed_in(ours.coordinator).get(reverse("staff_texts:index")).content.decode()
