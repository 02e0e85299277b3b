import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from wagtail.models import GroupPagePermission, Page

from accounts import roles
from accounts.actions import groups
from accounts.actions.groups import UnknownPermissionError, sync_roles, sync_user_groups
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.roles import ENTER_STAFF_AREA, RIGHTS, group_name

pytestmark = pytest.mark.django_db


def test_migrating_has_made_a_group_for_every_role():
    assert {group_name(role) for role in Role} <= set(Group.objects.values_list("name", flat=True))


def test_every_role_has_rights_and_only_the_mobiliser_no_staff_area():
    assert set(RIGHTS) == set(Role)
    assert {role for role in Role if not RIGHTS[role].enters_staff_area} == {Role.MOBILISER}


def test_only_the_coordinator_grants_roles_that_reach_beyond_the_own_organisation():
    reaching = {role for role in Role if RIGHTS[role].reach == "coalition" or RIGHTS[role].pages}
    for role in set(Role) - {Role.COORDINATOR}:
        assert not RIGHTS[role].grants & reaching, role


def test_sync_roles_twice_gives_the_same_and_takes_what_a_group_had_beyond_the_table():
    group = Group.objects.get(name=group_name(Role.ANALYST))
    root = Page.get_first_root_node()
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    GroupPagePermission.objects.create(
        group=group, page=root, permission=Permission.objects.get(codename="publish_page")
    )

    first, second = sync_roles(), sync_roles()

    assert first == second
    assert not group.permissions.filter(codename="delete_user").exists()
    assert not group.page_permissions.exists()


def test_the_coordinator_edits_and_publishes_every_page_and_nobody_else_does(cast):
    root = Page.get_first_root_node()
    for name in ("ada", "ben", "eva", "finn", "gul"):
        rights = root.permissions_for_user(cast[name])
        assert rights.can_add_subpage() is (name == "ada")
        assert rights.can_publish_subpage() is (name == "ada")


@pytest.mark.parametrize("name", ["ada", "ben", "cleo", "eva", "finn", "gul", "ivo"])
def test_no_role_reaches_users_groups_or_djangos_own_tables(cast, name):
    held = cast[name].get_all_permissions()

    assert not {permission for permission in held if permission.split(".")[0] in ("auth", "contenttypes", "sessions")}
    assert "accounts.change_user" not in held


def test_sync_roles_with_a_permission_nobody_has_says_which(monkeypatch):
    rights = roles.RoleRights(summary="x", permissions=frozenset({"accounts.fly"}))
    monkeypatch.setitem(roles.RIGHTS, Role.ANALYST, rights)

    with pytest.raises(UnknownPermissionError, match=r"accounts\.fly"):
        sync_roles()


def test_sync_roles_gathers_what_other_apps_declare(monkeypatch):
    from accounts import permissions

    monkeypatch.setattr(permissions, "ROLE_PERMISSIONS", {Role.ANALYST: ["core.view_auditentry"]}, raising=False)

    sync_roles()

    assert groups.declared_permissions()[Role.ANALYST] >= {"core.view_auditentry"}
    assert Group.objects.get(name=group_name(Role.ANALYST)).permissions.filter(codename="view_auditentry").exists()


def test_sync_user_groups_leaves_groups_given_by_hand_alone(cast):
    by_hand = Group.objects.create(name="Editors by hand")
    cast.cleo.groups.add(by_hand, Group.objects.get(name=group_name(Role.COORDINATOR)))

    sync_user_groups(user=cast.cleo)

    assert set(cast.cleo.groups.values_list("name", flat=True)) == {"Editors by hand", group_name(Role.MOBILISER)}
    assert not User.objects.get(pk=cast.cleo.pk).has_perm(ENTER_STAFF_AREA)


class TestVisibleTo:
    def names(self, rows):
        return {row.slug for row in rows}

    @pytest.mark.parametrize(
        ("who", "slugs"),
        [
            ("ada", {"lead", "partner"}),
            ("ben", {"partner"}),
            ("cleo", {"partner"}),
            ("dan", {"elsewhere"}),
            ("eva", {"lead"}),
            ("finn", {"lead", "partner"}),
            ("gul", {"lead", "partner"}),
            ("hana", {"lead", "partner", "elsewhere"}),
            ("ivo", set()),
        ],
    )
    def test_organisations_are_visible_by_role_and_reach(self, cast, who, slugs):
        rows = Organisation.objects.visible_to(cast[who])
        assert self.names(rows) == slugs
        assert rows.count() == len(slugs)

    def test_nobody_anonymous_sees_anything(self, cast):
        assert not Organisation.objects.visible_to(AnonymousUser()).exists()
        assert not Membership.objects.visible_to(AnonymousUser()).exists()

    @pytest.mark.parametrize("who", ["cleo", "eva", "finn"])
    def test_who_manages_nobody_sees_the_own_membership_only(self, cast, who):
        assert [row.user for row in Membership.objects.visible_to(cast[who])] == [cast[who]]

    def test_an_organisation_seen_for_two_reasons_comes_once(self, cast):
        cast.partner.led_by.add(cast.elsewhere)
        groups.sync_user_groups(user=cast.ada)
        Membership.objects.create(user=cast.ada, organisation=cast.elsewhere, role=Role.COORDINATOR)
        Membership.objects.create(user=cast.ada, organisation=cast.partner, role=Role.ANALYST)

        assert Organisation.objects.visible_to(cast.ada).count() == 3
