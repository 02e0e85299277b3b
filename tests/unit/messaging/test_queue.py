"""The one way out: a row per occasion, READY or SUPPRESSED with the reason."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from messaging.actions.queue import queue_message, queue_messages, queue_service_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.actions.consents import suppress_address
from people.consent import ContactPurpose
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from tests.factories.messaging import make_draft
from tests.factories.people import (
    ADA,
    BEN,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def test_queue_message_twice_returns_the_first_and_changes_nothing(at: datetime) -> None:
    first = queue_message(draft=make_draft(at=at, idempotency_key="a:b:1:c"), at=at)
    again = queue_message(draft=make_draft(BEN, at=at, idempotency_key="a:b:1:c", template="confirm_reminder"), at=at)
    assert again == first
    assert (again.address, again.template) == (ADA, "confirm_signature")
    assert OutboundMessage.objects.count() == 1


def test_queue_message_again_after_sending_sends_nothing_more(at: datetime) -> None:
    draft = make_draft(at=at)
    queue_message(draft=draft, at=at)
    OutboundMessage.objects.update(status=MessageStatus.SENT)
    assert queue_message(draft=draft, at=at).status == MessageStatus.SENT


@pytest.mark.django_db(transaction=True)
def test_queue_message_at_once_writes_one_row(at: datetime) -> None:
    draft = make_draft(at=at)
    results = run_at_once(*[lambda: queue_message(draft=draft, at=at)] * 3)
    assert {result.pk for result in results} == {OutboundMessage.objects.get().pk}


def test_queue_message_asks_consent_and_leaves_a_row_when_refused(at: datetime) -> None:
    text = make_consent_text(make_organisation())
    point = make_contact_point(verified_at=at)
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, text.organisation_id)
    refused = queue_message(draft=make_draft(at=at, purpose=news, contact_point=point), at=at)
    assert (refused.status, refused.reason) == (MessageStatus.SUPPRESSED, "no-consent")
    write_consent_event(point, text, ConsentState.GRANTED, at - timedelta(days=1))
    allowed = queue_message(draft=make_draft(at=at, purpose=news, contact_point=point), at=at)
    assert (allowed.status, allowed.reason) == (MessageStatus.READY, "")
    assert (allowed.contact_point, allowed.organisation_id) == (point, text.organisation_id)


def test_queue_service_messages_suppresses_only_whom_it_must(at: datetime) -> None:
    suppress_address(channel=Channel.EMAIL, canonical=ADA, reason=SuppressionReason.BOUNCE, by="tests", at=at)
    drafts = [make_draft(address, at=at) for address in (ADA, BEN)]
    for _ in range(2):
        queue_service_messages(drafts=[*drafts, drafts[0]])
    ada, ben = OutboundMessage.objects.order_by("pk")
    assert (ada.status, ada.reason) == (MessageStatus.SUPPRESSED, "suppressed:bounce")
    assert (ben.status, ben.reason) == (MessageStatus.READY, "")


def test_queue_service_messages_of_another_purpose_is_refused(at: datetime) -> None:
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, 1)
    with pytest.raises(ValueError, match="SERVICE"):
        queue_service_messages(drafts=[make_draft(at=at), make_draft(at=at, purpose=news)])
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_queue_messages_asks_for_every_purpose_in_few_queries_and_keeps_refusals(
    at: datetime, people: int, django_assert_num_queries: object
) -> None:
    organisation = make_organisation()
    wording = make_consent_text(organisation)
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, organisation.pk)
    drafts = []
    for number in range(people):
        asked, unasked = (make_contact_point(f"{who}{number}@example.org", verified_at=at) for who in ("ada", "ben"))
        write_consent_event(asked, wording, ConsentState.GRANTED, at)
        drafts += [make_draft(point.as_typed, at=at, purpose=news, contact_point=point) for point in (asked, unasked)]
        drafts.append(make_draft(f"dan{number}@example.org", at=at, purpose=news))
        drafts.append(make_draft(f"dan{number}@example.org", at=at))
    with django_assert_num_queries(3):  # type: ignore[operator]
        queue_messages(drafts=drafts, at=at)
    queue_messages(drafts=drafts, at=at)
    found = OutboundMessage.objects.order_by("pk").values_list("status", "reason")
    assert (
        list(found)
        == [("ready", ""), ("suppressed", "no-consent"), ("suppressed", "unverified"), ("ready", "")] * people
    )


def test_text_goes_to_the_number_with_its_country_and_a_mail_as_typed(at: datetime) -> None:
    text = ContactPurpose(Purpose.SERVICE, Channel.SMS)
    drafts = [
        replace(make_draft(at=at, purpose=text, canonical="+32470123456"), address="0470 12 34 56"),
        make_draft("Ada@Example.org", at=at),
    ]
    queue_messages(drafts=drafts, at=at)
    assert set(OutboundMessage.objects.values_list("address", flat=True)) == {"+32470123456", "Ada@Example.org"}
