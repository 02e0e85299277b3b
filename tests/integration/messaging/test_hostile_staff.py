"""Who reads an organisation's messages for its data protection does not answer or settle them by another office."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.groups import sync_user_groups
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from messaging.actions.inbound import receive_text
from messaging.enums import MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from people.enums import Channel
from tests.factories.messaging import make_sent
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


@pytest.fixture
def guardian(ours: World) -> User:
    """The data-protection officer of one organisation, who coordinates another."""
    elsewhere = Organisation.objects.create(name="Elsewhere", slug="elsewhere")
    Membership.objects.create(user=ours.dpo, organisation=elsewhere, role=Role.COORDINATOR)
    sync_user_groups(user=ours.dpo)
    return User.objects.get(pk=ours.dpo.pk)


def test_second_office_answers_no_thread(ours: World, guardian: User, settings: Any) -> None:
    settings.INBOUND_HANDLERS = []
    row = receive_text(
        channel=Channel.SMS, address="+32470123456", text="Where?", provider_id="in-1", at=timezone.now(),
        organisation=ours.lead,
    )  # fmt: skip
    client = browse(guardian)
    page = client.get(reverse("staff_texts:thread", args=[row.pk]))
    assert (page.status_code, page.context["may_change"]) == (200, False)
    typed = {"text": "Here", "occasion": "a" * 12, "colleague": ours.coordinator.pk}
    for name in ("thread", "take", "assign", "dealt_with", "undo"):
        assert client.post(reverse(f"staff_texts:{name}", args=[row.pk]), typed).status_code == 403, name
    assert not OutboundMessage.objects.exists()
    assert InboundMessage.objects.get().assigned_to is None
    assert browse(ours.coordinator).get(reverse("staff_texts:thread", args=[row.pk])).context["may_change"]


def test_second_office_settles_no_message(ours: World, guardian: User, at: datetime) -> None:
    message = make_sent(at, MessageStatus.UNKNOWN, organisation=ours.lead)
    url, shown = (reverse(f"staff_messages:{name}", args=[message.pk]) for name in ("settle", "message"))
    client = browse(guardian)
    assert not client.get(shown).context["instance"].may_settle
    assert url not in client.get(reverse("staff_messages:index")).content.decode()
    assert client.post(url, {"answer": "sent"}).status_code == 403
    assert browse(ours.coordinator).post(url, {"answer": "sent"}).status_code == 302


def test_thread_of_nobody_is_answered_by_a_coordinator_alone(guardian: User, settings: Any) -> None:
    settings.INBOUND_HANDLERS = []
    row = receive_text(channel=Channel.SMS, address="+32470123456", text="Who?", provider_id="in-1", at=timezone.now())
    assert browse(guardian).get(reverse("staff_texts:thread", args=[row.pk])).context["may_change"]
