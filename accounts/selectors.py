"""Who may say yes to a large export, and what somebody has to decide or to download."""

from datetime import datetime
from functools import cache

from django.db.models import Q

from accounts.actions.groups import declared_permissions
from accounts.enums import Role
from accounts.models import ExportRequest, Organisation, User
from accounts.roles import RIGHTS, roles_reaching

MOST_SHOWN = 200


@cache
def roles_with(permission: str) -> tuple[str, ...]:
    """Return the roles that carry a permission."""
    declared = declared_permissions()
    return tuple(role.value for role in Role if permission in RIGHTS[role].permissions | declared[role])


def rights_come_from(user: User, permission: str) -> list[int]:
    """Return the ids of the organisations through which the user has a right; none for an administrator."""
    if user.is_superuser:
        return []
    held = user.memberships.filter(role__in=roles_with(permission))
    return sorted(set(held.values_list("organisation", flat=True)))


def may_decide(user: User, request: ExportRequest) -> bool:
    """Say whether the user is a second person for this request: not the asker, whatever other role they hold as well,
    and with the right over every organisation the asker has it through. About an administrator's, administrators do.
    """
    if user.pk == request.asker_id or not user.is_active:
        return False
    if user.is_superuser:
        return True
    asked = set(request.organisations)
    if not asked or not user.may_enter_staff_area:
        return False
    reached = Organisation.objects.reached_by(user, list(roles_with(request.permission)))
    return reached.filter(pk__in=asked).count() == len(asked)


def deciders_of(request: ExportRequest) -> list[User]:
    """Return everybody who may decide; administrators only where nobody else may."""
    leading = Q(
        memberships__organisation__partners__in=request.organisations,
        memberships__role__in=set(roles_with(request.permission)) & set(roles_reaching("coalition")),
    )
    own = Q(memberships__organisation__in=request.organisations, memberships__role__in=roles_with(request.permission))
    near = User.objects.filter(own | leading, is_active=True).exclude(pk=request.asker_id).distinct().order_by("pk")
    found = [user for user in near if may_decide(user, request)]
    administrators = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=request.asker_id)
    return found or list(administrators.order_by("pk"))


def to_decide(user: User, at: datetime) -> list[ExportRequest]:
    """Return the requests that wait for this user's word, the oldest first."""
    waiting = ExportRequest.objects.waiting(at).exclude(asker=user).select_related("asker").order_by("pk")
    return [request for request in waiting[:MOST_SHOWN] if may_decide(user, request)]


def export_requests_of(user: User) -> list[ExportRequest]:
    """Return what the user asked for or decided about, the newest first."""
    concerned = ExportRequest.objects.filter(Q(asker=user) | Q(decided_by=user))
    return list(concerned.select_related("asker", "decided_by")[:MOST_SHOWN])
