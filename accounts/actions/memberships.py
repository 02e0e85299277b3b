"""Give people roles in organisations and take them away."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import mails
from accounts.actions.api_tokens import end_tokens_of_maker
from accounts.actions.groups import sync_user_groups
from accounts.actions.sessions import sign_out_everywhere
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.permissions import grantable_roles
from core import audit
from places.models import Territory


class MembershipError(Exception):
    """The membership cannot be made, changed or ended; ``str()`` names the case for logs."""


class MayNotGrantError(MembershipError):
    """The actor may not give or take this role in this organisation."""


class LastCoordinatorError(MembershipError):
    """It would leave the organisation without anybody who can give roles."""


@transaction.atomic
def grant_membership(
    *, user: User, organisation: Organisation, role: Role, by: audit.Actor, territory: Territory | None = None
) -> Membership:
    """Give ``user`` the role in the organisation and return the membership.

    A second call returns the first membership, its territory unchanged. ``by`` is a user, who needs the right to give
    that role there (else MayNotGrantError), or the name of a job, which needs none.
    """
    _check_may_grant(by, organisation, role)
    membership, made = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, defaults={"territory": territory}
    )
    sync_user_groups(user=user)
    if made:
        audit.record(
            "accounts.membership.granted",
            by=by,
            target=membership,
            role=role,
            user=user.pk,
            organisation=organisation.pk,
            territory=territory.code if territory else "",
        )
    return membership


@transaction.atomic
def invite_member(
    *,
    email: str,
    organisation: Organisation,
    role: Role,
    by: audit.Actor,
    first_name: str = "",
    last_name: str = "",
    territory: Territory | None = None,
) -> Membership:
    """Give the owner of an address a role, making the account when there is none, and tell them by e-mail.

    The account has no password: they sign in with a code sent to the address. A person who has an account keeps their
    name. The mail goes out after the commit and only when the role is new, so a second call sends nothing and returns
    the first membership. Raises MayNotGrantError as ``grant_membership`` does.
    """
    _check_may_grant(by, organisation, role)
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        user = User.objects.create_user(address, first_name=first_name, last_name=last_name)
        audit.record("accounts.user.created", by=by, target=user)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": False})
    known = Membership.objects.filter(user=user, organisation=organisation, role=role).exists()
    membership = grant_membership(user=user, organisation=organisation, role=role, by=by, territory=territory)
    if not known:
        # A mail server that is down must not undo the role: it is logged, and signing in works without the mail.
        transaction.on_commit(lambda: mails.send_invitation(membership), robust=True)
    return membership


@transaction.atomic
def change_membership(
    *, membership: Membership, role: Role, territory: Territory | None, by: audit.Actor
) -> Membership:
    """Change the role or the territory of a membership; a second call changes nothing.

    Needs the right to take the old role and to give the new one (else MayNotGrantError). Raises LastCoordinatorError
    when the organisation would be left without a coordinator, and MembershipError when the person holds the new role
    there already.
    """
    organisation = _lock(membership.organisation)
    current = Membership.objects.select_related("user").get(pk=membership.pk)
    if (current.role, current.territory_id) == (role, territory.pk if territory else None):
        return current
    _check_may_grant(by, organisation, Role(current.role))
    _check_may_grant(by, organisation, role)
    if current.role != role:
        _check_not_last_coordinator(current)
        twin = Membership.objects.filter(user=current.user, organisation=organisation, role=role)
        if twin.exists():
            raise MembershipError("the person holds that role in that organisation already")
    before = current.role
    current.role, current.territory = role, territory
    current.save(update_fields=["role", "territory"])
    sync_user_groups(user=current.user)
    end_tokens_of_maker(user=current.user, organisation_id=organisation.pk, by=by)
    code = territory.code if territory else ""
    audit.record("accounts.membership.changed", by=by, target=current, was=before, role=role, territory=code)
    return current


@transaction.atomic
def revoke_membership(*, membership: Membership, by: audit.Actor) -> None:
    """End a membership; the account stays, without what the role gave. A second call changes nothing.

    With the last one every session ends.

    Raises MayNotGrantError without the right to take that role, and LastCoordinatorError for the last coordinator of
    an organisation: somebody else becomes coordinator first.
    """
    organisation = _lock(membership.organisation)
    current = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if current is None:
        return
    _check_may_grant(by, organisation, Role(current.role))
    _check_not_last_coordinator(current)
    audit.record(
        "accounts.membership.revoked",
        by=by,
        target=current,
        role=current.role,
        user=current.user_id,
        organisation=organisation.pk,
    )
    user = current.user
    current.delete()
    sync_user_groups(user=user)
    end_tokens_of_maker(user=user, organisation_id=organisation.pk, by=by)
    if not user.is_superuser and not user.memberships.exists():
        sign_out_everywhere(user=user, by=by)


def _lock(organisation: Organisation) -> Organisation:
    """Hold the organisation's row, so that two coordinators cannot remove each other at the same moment."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _check_may_grant(by: audit.Actor, organisation: Organisation, role: Role) -> None:
    if by is None:
        raise MayNotGrantError("nobody in particular may give a role")
    if isinstance(by, str):
        return
    if not isinstance(by, User) or role not in grantable_roles(by, organisation):
        raise MayNotGrantError(f"the role {role} in this organisation is not theirs to give or take")


def _check_not_last_coordinator(membership: Membership) -> None:
    if membership.role != Role.COORDINATOR:
        return
    others = Membership.objects.coordinating().filter(organisation=membership.organisation_id)
    if not others.exclude(pk=membership.pk).exists():
        raise LastCoordinatorError("the organisation's last coordinator stays until there is another")
