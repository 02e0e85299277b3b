"""Keep Django's groups equal to the table of roles, and users in the groups of the roles they hold."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.module_loading import module_has_submodule
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.enums import Role
from accounts.models import User
from accounts.roles import RIGHTS, group_name


class UnknownPermissionError(Exception):
    """A role names a permission that no installed app has: a slip in a table, never a state to live with."""


@transaction.atomic
def sync_roles() -> dict[str, int]:
    """Make one group per role with exactly the permissions of the tables; return group name → permissions.

    Runs after every ``migrate`` and is safe to run at any time: what a group had beyond the tables is taken away.
    Raises UnknownPermissionError when a table names a permission that does not exist.
    """
    for app_config in apps.get_app_configs():
        create_permissions(app_config, verbosity=0)
    declared = declared_permissions()
    known = _known_permissions()
    counts = {}
    for role in Role:
        group, _ = Group.objects.get_or_create(name=group_name(role))
        wanted = _pick(known, sorted(RIGHTS[role].permissions | declared[role]))
        group.permissions.set(wanted)
        _sync_pages(group, _pick(known, [f"wagtailcore.{codename}" for codename in RIGHTS[role].pages]))
        _sync_collections(group, _pick(known, RIGHTS[role].collections))
        counts[group.name] = len(wanted)
    return counts


def declared_permissions() -> dict[Role, set[str]]:
    """Return what the apps' own ``permissions.ROLE_PERMISSIONS`` give each role."""
    found: dict[Role, set[str]] = {role: set() for role in Role}
    for app_config in apps.get_app_configs():
        if app_config.module is not None and module_has_submodule(app_config.module, "permissions"):
            table = getattr(import_module(f"{app_config.name}.permissions"), "ROLE_PERMISSIONS", {})
            for role, names in table.items():
                found[Role(role)].update(names)
    return found


def _known_permissions() -> dict[str, Permission]:
    """Return every permission by its name ``app.codename``, read at once: a role names dozens."""
    known: dict[str, Permission] = {}
    for permission in Permission.objects.select_related("content_type"):
        known.setdefault(f"{permission.content_type.app_label}.{permission.codename}", permission)
    return known


def _pick(known: dict[str, Permission], names: Iterable[str]) -> list[Permission]:
    picked = []
    for name in names:
        if name not in known:
            raise UnknownPermissionError(f"There is no permission {name!r}; mend the table of roles that names it.")
        picked.append(known[name])
    return picked


@transaction.atomic
def sync_user_groups(*, user: User) -> None:
    """Put the user in the groups of the roles held and take it out of those of roles no longer held.

    Groups a superuser gave by hand (any other name) are left alone.
    """
    held = set(user.memberships.values_list("role", flat=True))
    groups = {group.name: group for group in Group.objects.filter(name__in=[group_name(role) for role in Role])}
    user.groups.remove(*[groups[group_name(role)] for role in Role if role.value not in held])
    user.groups.add(*[groups[group_name(role)] for role in Role if role.value in held])
    _forget_cached(user)


def _forget_cached(user: User) -> None:
    for name in ("roles", "_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(name, None)


def _sync_pages(group: Group, wanted: list[Permission]) -> None:
    root = Page.get_first_root_node()
    if root is None:  # before Wagtail's own first migration has run
        return
    _exactly(GroupPagePermission.objects.filter(group=group, page=root), wanted, group=group, page=root)


def _sync_collections(group: Group, wanted: list[Permission]) -> None:
    root = Collection.get_first_root_node()
    if root is None:
        return
    rows = GroupCollectionPermission.objects.filter(group=group, collection=root)
    _exactly(rows, wanted, group=group, collection=root)


def _exactly(rows: Any, wanted: list[Permission], **columns: Any) -> None:
    rows.exclude(permission__in=wanted).delete()
    held = set(rows.values_list("permission", flat=True))
    rows.model.objects.bulk_create(rows.model(permission=found, **columns) for found in wanted if found.pk not in held)
