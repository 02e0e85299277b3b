"""Whose part of the audit trail somebody reads: what their own coalition's people did, and what jobs did."""

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organisation, User
from accounts.roles import RIGHTS
from core.models import AuditEntry

_READING = [role for role, rights in RIGHTS.items() if "core.view_auditentry" in rights.permissions]


def people_watched(user: User) -> QuerySet[User]:
    """Return the logins whose doings the user may read: whoever works, or ever worked, where the user watches.

    Whoever left is known from the trail itself, which names the organisation when it gives a role.
    """
    if user.is_superuser:
        return User.objects.all()
    watched = list(Organisation.objects.reached_by(user, list(_READING)).values_list("pk", flat=True))
    given = AuditEntry.objects.filter(action="accounts.membership.granted", details__organisation__in=watched)
    once = [pk for pk in given.values_list("details__user", flat=True) if pk is not None]
    now = Membership.objects.filter(organisation__in=watched).values("user")
    return User.objects.filter(Q(pk__in=now) | Q(pk__in=once) | Q(pk=user.pk))


def entries_read_by(user: User) -> QuerySet[AuditEntry]:
    """Return the entries the user may read. Those of jobs and of the public name nobody and are everybody's."""
    if user.is_superuser:
        return AuditEntry.objects.all()
    actors = [f"user:{pk}" for pk in people_watched(user).values_list("pk", flat=True)]
    return AuditEntry.objects.filter(Q(actor__in=actors) | ~Q(actor__startswith="user:"))
