"""The one table of what each role is for and may do. Pure: no database, no request.

Permissions are Django's, written ``app.codename``. What a role may do with another app's models stands in that app's
``permissions.py`` as ``ROLE_PERMISSIONS`` (role → permissions); `accounts.actions.groups` collects them. Which *rows* a
person sees is decided by each model's ``visible_to(user)``, never here.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role

GROUP_PREFIX = "Carillon: "
ENTER_STAFF_AREA = "wagtailadmin.access_admin"


@dataclass(frozen=True)
class RoleRights:
    """What one role may do.

    ``reach``: whose organisations its holder sees — ``own``, or ``coalition`` (own and the partners of its own).
    ``grants``: the roles its holder may give and take within that reach.
    ``pages``, ``collections``: Wagtail's page permissions on the whole tree, and on images and documents.
    """

    summary: str | Promise
    reach: str = "own"
    permissions: frozenset[str] = frozenset()
    grants: frozenset[Role] = field(default_factory=frozenset)
    pages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    @property
    def enters_staff_area(self) -> bool:
        """Whether the role opens /staff/; such a role needs a second factor."""
        return ENTER_STAFF_AREA in self.permissions


_VIEW = {"accounts.view_organisation", "accounts.view_membership"}
_MANAGE_MEMBERS = {"accounts.add_membership", "accounts.change_membership", "accounts.delete_membership"}
_TOKENS = {"accounts.view_apitoken", "accounts.add_apitoken", "accounts.change_apitoken"}
_MEDIA = ("wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image")
_FILES = ("wagtaildocs.add_document", "wagtaildocs.change_document", "wagtaildocs.choose_document")

RIGHTS: dict[Role, RoleRights] = {
    Role.COORDINATOR: RoleRights(
        summary=_("Runs campaigns: pages, petitions, partners, people and figures."),
        reach="coalition",
        permissions=frozenset(
            {
                ENTER_STAFF_AREA,
                "accounts.add_organisation",
                "accounts.change_organisation",
                *_VIEW,
                *_MANAGE_MEMBERS,
                *_TOKENS,
            }
        ),
        grants=frozenset(Role),
        pages=("add_page", "change_page", "publish_page", "lock_page"),
        collections=(*_MEDIA, *_FILES),
    ),
    Role.PARTNER_MANAGER: RoleRights(
        summary=_("Looks after one partner organisation: its own people, links and figures."),
        permissions=frozenset({ENTER_STAFF_AREA, "accounts.change_organisation", *_VIEW, *_MANAGE_MEMBERS, *_TOKENS}),
        grants=frozenset({Role.PARTNER_MANAGER, Role.ORGANISER, Role.MOBILISER}),
        collections=("wagtailimages.add_image", "wagtailimages.choose_image"),
    ),
    Role.ORGANISER: RoleRights(
        summary=_("Plans events and fills their shifts."),
        permissions=frozenset({ENTER_STAFF_AREA}),
        collections=("wagtailimages.add_image", "wagtailimages.choose_image"),
    ),
    Role.MOBILISER: RoleRights(
        summary=_("Talks to people in the street; works in the phone app, not in the staff area."),
    ),
    Role.ANALYST: RoleRights(
        summary=_("Reads dashboards and exports of figures without personal data."),
        reach="coalition",
        permissions=frozenset({ENTER_STAFF_AREA, "accounts.view_organisation"}),
    ),
    Role.DATA_PROTECTION_OFFICER: RoleRights(
        summary=_("Watches over consents, requests, retention and the audit trail."),
        reach="coalition",
        permissions=frozenset({ENTER_STAFF_AREA, "core.view_auditentry", "accounts.view_apitoken", *_VIEW}),
    ),
}


def group_name(role: Role) -> str:
    """Return the name of the Django group that carries a role's permissions."""
    return f"{GROUP_PREFIX}{role.value}"


def roles_reaching(reach: str) -> list[str]:
    """Return the roles whose holders see organisations that far."""
    return [role.value for role in Role if RIGHTS[role].reach == reach]


def roles_managing_members() -> list[str]:
    """Return the roles whose holders see who is a member, not only themselves."""
    return [role.value for role in Role if "accounts.view_membership" in RIGHTS[role].permissions]
