"""Whether an address is known to be read by the person it stands with."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.audit import Actor
from people.models import ContactPoint


@transaction.atomic
def verify_contact_point(*, point: ContactPoint, by: Actor, at: datetime) -> ContactPoint:
    """Write down that its owner proved to read an address, and return it; the first proof's moment stays.

    Consents are what they were. Safe to call twice.
    """
    proved = ContactPoint.objects.filter(pk=point.pk, verified_at__isnull=True).update(verified_at=at)
    point.refresh_from_db(fields=["verified_at"])
    if proved:
        audit.record("people.contact_point.verified", by=by, target=point)
    return point
