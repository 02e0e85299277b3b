"""Add organisations and keep what is known of them."""

from typing import Any

from django.db import transaction

from accounts.models import Membership, Organisation
from core import audit
from core.models import AuditEntry

FIELDS = ("name", "slug", "country", "website", "privacy_url", "contact_email", "postal_address")


@transaction.atomic
def create_organisation(
    *, by: audit.Actor, led_by: Organisation | None = None, is_generated: bool = False, **fields: Any
) -> Organisation:
    """Add an organisation, as a partner of ``led_by`` where one is named, and return it.

    A second call with the same ``slug`` returns the first organisation as it is, made a partner if it was not.
    """
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"create_organisation() does not know {sorted(unknown)}")
    slug = fields.pop("slug")
    organisation, made = Organisation.objects.get_or_create(
        slug=slug, defaults={**fields, "is_generated": is_generated}
    )
    if led_by is not None and led_by != organisation:
        organisation.led_by.add(led_by)
    if made:
        audit.record("accounts.organisation.created", by=by, target=organisation)
    return organisation


@transaction.atomic
def change_organisation(*, organisation: Organisation, by: audit.Actor, **fields: Any) -> Organisation:
    """Write the changed fields of an organisation; nothing changed, nothing audited."""
    current = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = sorted(name for name, value in fields.items() if name in FIELDS and getattr(current, name) != value)
    for name in changed:
        setattr(current, name, fields[name])
    if changed:
        current.save(update_fields=changed)
        audit.record("accounts.organisation.changed", by=by, target=current, fields=changed)
    return current


@transaction.atomic
def untie_organisation(*, organisation: Organisation, lead: Organisation, by: audit.Actor) -> None:
    """Take the organisation out of the lead's coalition. Safe to call twice.

    The entry names whoever worked there until now: what they did so far stays readable to the lead's officer
    (`accounts.audit_scope`).
    """
    if not organisation.led_by.filter(pk=lead.pk).exists():
        return
    organisation.led_by.remove(lead)
    audit.record(
        "accounts.organisation.untied",
        by=by,
        target=organisation,
        lead=lead.pk,
        people=_people_of(organisation),
    )


def _people_of(organisation: Organisation) -> list[int]:
    """Return the ids of who works there, and of who ever did as far as the trail knows."""
    now = Membership.objects.filter(organisation=organisation).values_list("user", flat=True)
    roles = AuditEntry.objects.filter(
        action__in=["accounts.membership.granted", "accounts.membership.revoked"], details__organisation=organisation.pk
    )
    once = roles.values_list("details__user", flat=True)
    return sorted({pk for pk in (*now, *once) if pk is not None})
