"""Every mobiliser's own link, before they open the app (settings.SOURCE_LINK_MAKERS names this)."""

from datetime import datetime

from accounts.models import User
from campaigns.models import Campaign, Source
from outreach.actions.handover import ensure_handover_links
from outreach.models import CanvassingEffort, HandoverLink
from outreach.selectors.efforts import NotAMobiliser, efforts_of, volunteers_of
from volunteers.models import Volunteer


def make_mobiliser_links(
    *, campaign: Campaign, organisation_ids: set[int] | None, at: datetime
) -> tuple[list[Source], int]:
    """Make the link of each working volunteer with a login, per effort of the campaign they go out for.

    They are the very links their phones show. ``organisation_ids``: only of volunteers of these.
    """
    links = HandoverLink.objects.filter(effort__campaign=campaign, event__isnull=True)
    if organisation_ids is not None:
        links = links.filter(source__partnership__organisation__in=organisation_ids)
    before = links.count()
    for user in _mobilisers(campaign, organisation_ids):
        try:
            own = efforts_of(user, volunteers_of(user, at))
        except NotAMobiliser:
            continue
        theirs = [
            each
            for each in own
            if each.volunteer is not None
            and each.left_at is None
            and each.effort.campaign_id == campaign.pk
            and (organisation_ids is None or each.organisation_id in organisation_ids)
        ]
        ensure_handover_links(user=user, own=theirs)
    found = Source.objects.filter(handover_link__in=links).select_related("partnership__organisation")
    sources = list(found.order_by("label", "pk"))
    return sources, len(sources) - before


def _mobilisers(campaign: Campaign, organisation_ids: set[int] | None) -> list[User]:
    efforts = CanvassingEffort.objects.filter(campaign=campaign, petition__isnull=False)
    if not efforts.exists():
        return []
    working = Volunteer.objects.working().taking_part().filter(campaign=campaign, user__isnull=False)
    if organisation_ids is not None:
        working = working.filter(organisation__in=organisation_ids)
    return list(User.objects.filter(pk__in=working.values("user")).order_by("pk"))
