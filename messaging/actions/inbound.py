"""What people text to us: STOP is done at once, answers go to whom settings name, the rest to a human."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.models import Organisation
from messaging.actions.help import queue_help
from messaging.actions.number_checks import confirm_number, decline_number, is_last_word, open_question
from messaging.actions.sender_blocks import lift_sender_blocks
from messaging.answer_words import read_answer
from messaging.enums import REACHED, InboundStatus, Told
from messaging.models import InboundMessage, OutboundMessage
from messaging.stop_words import asks_for_help, asks_to_start, asks_to_stop
from messaging.threads import thread_of
from people.actions.consents import lift_suppression, suppress_address, withdraw_everything
from people.addresses import address_index
from people.canonical import canonical_email, canonical_phone
from people.enums import Channel, LiftReason, Purpose, SuppressionReason
from people.models import ContactPoint, Suppression

KEEP_TEXT = timedelta(days=90)
# After somebody has dealt with a text its number is kept for so long, so that they may take it back.
KEEP_NUMBER = timedelta(days=1)
LONGEST = 1600  # what a provider joins of one text
_STOPPED_BY = "text:stop"


def receive_text(
    *,
    channel: Channel,
    address: str,
    text: str,
    provider_id: str,
    at: datetime,
    told: Told | None = None,
    organisation: Organisation | None = None,
) -> InboundMessage:
    """Keep a text somebody sent, do what it plainly asks, and return its row.

    STOP, in the languages we know, suppresses the address and takes back every consent on this channel; START lifts
    that suppression, no more: consents are given anew; HELP is answered with who we are, once an hour. ``told``: the
    provider understood one of them and has answered it already, so that we do not. YES and NO to our own question
    about a number prove or stop it. Anything else is offered to settings.INBOUND_HANDLERS in turn; what none of them
    understands is FOR_A_HUMAN, and stays with whoever of the staff took the thread. ``organisation``: whose number it
    was sent to, where each has its own; else it answers whoever wrote there last. The provider's repetition returns
    the first row and does nothing; a text without an id is nobody's repetition. Raises
    UnreadableAddress for an address of no kind.
    """
    canonical = (canonical_email if channel == Channel.EMAIL else canonical_phone)(address)
    try:
        with transaction.atomic():
            row = _keep(channel, canonical, text, provider_id, at, organisation)
            _handle(row, told, at)
            return row
    except IntegrityError:
        known = InboundMessage.objects.filter(provider_id=provider_id).first() if provider_id else None
        if known is None:
            raise
        return known


def _keep(
    channel: Channel, canonical: str, text: str, provider_id: str, at: datetime, organisation: Organisation | None
) -> InboundMessage:
    index = address_index(channel, canonical)
    point = ContactPoint.objects.filter(channel=channel, canonical=canonical).first()
    answered = _last_message_to(channel, index, point)
    whose = answered.organisation_id if answered is not None else None
    row = InboundMessage(
        channel=channel,
        address=canonical,
        address_index=index,
        text=text[:LONGEST].replace("\x00", ""),
        provider_id=provider_id,
        contact_point=point,
        organisation_id=organisation.pk if organisation is not None else whose,
        status=InboundStatus.FOR_A_HUMAN,
        received_at=at,
    )
    row.assigned_to_id = thread_of(row).texts().order_by("-pk").values_list("assigned_to", flat=True).first()
    row.save(force_insert=True)
    return row


def _last_message_to(channel: Channel, index: str, point: ContactPoint | None) -> OutboundMessage | None:
    """Return the last message that went there; to a number that is nobody's only answers go."""
    rows = OutboundMessage.objects.filter(channel=channel, status__in=REACHED)
    if point is not None:
        return rows.filter(contact_point=point).order_by("-pk").first()
    return rows.filter(address_index=index, purpose=Purpose.SERVICE).order_by("-created_at", "-pk").first()


def _handle(row: InboundMessage, told: Told | None, at: datetime) -> None:
    done = _plain_wish(row, told, at) or _answer(row, at)
    if not done and told is not None:
        done = told.value  # YES, say, that is no answer to anything and that the provider takes for START
    if done:
        row.status, row.handled_as, row.address = InboundStatus.HANDLED, done, ""
        row.save(update_fields=["status", "handled_as", "address"])


def _plain_wish(row: InboundMessage, told: Told | None, at: datetime) -> str | None:
    """Do what STOP, START and HELP ask and say which it was; None: the text may say something else besides."""
    if told == Told.STOP or (told is None and asks_to_stop(row.text)):
        _stop(row, at)
        return "stop"
    if told == Told.START or asks_to_start(row.text):
        _start(row, at)
        return "start" if asks_to_start(row.text) else None
    language = asks_for_help(row.text)
    if told == Told.HELP:
        return "help"
    if language:
        queue_help(inbound=row, language=language, at=at)
        return "help"
    return None


def _answer(row: InboundMessage, at: datetime) -> str | None:
    """Do what an answer says and return what was done.

    YES shows that the number is read: it proves it beside whatever else it answers. NO means one thing only, what went
    there last: the question about the number, or something a handler knows.
    """
    question = open_question(inbound=row, at=at)
    point = row.contact_point
    if question is None or point is None:
        return _ask_handlers(row, at)
    if read_answer(row.text):
        proved = confirm_number(point=point, at=at)
        return _ask_handlers(row, at) or proved
    done = None if is_last_word(question) else _ask_handlers(row, at)
    return done or decline_number(point=point, at=at)


def _ask_handlers(row: InboundMessage, at: datetime) -> str | None:
    for path in settings.INBOUND_HANDLERS:
        done: str | None = import_string(path)(row, at)
        if done:
            return done
    return None


def _stop(row: InboundMessage, at: datetime) -> None:
    channel, reason = Channel(row.channel), SuppressionReason.STOP
    suppress_address(channel=channel, canonical=row.address, reason=reason, by=_STOPPED_BY, at=at)
    if row.contact_point is not None:
        withdraw_everything(contact_point=row.contact_point, source=_STOPPED_BY, at=at)


def _start(row: InboundMessage, at: datetime) -> None:
    stops = Suppression.objects.in_force().filter(
        channel=row.channel, address_index=row.address_index, reason=SuppressionReason.STOP
    )
    for stop in stops:
        lift_suppression(suppression=stop, reason=LiftReason.ASKED, by="text:start", at=at)
    lift_sender_blocks(channel=Channel(row.channel), canonical=row.address, by="text:start", at=at)


def forget_texts(*, at: datetime) -> int:
    """Blank texts older than ninety days that nobody waits for, and return how many. Safe to call twice.

    The numbers of those dealt with are blanked a day after it.
    """
    settled = InboundMessage.objects.filter(status=InboundStatus.SETTLED, settled_at__lt=at - KEEP_NUMBER)
    settled.exclude(address="").update(address="")
    old = InboundMessage.objects.filter(received_at__lt=at - KEEP_TEXT).exclude(text="")
    return old.exclude(status=InboundStatus.FOR_A_HUMAN).update(text="")
