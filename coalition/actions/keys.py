"""Partners' public keys: who stole a session must not quietly swap one, so nothing about them happens alone."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.enums import Role
from campaigns.models import Campaign, Partnership
from coalition.export_letters import tell_managers
from coalition.key_rules import fingerprint_of, read_recipient
from coalition.models import PartnerKey
from core import audit

if TYPE_CHECKING:
    from accounts.models import User

WAITS = timedelta(hours=24)


class NotTheirKeyError(PermissionError):
    """Only the partner's managers add a key; they and the lead's coordinators confirm and retire one."""


class NotASecondPersonError(PermissionError):
    """Who added a key does not confirm it."""


@transaction.atomic
def add_key(*, partnership: Partnership, typed: str, by: "User", at: datetime) -> PartnerKey:
    """Add a public key and return it; the same key again returns the one that stands.

    It is in use after 24 hours, or from the moment a second person confirms it; until then the former one is. Managers
    and the lead's coordinators are told at once. Raises NotAKeyError, and NotTheirKeyError for who does not manage the
    partner or when it has left or not agreed to what is asked.
    """
    recipient = read_recipient(typed)
    locked = Partnership.objects.select_for_update(of=("self",)).select_related("campaign", "organisation")
    partnership = locked.get(pk=partnership.pk)
    if not Partnership.objects.entrusted_to(by).filter(pk=partnership.pk).exists():
        raise NotTheirKeyError
    known = PartnerKey.objects.standing().filter(partnership=partnership, recipient=recipient).first()
    if known is not None:
        return known
    key = PartnerKey.objects.create(
        partnership=partnership,
        recipient=recipient,
        fingerprint=fingerprint_of(recipient),
        added_by=by,
        added_at=at,
        usable_at=at + WAITS,
    )
    audit.record("coalition.partner_key.added", by=by, target=key, fingerprint=key.fingerprint)
    _tell(key, "added", at)
    return key


@transaction.atomic
def confirm_key(*, key: PartnerKey, by: "User", at: datetime) -> PartnerKey:
    """Let a key be used at once, because a second person compared its fingerprint; again changes nothing."""
    key = PartnerKey.objects.select_for_update(of=("self",)).select_related("partnership__campaign").get(pk=key.pk)
    _must_look_after(key.partnership, by)
    if key.added_by_id == by.pk:
        raise NotASecondPersonError
    if key.confirmed_at is not None or key.retired_at is not None:
        return key
    key.confirmed_by, key.confirmed_at, key.usable_at = by, at, min(key.usable_at, at)
    key.save(update_fields=["confirmed_by", "confirmed_at", "usable_at"])
    audit.record("coalition.partner_key.confirmed", by=by, target=key, fingerprint=key.fingerprint)
    _tell(key, "confirmed", at)
    return key


@transaction.atomic
def retire_key(*, key: PartnerKey, by: "User", at: datetime) -> PartnerKey:
    """Take a key out of use, and every older one with it, so that none of them comes back; again changes nothing."""
    key = PartnerKey.objects.select_for_update(of=("self",)).select_related("partnership__campaign").get(pk=key.pk)
    _must_look_after(key.partnership, by)
    if key.retired_at is not None:
        return key
    older = PartnerKey.objects.standing().filter(partnership=key.partnership_id, pk__lte=key.pk)
    older.update(retired_at=at, retired_by=by)
    key.refresh_from_db()
    audit.record("coalition.partner_key.retired", by=by, target=key, fingerprint=key.fingerprint)
    _tell(key, "retired", at)
    return key


def key_in_use(partnership: Partnership, at: datetime) -> PartnerKey | None:
    """Return the key files are encrypted to now."""
    key: PartnerKey | None = PartnerKey.objects.usable(at).filter(partnership=partnership).first()
    return key


def looks_after(partnership: Partnership, user: "User") -> bool:
    """Say whether the user manages the partner while it takes part, or coordinates the campaign."""
    if user.is_superuser or Campaign.objects.led_by(user, Role.COORDINATOR).filter(pk=partnership.campaign_id).exists():
        return True
    return Partnership.objects.entrusted_to(user).filter(pk=partnership.pk).exists()


def _must_look_after(partnership: Partnership, by: "User") -> None:
    if not looks_after(partnership, by):
        raise NotTheirKeyError


def _tell(key: PartnerKey, what: str, at: datetime) -> None:
    tell_managers(
        key.partnership,
        key=f"partner-key:key:{key.pk}:{what}",
        template="partner_key",
        at=at,
        coordinators=True,
        what=what,
        fingerprint=key.fingerprint,
    )
