"""Encrypted files for partners: asked for, prepared in the background, collected, gone."""

import logging
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction

from campaigns.models import Partnership
from coalition.actions.keys import key_in_use
from coalition.encryption import encrypt_to
from coalition.export_enums import Delivery, PartnerExportStatus
from coalition.export_letters import tell_managers
from coalition.export_rows import Lines, write_down
from coalition.models import PartnerExport, StandingExport
from core import audit

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=7)
# A worker that has not finished by then is dead; another one begins again.
DEAD_AFTER = timedelta(minutes=30)
_UNDER_WAY = [PartnerExportStatus.ASKED, PartnerExportStatus.PREPARING]


class NoKeyError(Exception):
    """No key of the partner is in use; nothing leaves unencrypted."""


class NotEntitledError(PermissionError):
    """The partner has left, or has not agreed to what is asked of it, or the user does not manage it."""


class GoneError(Exception):
    """There is no such file any more, or the partner may not have it any more."""


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
    under_way = PartnerExport.objects.filter(partnership=partnership, status__in=_UNDER_WAY).first()
    if under_way is not None:
        return under_way
    key = key_in_use(partnership, at)
    if key is None:
        raise NoKeyError
    export = PartnerExport.objects.create(
        partnership=partnership,
        key=key,
        standing=standing,
        due_at=standing.next_at if standing else None,
        is_whole=is_whole,
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
    write_down(export, at)
    lines = Lines(export, at)
    with TemporaryFile() as file:
        size, sha256 = encrypt_to(export.key.recipient, lines, file)
        file.seek(0)
        name = storages["private"].save(f"partner-exports/{export.public_id}.csv.age", File(file))
    _drop_uncollected(export)
    with transaction.atomic():
        is_sent = export.standing is not None and export.standing.delivery == Delivery.WEBHOOK
        done = PartnerExport.objects.filter(pk=export.pk, status=PartnerExportStatus.PREPARING).update(
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

    Raises GoneError when the file is gone, its key was retired, or the partner left or lost its agreement since.
    """
    with transaction.atomic():
        found = PartnerExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
        entitled = Partnership.objects.entrusted_to(by).filter(pk=found.partnership_id).exists()
        is_there = found.status in (PartnerExportStatus.READY, PartnerExportStatus.COLLECTED) and found.file
        if not entitled or not is_there or found.expires_at is None or found.expires_at <= at or _may_not_have(found):
            raise GoneError
        if found.status == PartnerExportStatus.READY:
            found.status, found.collected_at, found.collected_by = PartnerExportStatus.COLLECTED, at, by
            found.save(update_fields=["status", "collected_at", "collected_by"])
        audit.record(
            "coalition.partner_export.exported",
            by=by,
            target=found,
            partnership=found.partnership_id,
            fingerprint=found.key.fingerprint,
            rows=found.people,
            deletions=found.deletions,
        )
    return found


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
    return ended


def _may_not_have(export: PartnerExport) -> bool:
    is_in_force = Partnership.objects.in_force().filter(pk=export.partnership_id).exists()
    return not is_in_force or export.key.retired_at is not None


def _drop_uncollected(export: PartnerExport) -> None:
    older = PartnerExport.objects.filter(partnership=export.partnership_id, pk__lt=export.pk)
    for old in older.filter(status=PartnerExportStatus.READY):
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
