"""Telling whoever answers for shifts that begin soon and are not safe: one mail a day, whatever reruns."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import Role
from accounts.languages import language_of
from accounts.models import Membership, User
from campaigns.zones import zone_of
from messaging.actions.queue import Draft, queue_message
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from volunteers.models import Shift
from volunteers.selectors.at_risk import AtRisk, shifts_at_risk

FIRST_HOUR, LAST_HOUR = 7, 20  # of the campaign's own clock: nobody is written to at night
USEFUL_FOR = timedelta(hours=24)
_SERVICE_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)
_ANSWERABLE = (Role.COORDINATOR, Role.ORGANISER, Role.PARTNER_MANAGER)


@transaction.atomic
def queue_shift_alarms(*, at: datetime) -> int:
    """Queue the day's mail for everybody who answers for a shift at risk, and return how many were considered.

    An event's organiser hears of its shifts; where there is none, or they may not see the shift, those who run the
    shift's organisation do. One mail per person, campaign and day of the campaign's clock, between 7 and 20 o'clock; it
    says what is at risk when it leaves. Safe to run at any time and again.
    """
    groups: dict[tuple[int, int], list[Shift]] = defaultdict(list)
    users: dict[int, User] = {}
    for row in shifts_at_risk(Shift.objects.all(), at):
        shift = row.shift
        if not FIRST_HOUR <= at.astimezone(zone_of(shift.campaign)).hour < LAST_HOUR:
            continue
        for user in _who_answers_for(row):
            users[user.pk] = user
            groups[user.pk, shift.campaign_id].append(shift)
    for (user_id, _campaign), shifts in groups.items():
        queue_message(draft=_draft(users[user_id], shifts, at), at=at)
    return len(groups)


def _who_answers_for(row: AtRisk) -> list[User]:
    shift = row.shift
    organiser = shift.event.organiser if shift.event else None
    if organiser is not None and organiser.is_active and _sees(organiser, shift):
        return [organiser]
    members = Membership.objects.filter(
        organisation=shift.organisation_id, role__in=_ANSWERABLE, user__is_active=True
    ).select_related("user__wagtail_userprofile")
    people = {member.user_id: member.user for member in members.order_by("user")}
    return [user for user in people.values() if _sees(user, shift)]


def _sees(user: User, shift: Shift) -> bool:
    return Shift.objects.visible_to(user).filter(pk=shift.pk).exists()


def _draft(user: User, shifts: list[Shift], at: datetime) -> Draft:
    campaign = shifts[0].campaign
    day = at.astimezone(zone_of(campaign))
    return Draft(
        idempotency_key=f"shift-alarm:campaign:{campaign.pk}:{day:%Y%m%d}-u{user.pk}",
        purpose=_SERVICE_MAIL,
        template="shift_alarm",
        address=user.email,
        canonical=canonical_email(user.email),
        language=language_of(user),
        not_before=at,
        expires_at=at + USEFUL_FOR,
        context={"user": user.pk, "shifts": [shift.pk for shift in shifts]},
    )
