"""A thread as it is read: what came and what went, by time, with who wrote as far as the reader may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging.actions.inbound import KEEP_TEXT
from messaging.actions.number_checks import CONFIRMED, DECLINED
from messaging.enums import InboundStatus
from messaging.models import InboundMessage, OutboundMessage, Wording
from messaging.threads import thread_of
from people.models import Supporter

PER_PAGE = 50
_DONE = {
    "stop": _("asked for no more messages: done"),
    "start": _("asked for messages again: done"),
    "help": _("asked who we are: answered"),
    CONFIRMED: _("answered YES: the number is proved"),
    DECLINED: _("answered NO: nothing more is sent there"),
}


@dataclass(frozen=True)
class Entry:
    """One text of a thread. ``text`` is blank where the words are not kept; ``what`` then says what it was."""

    at: datetime
    is_ours: bool
    text: str
    what: str
    note: str
    pk: int
    is_waiting: bool = False


@dataclass(frozen=True)
class ThreadPage:
    """Some entries of a thread, the oldest first; ``older``: the moment before which there are more."""

    entries: list[Entry]
    older: datetime | None


def what_was_done(row: InboundMessage) -> str:
    """Return what the machine did in words, or that it waits."""
    if row.status != InboundStatus.HANDLED:
        return str(row.get_status_display())
    return handled_words(row.handled_as)


def handled_words(handled_as: str) -> str:
    """Return in words what a handler says it did, or what it says where we have no words for it."""
    if handled_as in _DONE:
        return str(_DONE[handled_as])
    if handled_as.endswith(":cancelled"):
        return gettext("answered NO: the place is free")
    if handled_as.startswith("rsvp:"):
        return gettext("answered YES: the place is kept")
    return handled_as


def read_thread(last: InboundMessage, *, user: User, before: datetime | None = None) -> ThreadPage:
    """Return the newest entries of a thread the user sees (before a moment), from its texts and what went there."""
    thread = thread_of(last)
    texts = thread.texts().visible_to(user)
    sent = thread.sent(last.contact_point).visible_to(user)
    if before is not None:
        texts, sent = texts.filter(received_at__lt=before), sent.filter(created_at__lt=before)
    received = [_received(row) for row in texts.order_by("-received_at", "-pk")[: PER_PAGE + 1]]
    ours = list(sent.order_by("-created_at", "-pk")[: PER_PAGE + 1])
    writers = User.objects.in_bulk({row.context["by"] for row in ours if "by" in row.context})
    wordings = Wording.objects.select_related("text").in_bulk({row.context.get("wording", 0) for row in ours})
    sent_by_us = [_ours(row, writers, wordings) for row in ours]
    entries = sorted([*received, *sent_by_us], key=lambda each: (each.at, each.pk))
    shown = entries[-PER_PAGE:]
    return ThreadPage(shown, shown[0].at if len(entries) > PER_PAGE else None)


def _received(row: InboundMessage) -> Entry:
    waits = row.status == InboundStatus.FOR_A_HUMAN
    is_old = row.received_at < timezone.now() - KEEP_TEXT
    what = "" if row.text else gettext("forgotten after ninety days") if is_old else gettext("deleted on request")
    return Entry(row.received_at, False, row.text, what, what_was_done(row), row.pk, waits)


def _ours(row: OutboundMessage, writers: dict[int, User], wordings: dict[int, Wording]) -> Entry:
    """Return what we sent: an answer in its words, anything else by its name, because it may hold a person's links."""
    text = row.answer
    writer, wording = writers.get(row.context.get("by", 0)), wordings.get(row.context.get("wording", 0))
    note = " · ".join(str(part) for part in (writer, row.get_status_display(), row.reason) if part)
    name = wording.text.name if wording is not None else row.template.replace("_", " ")
    what = "" if text else gettext("Message “%(name)s”") % {"name": name}
    return Entry(row.created_at, True, text, what, note, row.pk)


def visible_names(rows: Iterable[InboundMessage], user: User) -> dict[int, Supporter]:
    """Return the supporters who wrote these texts, by contact point, as far as the user sees them; one query."""
    owners = {row.contact_point_id: row.contact_point.supporter_id for row in rows if row.contact_point is not None}
    seen = Supporter.objects.visible_to(user).in_bulk(set(owners.values()))
    return {point: seen[owner] for point, owner in owners.items() if point is not None and owner in seen}
