"""The inbox: who takes a thread, what is answered, what was dealt with."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core import audit
from messaging.actions.help import language_of
from messaging.actions.queue import Draft, queue_message
from messaging.actions.sender_blocks import blocked_among
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from messaging.senders import sender_name
from messaging.sms_text import one_line
from messaging.threads import ANSWER_WITHIN, Thread, thread_of
from people.consent import ContactPurpose, UnknownAddress, may_contact
from people.enums import Channel, Purpose

if TYPE_CHECKING:
    from django.db.models import QuerySet

ANSWER_USEFUL_FOR = timedelta(days=1)


class TakenByOther(ValueError):
    """A colleague was quicker."""


class NotAColleague(ValueError):
    """Somebody who does not answer for this organisation."""


class CannotAnswer(ValueError):
    """Nothing may be sent there; the exception's text says why, for the screen."""


class TooLateToUndo(ValueError):
    """The number was forgotten, or there is nothing to take back."""


def colleagues(thread: Thread, user: User) -> "QuerySet[User]":
    """Return who may answer in a thread: its organisation's coordinators; for nobody's, those of the user's own."""
    whose = [thread.organisation_id]
    if thread.organisation_id is None:
        whose = list(user.memberships.filter(organisation__led_by=None).values_list("organisation", flat=True))
    members = User.objects.filter(
        is_active=True, memberships__role=Role.COORDINATOR, memberships__organisation__in=whose
    )
    return members.distinct().order_by("first_name", "last_name", "email")


@transaction.atomic
def take_thread(*, inbound: InboundMessage, by: User) -> InboundMessage:
    """Make ``by`` the one who answers, and return the text. Raises TakenByOther; a second call changes nothing."""
    rows = thread_of(inbound).texts()
    last = rows.select_for_update().order_by("-pk")[0]
    if last.assigned_to_id is not None and last.assigned_to_id != by.pk:
        raise TakenByOther
    return _assign(rows, inbound, by, by)


@transaction.atomic
def assign_thread(*, inbound: InboundMessage, to: User | None, by: User) -> InboundMessage:
    """Give a thread to a colleague, or to nobody, and return the text. Raises NotAColleague."""
    if to is not None and not colleagues(thread_of(inbound), by).filter(pk=to.pk).exists():
        raise NotAColleague
    return _assign(thread_of(inbound).texts(), inbound, to, by)


def _assign(rows: "QuerySet[InboundMessage]", inbound: InboundMessage, to: User | None, by: User) -> InboundMessage:
    changed = rows.exclude(assigned_to=to).update(assigned_to=to)
    inbound.refresh_from_db()
    if changed:
        audit.record("messaging.inbound_message.assigned", by=by, target=inbound, to=to.pk if to else None)
    return inbound


def why_no_answer(inbound: InboundMessage, at: datetime) -> str:
    """Return in words why nothing may be sent in the thread of this text, its last one; blank: an answer may go."""
    thread, point = thread_of(inbound), inbound.contact_point
    address = thread.address(point)
    if not address:
        return _("The number this came from was forgotten, as we promise: it is nobody's we know.")
    if inbound.received_at < at - ANSWER_WITHIN:
        return _("The last text is more than thirty days old: it is no question any more that may simply be answered.")
    decision = may_contact(point or UnknownAddress(Channel(inbound.channel), address), _purpose(inbound), at)
    if not decision.allowed:
        return _refusal(decision.reason)
    slug = inbound.organisation.slug if inbound.organisation is not None else ""
    sender = sender_name(inbound.channel, slug)
    if blocked_among(channel=inbound.channel, sender=sender, indexes=[inbound.address_index]):
        return _("This number told our sender to stop, and the network lets nothing through until it texts START.")
    return ""


def _refusal(reason: str) -> str:
    words = {
        "suppressed:stop": _("This number asked for no more messages. It may text START to get some again."),
        "suppressed:legal": _("This number may not be written to, for legal reasons."),
        "suppressed:bounce": _("Nothing arrives at this number any more."),
        "suppressed:complaint": _("This number reported our messages as unwanted."),
    }
    return words.get(reason) or _("This number may not be written to.")


def _purpose(inbound: InboundMessage) -> ContactPurpose:
    return ContactPurpose(Purpose.SERVICE, Channel(inbound.channel), inbound.organisation_id)


@transaction.atomic
def answer_text(*, inbound: InboundMessage, text: str, occasion: str, by: User, at: datetime) -> OutboundMessage:
    """Queue an answer to what somebody texted, note the thread as dealt with, and return the message.

    ``occasion`` tells one press of the button from the next: the same one queues nothing more. An answer is useful for
    a day. Raises CannotAnswer, with the reason in words, where nothing may be sent.
    """
    refusal = why_no_answer(inbound, at)
    if refusal:
        raise CannotAnswer(refusal)
    address = thread_of(inbound).address(inbound.contact_point)
    key = f"inbox-answer:inbound:{inbound.pk}:{occasion}"
    known = OutboundMessage.objects.filter(idempotency_key=key).first()
    if known is not None:
        return known
    draft = Draft(
        idempotency_key=key,
        purpose=_purpose(inbound),
        template="inbox_answer",
        address=address,
        canonical=address,
        language=language_of(inbound),
        not_before=at,
        expires_at=at + ANSWER_USEFUL_FOR,
        contact_point=inbound.contact_point,
        context={"by": by.pk},
    )
    message = queue_message(draft=draft, at=at)
    if message.status == MessageStatus.SUPPRESSED:  # somebody stopped it at this very moment
        raise CannotAnswer(_refusal(message.reason))
    message.answer = one_line(text)
    message.save(update_fields=["answer"])
    audit.record("messaging.inbound_message.answered", by=by, target=inbound, message=message.pk)
    settle_thread(inbound=inbound, by=by, at=at)
    return message


@transaction.atomic
def settle_thread(*, inbound: InboundMessage, by: audit.Actor, at: datetime) -> InboundMessage:
    """Write down that somebody dealt with what waits up to this text, and return it. A second call changes nothing.

    Its number is forgotten a day later (`forget_texts`); until then `reopen_thread` takes it back.
    """
    waiting = thread_of(inbound).texts().waiting().filter(pk__lte=inbound.pk)
    changed = waiting.update(status=InboundStatus.SETTLED, settled_at=at)
    inbound.refresh_from_db()
    if changed:
        audit.record("messaging.inbound_message.settled", by=by, target=inbound, count=changed)
    return inbound


@transaction.atomic
def delete_words(*, inbound: InboundMessage, by: audit.Actor, at: datetime) -> InboundMessage:
    """Delete what a text says, as its author has a right to ask (GDPR Art. 17), and return it; a second call does not.

    That it came, when, and what was done with it stays. Nobody has to read any more what waited to be read.
    """
    held = InboundMessage.objects.select_for_update().get(pk=inbound.pk)
    if held.text:
        held.text = ""
        if held.status == InboundStatus.FOR_A_HUMAN:
            held.status, held.settled_at = InboundStatus.SETTLED, at
        held.save(update_fields=["text", "status", "settled_at"])
        audit.record("messaging.inbound_message.words_deleted", by=by, target=held)
    inbound.refresh_from_db()
    return inbound


def settled_lately(inbound: InboundMessage) -> InboundMessage | None:
    """Return the last text of a thread that was dealt with, as long as that can be taken back."""
    settled = thread_of(inbound).texts().filter(status=InboundStatus.SETTLED)
    last = settled.order_by("-settled_at", "-pk").first()
    return last if last is not None and last.address else None


@transaction.atomic
def reopen_thread(*, inbound: InboundMessage, by: audit.Actor) -> InboundMessage:
    """Let what was dealt with last wait again, and return the text. Raises TooLateToUndo.

    Where something of the thread waits, nothing changes: so a second call does nothing.
    """
    if thread_of(inbound).texts().waiting().exists():
        return inbound
    last = settled_lately(inbound)
    if last is None:
        raise TooLateToUndo
    settled = thread_of(inbound).texts().filter(status=InboundStatus.SETTLED, settled_at=last.settled_at)
    count = settled.update(status=InboundStatus.FOR_A_HUMAN, settled_at=None)
    inbound.refresh_from_db()
    audit.record("messaging.inbound_message.reopened", by=by, target=inbound, count=count)
    return inbound
