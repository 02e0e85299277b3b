"""A phone number somebody typed is asked by text whether it is theirs: YES proves it, NO stops it (docs/adr/0018)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation
from core.batch_inserts import insert_new_rows
from messaging.actions.queue import Draft, queue_message
from messaging.answer_words import read_answer
from messaging.enums import NEVER_SENT, REACHED
from messaging.models import InboundMessage, OutboundMessage
from messaging.querysets import OutboundMessageQuerySet
from people.actions.consents import suppress_address, withdraw_everything
from people.actions.contact_points import verify_contact_point
from people.consent import ContactPurpose, grants_in_force
from people.enums import Channel, Purpose, SuppressionReason
from people.models import ContactPoint

TEMPLATE = "number_check"
# Whatever forms are sent: one question in this time. So long a YES is understood.
ASK_AGAIN_AFTER = timedelta(days=30)
USEFUL_FOR = timedelta(days=7)
CONFIRMED, DECLINED = "number:yes", "number:no"
ASKED_LATELY = "this number was asked already"
_YES, _NO = "text:yes", "text:no"


@transaction.atomic
def ask_number(
    *,
    point: ContactPoint | None,
    organisation: Organisation,
    scope: str,
    campaign_name: str,
    language: str,
    at: datetime,
) -> OutboundMessage | None:
    """Queue one text that asks an unproved number whether its owner wants what was agreed to, and return it.

    It answers a form whose author has proved another address (purpose SERVICE). Nothing is queued for a number that is
    proved, or where nothing by SMS was agreed to. A number asked within thirty days, for whatever form, leaves a
    SUPPRESSED row, and so does one that was stopped or answered NO: so nobody can have a stranger's phone ring by
    sending forms. Safe to call twice. Call it once the form's consents are written.
    """
    held = _hold(point) if point is not None and point.channel == Channel.SMS else None
    if held is None or held.verified_at is not None or not grants_in_force(held, at):
        return None
    draft = Draft(
        idempotency_key=f"number-check:point:{held.pk}:{at.isoformat()}",
        purpose=ContactPurpose(Purpose.SERVICE, Channel.SMS, organisation.pk, scope),
        template=TEMPLATE,
        address=held.canonical,
        canonical=held.canonical,
        language=language if language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE,
        not_before=at,
        expires_at=at + USEFUL_FOR,
        contact_point=held,
        context={"organisation_name": organisation.name, "campaign_name": campaign_name},
    )
    if _asked(draft.address_index, at).exclude(status__in=NEVER_SENT).exists():
        insert_new_rows(OutboundMessage, [draft.as_values(ASKED_LATELY)])
        return None
    return queue_message(draft=draft, at=at)


def _hold(point: ContactPoint) -> ContactPoint | None:
    """Hold the number's row, so that two forms at once ask once; None where it is gone."""
    return ContactPoint.objects.select_for_update(of=("self",), no_key=True).filter(pk=point.pk).first()


def _asked(index: str, at: datetime) -> OutboundMessageQuerySet:
    """Return the questions to a number that count: those of the last thirty days, also if its owner was forgotten."""
    return OutboundMessage.objects.filter(
        address_index=index, purpose=Purpose.SERVICE, template=TEMPLATE, not_before__gt=at - ASK_AGAIN_AFTER
    )


def open_question(*, inbound: InboundMessage, at: datetime) -> OutboundMessage | None:
    """Return the question a text may answer; None where none is open, or the text is neither YES nor NO.

    Once the number is proved the question is closed by the next text that went there.
    """
    point = inbound.contact_point
    if point is None or inbound.channel != Channel.SMS or read_answer(inbound.text) is None:
        return None
    asked = _asked(inbound.address_index, at).filter(contact_point=point, status__in=REACHED)
    question = asked.order_by("-pk").first()
    if question is not None and point.verified_at is not None and not is_last_word(question):
        return None
    return question


def is_last_word(question: OutboundMessage) -> bool:
    """Whether nothing else was sent to the number since: then an answer without more words is to this."""
    since = OutboundMessage.objects.filter(contact_point=question.contact_point_id, channel=Channel.SMS)
    return not since.filter(status__in=REACHED, pk__gt=question.pk).exists()


def confirm_number(*, point: ContactPoint, at: datetime) -> str:
    """Do what YES says: the number is proved, and what was agreed to holds. Safe to call twice."""
    verify_contact_point(point=point, by=_YES, at=at)
    return CONFIRMED


@transaction.atomic
def decline_number(*, point: ContactPoint, at: datetime) -> str:
    """Do what NO says: nothing more goes there, as after STOP, and what was agreed to is taken back. Safe twice."""
    stop = SuppressionReason.STOP
    suppress_address(channel=Channel.SMS, canonical=point.canonical, reason=stop, by=_NO, at=at)
    withdraw_everything(contact_point=point, source=_NO, at=at)
    return DECLINED
