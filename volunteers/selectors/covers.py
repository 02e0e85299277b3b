"""Who could answer a request for cover."""

from django.db.models import Prefetch

from people.enums import Channel
from people.models import ContactPoint
from volunteers.models import Shift, ShiftAssignment, Volunteer
from volunteers.selectors.offers import need_of, offers_of, with_profiles
from volunteers.suggestion_rules import Doubt, judge

MOST_ASKED = 300


def who_could_cover(shift: Shift, asker: Volunteer) -> list[Volunteer]:
    """Return those a shift may go to instead: who goes out for the campaign, holds its certificate and is free then.

    Of a person with two volunteer rows the first one; never the asker, nor who has the shift already.
    """
    has_it = ShiftAssignment.objects.standing().filter(shift=shift).values("volunteer__supporter")
    addresses = ContactPoint.objects.filter(channel=Channel.EMAIL).order_by("-verified_at", "-pk")
    people = Volunteer.objects.working().taking_part().filter(campaign=shift.campaign_id)
    if shift.organisation_id != shift.campaign.organisation_id:
        people = people.filter(organisation=shift.organisation_id)
    people = people.exclude(supporter__in=has_it).exclude(supporter=asker.supporter_id).order_by("pk")
    found = list(
        with_profiles(people).prefetch_related(
            Prefetch("supporter__contact_points", queryset=addresses, to_attr="mail_addresses")
        )
    )
    need, offers = need_of(shift), offers_of(shift, found)
    fits = {volunteer.pk: judge(need, offers[volunteer.pk]) for volunteer in found}
    free = [
        volunteer
        for volunteer in found
        if fits[volunteer.pk].is_possible and Doubt.OTHER_TIME not in fits[volunteer.pk].doubts
    ]
    once = {volunteer.supporter_id: volunteer for volunteer in reversed(free)}
    return sorted(once.values(), key=lambda each: -fits[each.pk].score)[:MOST_ASKED]
