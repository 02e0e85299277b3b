"""Encrypted files for partners: asked for, prepared in the background, collected, gone."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, QuerySet

from campaigns.models import Partnership
from coalition.actions.keys import key_in_use
from coalition.encryption import encrypt_to
from coalition.export_enums import Delivery, PartnerExportStatus
from coalition.export_letters import tell_managers
from coalition.export_rows import Lines, is_out_of_date, note_arrived, write_down
from coalition.models import HandedOver, PartnerExport, StandingExport
from core import audit

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

FOLDER = "partner-exports"
KEPT_FOR = timedelta(days=7)
# A worker that has not finished by then is dead; another one begins again.
DEAD_AFTER = timedelta(minutes=30)


class NoKeyError(Exception):
    """No key of the partner is in use; nothing leaves unencrypted."""


class NotEntitledError(PermissionError):
    """The partner has left, or has not agreed to what is asked of it, or the user does not manage it."""


class GoneError(Exception):
    """There is no such file any more, or the partner may not have it any more."""


class OutOfDateError(GoneError):
    """The file held somebody who took their word back since; it was deleted and is made anew."""


@transaction.atomic
def ask_for_partner_export(*, partnership: Partnership, is_whole: bool, by: "User", at: datetime) -> PartnerExport:
    """Ask for a file of the partner's own consenting people, and return it; one under way is returned as it is.

    Raises NotEntitledError, NoKeyError.
    """
    locked = Partnership.objects.select_for_update(of=("self",))
    partnership = locked.get(pk=partnership.pk)
    if not Partnership.objects.entrusted_to(by).filter(pk=partnership.pk).exists():
        raise NotEntitledError
    return make_export(partnership=partnership, is_whole=is_whole, by=by, at=at)


def make_export(
    *,
    partnership: Partnership,
    is_whole: bool,
    at: datetime,
    by: "User | None" = None,
    standing: StandingExport | None = None,
) -> PartnerExport:
    """Return a new file to prepare, or the one under way. Call in a transaction that holds the partnership's row."""
    under_way = PartnerExport.objects.under_way().filter(partnership=partnership).first()
    if under_way is not None:
        return under_way
    key = key_in_use(partnership, at)
    if key is None:
        raise NoKeyError
    is_copy = standing is None and webhooks_of(partnership.pk).exists()
    export = PartnerExport.objects.create(
        partnership=partnership,
        key=key,
        standing=standing,
        due_at=standing.next_at if standing else None,
        is_whole=is_whole or is_copy,
        is_copy=is_copy,
        asked_by=by,
        asked_at=at,
    )
    audit.record(
        "coalition.partner_export.asked",
        by=by or "coalition.run_standing_exports",
        target=export,
        partnership=partnership.pk,
        fingerprint=key.fingerprint,
    )
    return export


def hold_partnerships(*ids: int) -> None:
    """Lock partners' rows until the transaction ends, in one order; who signs through them meanwhile need not wait."""
    list(Partnership.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))


def webhooks_of(partnership_id: int) -> QuerySet[StandingExport]:
    """Return the partner's standing export that is sent, if one was agreed to and has not ended."""
    agreed = StandingExport.objects.standing().filter(partnership=partnership_id, confirmed_at__isnull=False)
    return agreed.filter(delivery=Delivery.WEBHOOK)


def prepare_exports(*, at: datetime) -> int:
    """Prepare what was asked for, one file after the other, and return how many are ready."""
    dead = PartnerExport.objects.filter(status=PartnerExportStatus.PREPARING, claimed_at__lte=at - DEAD_AFTER)
    dead.update(status=PartnerExportStatus.ASKED)
    ready = 0
    for pk in list(PartnerExport.objects.filter(status=PartnerExportStatus.ASKED).values_list("pk", flat=True)[:20]):
        claimed = PartnerExport.objects.filter(pk=pk, status=PartnerExportStatus.ASKED)
        if claimed.update(status=PartnerExportStatus.PREPARING, claimed_at=at):
            try:
                ready += prepare_export(export_id=pk, at=at)
            except Exception:  # one partner's trouble is not the others'; it is begun again like a dead worker's
                logger.exception("a partner's file could not be made: %s", pk)
    return ready


def prepare_export(*, export_id: int, at: datetime) -> bool:
    """Make one claimed file and return True; False where the partner may not have it any more.

    The rows go from the database straight into the encryption, and only what is encrypted reaches a disk: first without
    a name, so that a killed worker leaves nothing, then into the private storage. A file nobody collected goes.
    """
    rows = PartnerExport.objects.select_related("partnership__campaign", "partnership__organisation", "key")
    export = rows.get(pk=export_id)
    if _may_not_have(export):
        _cancel(export)
        return False
    # Before anything is read: what leaves from here on is this file, and what left before is written down.
    _drop_older(export)
    write_down(export, at)
    lines = Lines(export, at)
    with TemporaryFile() as file:
        size, sha256 = encrypt_to(export.key.recipient, lines, file)
        file.seek(0)
        # Each claim has a name of its own: a worker taken for dead must not touch the file of the next one.
        claimed = f"{export.claimed_at or at:%Y%m%d%H%M%S}"
        name = storages["private"].save(f"{FOLDER}/{export.public_id}-{claimed}.csv.age", File(file))
    with transaction.atomic():
        is_sent = export.standing is not None and export.standing.delivery == Delivery.WEBHOOK
        done = PartnerExport.objects.filter(
            pk=export.pk, status=PartnerExportStatus.PREPARING, claimed_at=export.claimed_at
        ).update(
            status=PartnerExportStatus.READY,
            prepared_at=at,
            people=lines.people,
            deletions=lines.deletions,
            size=size,
            sha256=sha256,
            file=name,
            expires_at=at + KEPT_FOR,
            next_at=at if is_sent else None,
        )
        if not done:  # another worker was quicker, after this one was taken for dead
            transaction.on_commit(lambda: storages["private"].delete(name))
            return False
        audit.record(
            "coalition.partner_export.prepared",
            by="coalition.prepare_exports",
            target=export,
            partnership=export.partnership_id,
            fingerprint=export.key.fingerprint,
            rows=lines.people,
            deletions=lines.deletions,
        )
        if not is_sent:
            key = f"partner-export:export:{export.pk}:ready"
            tell_managers(export.partnership, key=key, template="partner_export_ready", at=at)
    return True


def collect_export(*, export: PartnerExport, by: "User", at: datetime) -> PartnerExport:
    """Write down that somebody collects a file, and return it; a second download within its time is audited as well.

    Raises GoneError when the file is gone, also from the storage, its key was retired, or the partner left or lost its
    agreement since; OutOfDateError when somebody in one that waited may not be handed over any more: it is made anew.
    """
    with transaction.atomic():
        hold_partnerships(export.partnership_id)
        found = PartnerExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
        entitled = Partnership.objects.entrusted_to(by).filter(pk=found.partnership_id).exists()
        is_there = found.status in (PartnerExportStatus.READY, PartnerExportStatus.COLLECTED) and found.file
        if not entitled or not is_there or found.expires_at is None or found.expires_at <= at or _may_not_have(found):
            raise GoneError
        # Before anything is written down: what nobody can fetch was handed to nobody, its deletions least of all.
        is_lost = not storages["private"].exists(found.file)
        is_old = not is_lost and is_out_of_date(found, at)
        is_made_anew = is_old and found.status == PartnerExportStatus.READY
        if is_lost or is_old:
            renew(found, at)
        else:
            _note_collected(found, by, at)
    if is_made_anew:  # said only now, so that what was done about it stays
        raise OutOfDateError
    if is_lost or is_old:
        raise GoneError
    return found


def _note_collected(export: PartnerExport, by: "User", at: datetime) -> None:
    if export.status == PartnerExportStatus.READY:
        export.status, export.collected_at, export.collected_by = PartnerExportStatus.COLLECTED, at, by
        export.save(update_fields=["status", "collected_at", "collected_by"])
        note_arrived(export)
    audit.record(
        "coalition.partner_export.exported",
        by=by,
        target=export,
        partnership=export.partnership_id,
        fingerprint=export.key.fingerprint,
        rows=export.people,
        deletions=export.deletions,
    )


def renew(export: PartnerExport, at: datetime) -> None:
    """Delete a file that may not be handed out as it is, and have another one made in its place.

    Call in a transaction that holds the partnership's row.
    """
    was_ready = export.status == PartnerExportStatus.READY
    _cancel(export)
    if not was_ready:
        return
    standing = export.standing
    if standing is not None and standing.ended_at is None:
        StandingExport.objects.standing().filter(pk=standing.pk, confirmed_at__isnull=False).update(next_at=at)
    elif standing is None:
        with suppress(NoKeyError):
            make_export(partnership=export.partnership, is_whole=export.is_whole, by=export.asked_by, at=at)


def cancel_exports(*, partnership: Partnership) -> None:
    """Stop what is under way for a partner, and delete every file it could still download."""
    rows = PartnerExport.objects.filter(partnership=partnership)
    for export in (rows.under_way() | rows.exclude(file="")).select_related("partnership"):
        _cancel(export)


def drop_files_with(*, rows: QuerySet[HandedOver], at: datetime) -> int:
    """Delete the files that hold any of these people, have those that wait made anew, and return how many went.

    For erasure, in its transaction, before the people are cut from ``rows``.
    """
    hold_partnerships(*rows.order_by().values_list("partnership", flat=True).distinct())
    held = Q(pk__in=rows.values("seen")) | Q(pk__in=rows.values("copied"))
    kept = PartnerExport.objects.filter(held).exclude(file="").select_related("partnership", "standing", "asked_by")
    dropped = 0
    for export in kept.order_by("pk"):
        renew(export, at)
        dropped += 1
    return dropped


def expire_exports(*, at: datetime) -> int:
    """Delete files whose time is over, or whose partner or key is gone; return how many."""
    ended = 0
    kept = PartnerExport.objects.exclude(file="").select_related("partnership", "key")
    for export in kept.filter(status__in=[PartnerExportStatus.READY, PartnerExportStatus.COLLECTED]):
        if _may_not_have(export):
            _cancel(export)
        elif export.expires_at is None or export.expires_at <= at:
            _drop(export, PartnerExportStatus.EXPIRED)
        else:
            continue
        ended += 1
    _sweep()
    return ended


def _sweep() -> None:
    """Delete files nobody knows of: of a worker that died between saving one and writing that down."""
    storage = storages["private"]
    try:
        names = {f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]}
    except FileNotFoundError:
        return
    # Looked up after the folder was read: what is made meanwhile is not among the names.
    under_way = PartnerExport.objects.filter(status=PartnerExportStatus.PREPARING, claimed_at__isnull=False)
    made_now = tuple(f"{FOLDER}/{export.public_id}-{export.claimed_at:%Y%m%d%H%M%S}" for export in under_way)
    known = set(PartnerExport.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names - known:
        if not name.startswith(made_now):
            storage.delete(name)


def _may_not_have(export: PartnerExport) -> bool:
    is_in_force = Partnership.objects.in_force().filter(pk=export.partnership_id).exists()
    return not is_in_force or export.key.retired_at is not None


@transaction.atomic
def _drop_older(export: PartnerExport) -> None:
    """Delete the partner's older files, collected or not: the lists they hold are about to be another one's."""
    hold_partnerships(export.partnership_id)
    older = PartnerExport.objects.filter(partnership=export.partnership_id, is_copy=export.is_copy, pk__lt=export.pk)
    for old in older.exclude(file=""):
        _drop(old, PartnerExportStatus.EXPIRED)


def _cancel(export: PartnerExport) -> None:
    _drop(export, PartnerExportStatus.CANCELLED)
    audit.record("coalition.partner_export.stopped", by="coalition.prepare_exports", target=export)


def _drop(export: PartnerExport, status: PartnerExportStatus) -> None:
    """Delete a file; what was collected stays collected on paper."""
    name = export.file
    status = PartnerExportStatus.COLLECTED if export.status == PartnerExportStatus.COLLECTED else status
    PartnerExport.objects.filter(pk=export.pk).update(status=status, file="", next_at=None)
    if name:
        storages["private"].delete(name)
