"""Art. 18 GDPR: somebody's data is kept and used for nothing, until they or the data-protection officer say so."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.audit import Actor
from people.models import Supporter


@transaction.atomic
def restrict_supporter(*, supporter: Supporter, by: Actor, at: datetime) -> Supporter:
    """Use somebody's data for nothing but answers to what they do themselves. Safe to call twice: the first counts."""
    if Supporter.objects.filter(pk=supporter.pk, restricted_at=None).update(restricted_at=at):
        audit.record("people.supporter.restricted", by=by, target=supporter)
    supporter.refresh_from_db(fields=["restricted_at"])
    return supporter


@transaction.atomic
def lift_restriction(*, supporter: Supporter, by: Actor) -> Supporter:
    """Use the data again as they allowed it. Safe to call twice."""
    if Supporter.objects.filter(pk=supporter.pk, restricted_at__isnull=False).update(restricted_at=None):
        audit.record("people.supporter.restriction_lifted", by=by, target=supporter)
    supporter.refresh_from_db(fields=["restricted_at"])
    return supporter
