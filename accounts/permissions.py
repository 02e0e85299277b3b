"""Who may do what to organisations, memberships and the audit trail: the one module of these rules.

``user.has_perm("accounts.manage_members", organisation)`` asks them. What a role may do at all stands in
`accounts/roles.py`; these rules add *to which one*.
"""

from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.roles import RIGHTS

Viewer = User | AnonymousUser


def roles_in(user: Viewer, organisation: Organisation) -> set[Role]:
    """Return the roles whose rights the user has over ``organisation``: held in it, or reaching it from a leader."""
    if not user.is_authenticated or not user.is_active:
        return set()
    leaders = set(organisation.led_by.values_list("pk", flat=True))
    return {
        Role(role)
        for role, held_in in user.memberships.values_list("role", "organisation")
        if held_in == organisation.pk or (RIGHTS[Role(role)].reach == "coalition" and held_in in leaders)
    }


def grantable_roles(user: Viewer, organisation: Organisation) -> set[Role]:
    """Return the roles the user may give and take in ``organisation``."""
    if user.is_authenticated and user.is_active and user.is_superuser:
        return set(Role)
    return {granted for role in roles_in(user, organisation) for granted in RIGHTS[role].grants}


def grantable_anywhere(user: User) -> set[Role]:
    """Return the roles the user may give in at least one organisation."""
    if user.is_superuser:
        return set(Role)
    return {granted for role in user.roles for granted in RIGHTS[Role(role)].grants}


def manageable_organisations(user: Viewer) -> Any:
    """Return the organisations in which the user may give at least one role."""
    visible = Organisation.objects.visible_to(user)
    if not user.is_authenticated or user.is_superuser:
        return visible
    granting = [role.value for role in Role if RIGHTS[role].grants]
    return visible.reached_by(user, granting)


@rules.predicate
def manages_members(user: Viewer, organisation: Organisation | None) -> bool:
    return organisation is not None and bool(grantable_roles(user, organisation))


@rules.predicate
def may_take_membership(user: Viewer, membership: Membership | None) -> bool:
    return membership is not None and Role(membership.role) in grantable_roles(user, membership.organisation)


@rules.predicate
def edits_organisation(user: Viewer, organisation: Organisation | None) -> bool:
    if organisation is None:
        return False
    return any("accounts.change_organisation" in RIGHTS[role].permissions for role in roles_in(user, organisation))


@rules.predicate
def reads_audit_trail(user: Viewer) -> bool:
    return user.is_authenticated and user.has_perm("core.view_auditentry")


rules.add_perm("accounts.manage_members", rules.is_superuser | manages_members)
rules.add_perm("accounts.take_membership", rules.is_superuser | may_take_membership)
rules.add_perm("accounts.edit_organisation", rules.is_superuser | edits_organisation)
rules.add_perm("accounts.read_audit_trail", reads_audit_trail)
