"""Addresses two people gave: noted when it happens, decided by staff.

That they are one person is decided by merging them (`people.actions.supporters.merge_supporters`).
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from core import audit
from core.audit import Actor
from people.actions.consents import withdrawal_of
from people.enums import ConflictStatus, ConsentState
from people.models import ConsentEvent, ContactConflict, ContactPoint, Supporter


class ConflictSettled(ValueError):
    """Somebody decided before, or the records are one by now."""


def note_conflict(*, point: ContactPoint, supporter: Supporter) -> ContactConflict:
    """Note that ``supporter`` gave an address that is another's, and return the note; a repeat returns the first.

    Where staff found them to be two people, that stands; an address that was moved since then is asked about anew.
    """
    conflict, is_new = ContactConflict.objects.get_or_create(contact_point=point, supporter=supporter)
    if not is_new and conflict.status in (ConflictStatus.MOVED, ConflictStatus.MERGED):
        conflict.status, conflict.decided_by, conflict.decided_at = ConflictStatus.OPEN, None, None
        conflict.save(update_fields=["status", "decided_by", "decided_at"])
    audit.record("people.contact_point.claimed_twice", target=point, supporter=supporter.pk)
    return conflict


@transaction.atomic
def leave_address(*, conflict: ContactConflict, by: Actor, at: datetime) -> ContactConflict:
    """Settle that the two are different people and the address stays whose it is; a second call changes nothing.

    Raises ConflictSettled for one that was decided otherwise.
    """
    locked = _locked(conflict)
    if locked.status == ConflictStatus.SEPARATE:
        return locked
    _refuse_unless_open(locked)
    _decide(locked, ConflictStatus.SEPARATE, by, at)
    audit.record("people.contact_conflict.left", by=by, target=locked)
    return locked


@transaction.atomic
def move_address(*, conflict: ContactConflict, by: Actor, at: datetime) -> ContactConflict:
    """Give the address to the person who gave it later, and return the conflict; a second call changes nothing.

    Nobody has proved yet that it is theirs, so it is unverified, and what the one before allowed at it is withdrawn:
    the new owner allowed nothing. The packages above cancel what waits to be sent to it
    (settings.CONTACT_POINT_MOVERS). A stop of the address stands. Raises ConflictSettled.
    """
    locked = _locked(conflict)
    if locked.status == ConflictStatus.MOVED:
        return locked
    _refuse_unless_open(locked)
    point, before = locked.contact_point, locked.contact_point.supporter_id
    point.supporter, point.verified_at = locked.supporter, None
    point.save(update_fields=["supporter", "verified_at"])
    withdrawn = _withdraw_everything(point, source=f"contact-conflict:{locked.pk}", at=at)
    for path in settings.CONTACT_POINT_MOVERS:
        import_string(path)(point=point, by=by)
    _decide(locked, ConflictStatus.MOVED, by, at)
    audit.record(
        "people.contact_conflict.moved",
        by=by,
        target=locked,
        contact_point=point.pk,
        before=before,
        after=point.supporter_id,
        withdrawn=withdrawn,
    )
    return locked


def settle_conflicts_of_merged(*, keep: Supporter, absorb: Supporter, by: Actor) -> None:
    """Hand the absorbed record's conflicts to the kept one; those between the two are settled by that."""
    known = list(ContactConflict.objects.filter(supporter=keep).values_list("contact_point", flat=True))
    ContactConflict.objects.filter(supporter=absorb, contact_point__in=known).delete()
    ContactConflict.objects.filter(supporter=absorb).update(supporter=keep)
    ContactConflict.objects.open().filter(supporter=keep, contact_point__supporter=F("supporter")).update(
        status=ConflictStatus.MERGED, decided_by=by if isinstance(by, AbstractBaseUser) else None, decided_at=Now()
    )


def _locked(conflict: ContactConflict) -> ContactConflict:
    """Lock both people in the order a merge locks them, then the conflict, and return it as it is now."""
    ids = sorted((conflict.supporter_id, conflict.contact_point.supporter_id))
    list(Supporter.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    return (
        ContactConflict.objects.select_for_update(of=("self", "contact_point"))
        .select_related("contact_point", "supporter")
        .get(pk=conflict.pk)
    )


def _refuse_unless_open(conflict: ContactConflict) -> None:
    is_one = conflict.contact_point.supporter_id == conflict.supporter_id
    if conflict.status != ConflictStatus.OPEN or is_one or conflict.supporter.merged_into_id:
        raise ConflictSettled


def _decide(conflict: ContactConflict, status: ConflictStatus, by: Actor, at: datetime) -> None:
    conflict.status, conflict.decided_at = status, at
    conflict.decided_by = by if isinstance(by, AbstractBaseUser) else None  # type: ignore[assignment]
    conflict.save(update_fields=["status", "decided_by", "decided_at"])


def _withdraw_everything(point: ContactPoint, *, source: str, at: datetime) -> int:
    """Take back what stands granted at an address, and return how many consents that were."""
    latest: dict[tuple[object, ...], ConsentEvent] = {}
    for event in ConsentEvent.objects.filter(contact_point=point).order_by("at", "id"):
        latest[event.purpose, event.channel, event.organisation_id, event.scope] = event
    granted = [event for event in latest.values() if event.state == ConsentState.GRANTED]
    ConsentEvent.objects.bulk_create(withdrawal_of(event, source=source, at=max(at, event.at)) for event in granted)
    return len(granted)
