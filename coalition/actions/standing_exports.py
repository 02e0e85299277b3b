"""Files that partners get by themselves: set up by one person, agreed to by a second, sent or laid ready, ended."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction

from campaigns.models import Partnership
from campaigns.zones import zone_of
from coalition.actions.keys import NotASecondPersonError, NotTheirKeyError, key_in_use, looks_after
from coalition.actions.partner_exports import (
    NoKeyError,
    NotEntitledError,
    cancel_exports,
    expire_exports,
    hold_partnerships,
    make_export,
    renew,
)
from coalition.export_enums import Delivery, EndReason, PartnerExportStatus, Rhythm
from coalition.export_letters import tell_managers
from coalition.export_rows import is_out_of_date, note_arrived, note_leaving
from coalition.models import PartnerExport, PartnerKey, StandingExport
from coalition.ports import DeliveryError, PartnerCaller
from coalition.turns import next_turn, wait_before
from core import audit
from core.hashing import keyed_hash

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 12


class RefusedAddressError(ValueError):
    """The address is not one a file may be sent to; the message says why, in words for people."""


@transaction.atomic
def set_up_standing_export(
    *,
    partnership: Partnership,
    rhythm: Rhythm,
    weekday: int,
    hour: int,
    delivery: Delivery,
    url: str,
    caller: PartnerCaller,
    by: "User",
    at: datetime,
) -> StandingExport:
    """Set a standing export up and return it; it begins when a second person agrees. A former one ends.

    The same again returns the one that stands. Raises NotEntitledError, RefusedAddressError.
    """
    partnership = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    if not Partnership.objects.entrusted_to(by).filter(pk=partnership.pk).exists():
        raise NotEntitledError
    url = url.strip() if delivery == Delivery.WEBHOOK else ""
    if delivery == Delivery.WEBHOOK and (why := caller.refusal(url)):
        raise RefusedAddressError(why)
    told = {"rhythm": rhythm, "weekday": weekday, "hour": hour, "delivery": delivery, "url": url}
    former = StandingExport.objects.standing().filter(partnership=partnership).first()
    if former is not None:
        if all(getattr(former, name) == value for name, value in told.items()):
            return former
        _end(former, EndReason.REPLACED, by, at)
    standing = StandingExport.objects.create(partnership=partnership, set_up_by=by, set_up_at=at, **told)
    audit.record("coalition.standing_export.set_up", by=by, target=standing, rhythm=rhythm, delivery=delivery)
    _tell(standing, "set_up", at)
    return standing


@transaction.atomic
def confirm_standing_export(*, standing: StandingExport, by: "User", at: datetime) -> StandingExport:
    """Let a standing export begin at its next turn; again changes nothing.

    Raises NotTheirKeyError, NotASecondPersonError.
    """
    locked = StandingExport.objects.select_for_update(of=("self",)).select_related("partnership__campaign")
    standing = locked.get(pk=standing.pk)
    if not looks_after(standing.partnership, by):
        raise NotTheirKeyError
    if standing.set_up_by_id == by.pk:
        raise NotASecondPersonError
    if standing.confirmed_at is not None or standing.ended_at is not None:
        return standing
    standing.confirmed_by, standing.confirmed_at, standing.next_at = by, at, _turn_after(standing, at)
    standing.save(update_fields=["confirmed_by", "confirmed_at", "next_at"])
    audit.record("coalition.standing_export.confirmed", by=by, target=standing)
    return standing


@transaction.atomic
def stop_standing_export(*, standing: StandingExport, by: "User", at: datetime) -> StandingExport:
    """End a standing export by hand; again changes nothing."""
    standing = StandingExport.objects.select_for_update(of=("self",)).get(pk=standing.pk)
    if not looks_after(standing.partnership, by):
        raise NotTheirKeyError
    return _end(standing, EndReason.STOPPED, by, at)


def run_standing_exports(*, at: datetime) -> int:
    """End what may not go on, make a file for each turn that has come, and return how many."""
    for standing in StandingExport.objects.standing().select_related("partnership"):
        if reason := _why_it_ends(standing, at):
            with transaction.atomic():
                _end(standing, reason, "coalition.run_standing_exports", at)
    expire_exports(at=at)
    return sum(_run(pk, at) for pk in list(StandingExport.objects.due(at).values_list("pk", flat=True)))


@transaction.atomic
def _run(standing_id: int, at: datetime) -> bool:
    standing = StandingExport.objects.select_related("partnership__campaign").get(pk=standing_id)
    Partnership.objects.select_for_update(of=("self",)).get(pk=standing.partnership_id)
    if PartnerExport.objects.under_way().filter(partnership=standing.partnership_id).exists():
        return False  # another file is being made: the turn waits for it, and is not lost
    # A turn missed while nothing ran is caught up once, not once for each day.
    # The first file to a system tells it everybody: it knows nothing of what somebody downloaded before.
    is_first = standing.delivery == Delivery.WEBHOOK and not _has_arrived(standing)
    moved = StandingExport.objects.due(at).filter(pk=standing_id).update(next_at=_turn_after(standing, at))
    if not moved:
        return False
    try:
        made = make_export(partnership=standing.partnership, is_whole=is_first, standing=standing, at=at)
    except NoKeyError:  # retired a moment ago; the next look ends it
        return False
    return made.standing_id == standing.pk


def _has_arrived(standing: StandingExport) -> bool:
    return PartnerExport.objects.filter(standing=standing, status=PartnerExportStatus.COLLECTED).exists()


def send_exports(*, at: datetime, caller: PartnerCaller) -> int:
    """Send what is ready to partners' systems, and return how many files arrived.

    What fails is tried again, later each time; what is refused for good, or failed for the twelfth time, is not. After
    settings.PARTNER_WEBHOOK_MOST_FAILURES files in a row the standing export ends, and people are told.
    """
    due = list(PartnerExport.objects.to_send(at).values_list("pk", flat=True)[:20])
    arrived = 0
    for pk in due:
        try:
            arrived += _send(pk, at, caller)
        except Exception:  # one partner's trouble is not the others'
            logger.exception("a partner's file could not be sent: %s", pk)
    return arrived


def _send(export_id: int, at: datetime, caller: PartnerCaller) -> bool:
    export = PartnerExport.objects.select_related("standing", "key", "partnership__campaign").get(pk=export_id)
    # Counted and put off before it is sent: a worker that dies over it does not make the others send it at once.
    attempt = export.attempts + 1
    mine = PartnerExport.objects.to_send(at).filter(pk=export_id, attempts=export.attempts)
    # No other worker takes it up while this one may still be sending.
    wait = max(wait_before(attempt), timedelta(seconds=settings.PARTNER_WEBHOOK_SECONDS + 60))
    if not mine.update(attempts=attempt, next_at=at + wait):
        return False
    standing = export.standing
    if standing is None or not _may_leave(export, standing, at):
        return False
    try:
        with storages["private"].open(export.file) as body:
            caller.deliver(
                url=standing.url,
                key=f"partner-export:{export.public_id}",
                secret=secret_of(standing),
                body=body,
                size=export.size,
                sha256=export.sha256,
                at=at.timestamp(),
            )
    except FileNotFoundError:
        with transaction.atomic():
            renew(export, at)
        return False
    except DeliveryError as error:
        _note_failure(export, standing, error, attempt, at)
        return False
    _note_arrival(export, standing, at)
    return True


@transaction.atomic
def _may_leave(export: PartnerExport, standing: StandingExport, at: datetime) -> bool:
    """Return whether the file may be sent now, and write down that it leaves; one out of date is made anew."""
    hold_partnerships(export.partnership_id)
    rows = PartnerExport.objects.filter(pk=export.pk, status=PartnerExportStatus.READY)
    if not rows.exists():
        return False
    if standing.ended_at is not None or not rows.collectable(at).exists():
        rows.update(next_at=None)
        return False
    if is_out_of_date(export, at):
        renew(export, at)
        return False
    note_leaving(export)
    return True


@transaction.atomic
def _note_arrival(export: PartnerExport, standing: StandingExport, at: datetime) -> None:
    hold_partnerships(export.partnership_id)
    rows = PartnerExport.objects.filter(pk=export.pk, status=PartnerExportStatus.READY)
    # One that was deleted or replaced while it was sent stays that: the next file tells all of it once more.
    if rows.update(status=PartnerExportStatus.COLLECTED, collected_at=at, next_at=None, problem=""):
        note_arrived(export)
    StandingExport.objects.filter(pk=standing.pk).update(failures=0)
    audit.record(
        "coalition.partner_export.sent",
        by="coalition.send_exports",
        target=export,
        partnership=export.partnership_id,
        fingerprint=export.key.fingerprint,
        rows=export.people,
        deletions=export.deletions,
    )


@transaction.atomic
def _note_failure(
    export: PartnerExport, standing: StandingExport, error: DeliveryError, attempt: int, at: datetime
) -> None:
    # Only what is still this attempt's to judge: another one may have begun, or the file is gone.
    rows = PartnerExport.objects.filter(pk=export.pk, status=PartnerExportStatus.READY, attempts=attempt)
    if not error.permanent and attempt < MOST_ATTEMPTS:
        rows.update(problem=str(error)[:120], next_at=at + wait_before(attempt))
        return
    if not rows.update(status=PartnerExportStatus.FAILED, problem=str(error)[:120], next_at=None, file=""):
        return
    storages["private"].delete(export.file)
    standing.failures += 1
    StandingExport.objects.filter(pk=standing.pk).update(failures=standing.failures)
    told = str(error)[:120]
    audit.record("coalition.partner_export.failed", by="coalition.send_exports", target=export, problem=told)
    if standing.failures >= settings.PARTNER_WEBHOOK_MOST_FAILURES:
        _end(standing, EndReason.REFUSED, "coalition.send_exports", at)


def end_exports(*, partnership: Partnership, at: datetime, by: audit.Actor) -> None:
    """End all by which a partner gets files: its standing export, its files and its keys. Safe to call twice.

    For a partner that leaves, in the transaction that holds its row: should it come back, nothing begins by itself.
    """
    for standing in StandingExport.objects.standing().filter(partnership=partnership):
        _end(standing, EndReason.LEFT, by, at)
    cancel_exports(partnership=partnership)
    for key in PartnerKey.objects.standing().filter(partnership=partnership):
        PartnerKey.objects.filter(pk=key.pk).update(retired_at=at, retired_by=None if isinstance(by, str) else by)
        audit.record("coalition.partner_key.retired", by=by, target=key, fingerprint=key.fingerprint)


def secret_of(standing: StandingExport) -> str:
    """Return what the partner checks signatures with; another one for each standing export, kept nowhere."""
    return keyed_hash("partner-webhook", str(standing.public_id))


def _turn_after(standing: StandingExport, at: datetime) -> datetime:
    zone = zone_of(standing.partnership.campaign)
    return next_turn(standing.rhythm, standing.weekday, standing.hour, zone, at)


def _why_it_ends(standing: StandingExport, at: datetime) -> EndReason | None:
    if not Partnership.objects.in_force().filter(pk=standing.partnership_id).exists():
        return EndReason.LEFT
    # Before it was agreed to, the key may still be on its way.
    if standing.confirmed_at is not None and key_in_use(standing.partnership, at) is None:
        return EndReason.NO_KEY
    return None


def _end(standing: StandingExport, reason: EndReason, by: audit.Actor, at: datetime) -> StandingExport:
    ended = StandingExport.objects.standing().filter(pk=standing.pk)
    if ended.update(ended_at=at, end_reason=reason, next_at=None):
        audit.record("coalition.standing_export.ended", by=by, target=standing, reason=reason)
        if reason != EndReason.REPLACED:
            _tell(standing, "ended", at, reason=str(reason.value))
    standing.refresh_from_db()
    return standing


def _tell(standing: StandingExport, what: str, at: datetime, **words: str) -> None:
    tell_managers(
        standing.partnership,
        key=f"partner-standing:standing:{standing.pk}:{what}",
        template="partner_standing",
        at=at,
        coordinators=True,
        what=what,
        **words,
    )
