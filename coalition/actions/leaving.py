"""A partner leaves a campaign, and may come back."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.api_tokens import end_tokens_of_partnership
from accounts.actions.groups import sync_user_groups
from accounts.actions.memberships import grant_membership
from accounts.actions.organisations import untie_organisation
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.actions.partner_pages import hide_page
from coalition.actions.standing_exports import end_exports
from coalition.models import PartnerAgreement, PartnerDeparture
from coalition.public_pages import draw_pages_anew
from core import audit
from places.models import Territory

JOB = "coalition.leaving"


class LeadCannotLeaveError(ValueError):
    """Who leads a campaign cannot leave it: another organisation must lead it first."""


@transaction.atomic
def leave_campaign(*, partnership: Partnership, reason: str = "", by: audit.Actor, at: datetime) -> PartnerDeparture:
    """End a partner's part in a campaign and return the record of it. Safe to call twice.

    From this commit on its people see nothing of the campaign, its links credit nobody, its agreement has ended, and
    the site shows neither its name nor its page.
    Signatures, tallies and what people agreed to stay. Where the organisation takes part in nothing else, the roles
    its people held in it end, and who holds no other role is signed out. Raises LeadCannotLeaveError.
    """
    current = _lock(partnership)
    if current.role == PartnerRole.LEAD or current.organisation_id == current.campaign.organisation_id:
        raise LeadCannotLeaveError
    known = PartnerDeparture.objects.filter(partnership=current, returned_at__isnull=True).first()
    if known is not None:
        return known
    if current.left_at is None:
        Partnership.objects.filter(pk=current.pk).update(left_at=at)
    PartnerAgreement.objects.in_force().filter(partnership=current).update(ended_at=at)
    end_tokens_of_partnership(organisation_id=current.organisation_id, partnership_id=current.pk, by=by, at=at)
    ended = _end_roles(current) if not takes_part_elsewhere(current.organisation, current) else []
    departure = PartnerDeparture.objects.create(
        partnership=current, reason=reason.strip(), ended_memberships=ended, left_at=current.left_at or at
    )
    end_exports(partnership=current, at=at, by=by)
    hide_page(partnership=current, by=by, at=at)
    audit.record("coalition.partnership.left", by=by, target=current, roles=len(ended))
    untie(current, by=by)  # last: the lead's officer reads what stands in the trail by then
    return departure


@transaction.atomic
def come_back(*, partnership: Partnership, by: audit.Actor, at: datetime) -> Partnership:
    """Take a partner that left in again, its people with the roles they had, and return it. Safe to call twice.

    Where the campaign asks an agreement it must be accepted anew before anybody is seen. Its page on the site was taken
    off and is approved anew.
    """
    current = _lock(partnership)
    if current.left_at is None:
        return current
    departure = PartnerDeparture.objects.filter(partnership=current, returned_at__isnull=True).first()
    Partnership.objects.filter(pk=current.pk).update(left_at=None)
    current.organisation.led_by.add(current.campaign.organisation)
    given = _give_back(current, departure) if departure is not None else 0
    PartnerDeparture.objects.filter(partnership=current, returned_at__isnull=True).update(returned_at=at)
    draw_pages_anew()
    audit.record("coalition.partnership.came_back", by=by, target=current, roles=given)
    current.refresh_from_db()
    return current


def takes_part_elsewhere(organisation: Organisation, but: Partnership) -> bool:
    """Return whether the organisation leads a campaign, or takes part in another one."""
    others = Partnership.objects.active().filter(organisation=organisation).exclude(pk=but.pk)
    return others.exists() or Campaign.objects.filter(organisation=organisation).exists()


def people_losing_access(partnership: Partnership) -> list[User]:
    """Return who would be signed out for good if the partner left now: its people without a role elsewhere."""
    if takes_part_elsewhere(partnership.organisation, partnership):
        return []
    people = User.objects.filter(memberships__organisation=partnership.organisation_id).distinct()
    elsewhere = Membership.objects.exclude(organisation=partnership.organisation_id).values("user")
    return list(people.exclude(pk__in=elsewhere).filter(is_superuser=False).order_by("pk"))


def _lock(partnership: Partnership) -> Partnership:
    """Hold the organisation's row and the partnership's: two departures at once would each see the other one stand."""
    Organisation.objects.select_for_update(no_key=True).get(pk=partnership.organisation_id)
    rows = Partnership.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("campaign__organisation", "organisation").get(pk=partnership.pk)


def _end_roles(partnership: Partnership) -> list[list[int | str | None]]:
    """End every role held in the organisation, sign out who has none left, and return what was ended."""
    held = list(Membership.objects.filter(organisation=partnership.organisation_id).select_related("user"))
    ended: list[list[int | str | None]] = []
    for membership in held:
        user = membership.user
        audit.record(
            "accounts.membership.revoked",
            by=JOB,
            target=membership,
            role=membership.role,
            user=user.pk,
            organisation=partnership.organisation_id,
        )
        ended.append([user.pk, membership.role, membership.territory_id])
        membership.delete()
        sync_user_groups(user=user)
    users = {membership.user_id for membership in held}
    with_roles = set(Membership.objects.filter(user__in=users).values_list("user", flat=True))
    _sign_out(users - with_roles - set(User.objects.filter(is_superuser=True).values_list("pk", flat=True)))
    return ended


def _sign_out(users: set[int]) -> None:
    """Delete the sessions of these users; the session table knows no user, so those in force are read through."""
    if not users:
        return
    wanted = {str(pk) for pk in users}
    running = Session.objects.filter(expire_date__gt=timezone.now())
    over = [row.pk for row in running.iterator() if str(row.get_decoded().get("_auth_user_id")) in wanted]
    Session.objects.filter(pk__in=over).delete()


def untie(partnership: Partnership, *, by: audit.Actor) -> None:
    """Take the organisation out of the lead's coalition unless it takes part in another campaign of that lead."""
    lead = partnership.campaign.organisation
    still = Partnership.objects.active().filter(
        Q(campaign__organisation=lead), organisation=partnership.organisation_id
    )
    if not still.exists():
        untie_organisation(organisation=partnership.organisation, lead=lead, by=by)


def _give_back(partnership: Partnership, departure: PartnerDeparture) -> int:
    given = 0
    for user_id, role, territory_id in departure.ended_memberships:
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None or role not in Role.values:
            continue
        territory = Territory.objects.filter(pk=territory_id).first() if territory_id else None
        grant_membership(user=user, organisation=partnership.organisation, role=Role(role), territory=territory, by=JOB)
        given += 1
    return given
