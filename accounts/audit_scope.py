"""Whose part of the audit trail somebody reads: what their own coalition's people did, and what jobs did."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organisation, User
from accounts.roles import RIGHTS, roles_reaching
from core.models import AuditEntry

_READING = [role for role, rights in RIGHTS.items() if "core.view_auditentry" in rights.permissions]


def people_watched(user: User) -> QuerySet[User]:
    """Return the logins the user may read anything of: those of their coalition, also of partners that left it."""
    if user.is_superuser:
        return User.objects.all()
    gone = [pk for left in _departures(user) for pk in left.details["people"]]
    return User.objects.filter(_watched_throughout(user) | Q(pk__in=gone))


def entries_read_by(user: User) -> QuerySet[AuditEntry]:
    """Return the entries the user may read. Those of jobs and of the public name nobody and are everybody's."""
    if user.is_superuser:
        return AuditEntry.objects.all()
    throughout = User.objects.filter(_watched_throughout(user)).values_list("pk", flat=True)
    read = Q(actor__in=_actors(throughout)) | ~Q(actor__startswith="user:")
    for left in _departures(user):
        read |= Q(actor__in=_actors(left.details["people"]), at__lte=left.at)
    return AuditEntry.objects.filter(read)


def _actors(people: Iterable[int]) -> list[str]:
    return [f"user:{pk}" for pk in people]


def _watched_throughout(user: User) -> Q:
    """Return the logins whose doings the user may all read: whoever works, or ever worked, where the user watches.

    Whoever left is known from the trail itself, which names the organisation when it gives a role.
    """
    watched = list(Organisation.objects.reached_by(user, list(_READING)).values_list("pk", flat=True))
    given = AuditEntry.objects.filter(action="accounts.membership.granted", details__organisation__in=watched)
    once = [pk for pk in given.values_list("details__user", flat=True) if pk is not None]
    now = Membership.objects.filter(organisation__in=watched).values("user")
    return Q(pk__in=now) | Q(pk__in=once) | Q(pk=user.pk)


def _departures(user: User) -> QuerySet[AuditEntry]:
    """Return the entries of organisations that left a coalition the user watches over; each names who worked there.

    What these people do from then on is not the user's to read.
    """
    reaching = set(_READING) & set(roles_reaching("coalition"))
    leading = list(user.memberships.filter(role__in=reaching).values_list("organisation", flat=True))
    return AuditEntry.objects.filter(action="accounts.organisation.untied", details__lead__in=leading)
