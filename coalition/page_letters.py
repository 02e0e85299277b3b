"""Letters about partners' pages: to the coordinators what waits, to a partner's managers what was decided."""

from datetime import datetime

from django.urls import reverse

from campaigns.actions.transparency_alarms import coordinators_of
from campaigns.zones import local_day
from coalition.export_letters import managers_of
from coalition.models import PartnerProfile
from messaging.actions.staff_letters import queue_staff_letter

TEMPLATE = "partner_page"


def tell_that_pages_wait(profile: PartnerProfile, *, at: datetime) -> None:
    """Queue one letter a day to each coordinator of the campaign, however many partners send their pages that day."""
    campaign = profile.partnership.campaign
    told = {
        "what": "waiting",
        "campaign": campaign.title,
        "path": f"{reverse('staff_partners:index')}?campaign={campaign.pk}&page=waiting",
    }
    key = f"partner-page:campaign:{campaign.pk}:waiting:{local_day(at, campaign)}"
    for user in coordinators_of(campaign):
        queue_staff_letter(key=key, template=TEMPLATE, user=user, context=told, at=at)


def tell_what_was_decided(profile: PartnerProfile, what: str, *, at: datetime) -> None:
    """Queue one letter to each manager of the partner. ``what``: public, returned (with the reason), off."""
    partnership = profile.partnership
    told = {
        "what": what,
        "campaign": partnership.campaign.title,
        "organisation": partnership.organisation.name,
        "reason": profile.reason,
        "path": reverse("staff_partners:public_page", args=[partnership.pk]),
    }
    key = f"partner-page:profile:{profile.pk}-{profile.revision}:{what}"
    for user in managers_of(partnership):
        queue_staff_letter(key=key, template=TEMPLATE, user=user, context=told, at=at)
