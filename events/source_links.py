"""A link for each coming event, for its posters and invitations (settings.SOURCE_LINK_MAKERS names this)."""

from datetime import datetime

from campaigns.actions.source_links import WantedLink, make_links
from campaigns.enums import SourceKind
from campaigns.models import Campaign, Partnership, Source
from events.enums import EventStatus
from events.models import Event


def make_event_links(
    *, campaign: Campaign, organisation_ids: set[int] | None, at: datetime
) -> tuple[list[Source], int]:
    """Make a link for each public event to come, or for those the ``organisation_ids`` host; it leads to the event.

    What is signed by it is credited to the host, where that takes part as a partner.
    """
    coming = Event.objects.filter(campaign=campaign, is_public=True, ends_at__gt=at).exclude(
        status__in=[EventStatus.DRAFT, EventStatus.CANCELLED]
    )
    if organisation_ids is not None:
        coming = coming.filter(organisation__in=organisation_ids)
    partners = dict(Partnership.objects.active().filter(campaign=campaign).values_list("organisation_id", "pk"))
    wanted = [
        WantedLink(
            f"event:{event.public_id}",
            f"{event.title[:90]} · {event.starts_at:%Y-%m-%d}",
            SourceKind.EVENT,
            partners.get(event.organisation_id),
            f"event:{event.public_id}",
        )
        for event in coming
    ]
    return make_links(campaign=campaign, wanted=wanted)
