"""What a member of staff sees first: how far the campaigns are, and what waits for somebody."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.utils import timezone
from wagtail.admin.ui.components import Component

from campaigns.models import Petition, Signature
from campaigns.selectors.tallies import petition_counts
from dashboards.goals import campaign_under_way, goal_lines
from dashboards.permissions import may_see_dashboards
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


class ProgressPanel(Component):
    """The newest petitions, one campaign's goals and the work that waits; nothing for people without dashboards."""

    name = "carillon_progress"
    template_name = "dashboards/home_panel.html"
    order = 50

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not may_see_dashboards(user):
            return {"lines": [], "waiting": {}}
        petitions = list(Petition.objects.visible_to(user).select_related("campaign").order_by("-pk")[:SHOWN])
        counts = petition_counts([petition.pk for petition in petitions])
        at = timezone.now()
        campaign = campaign_under_way(user, on=timezone.localdate(at))
        return {
            "campaign": campaign,
            "goals": goal_lines(user, campaign, at=at) if campaign else [],
            "lines": [(petition, counts[petition.pk]) for petition in petitions],
            "waiting": waiting_for(user),
            "user": user,
        }


def waiting_for(user: "User") -> dict[str, int]:
    """Return how many things wait for this person: comments to read, messages to settle by hand."""
    waiting = {}
    if user.has_perm("campaigns.change_signature"):
        waiting["comments"] = Signature.objects.changeable_by(user).with_unread_comment().count()
    if user.has_perm("messaging.change_outboundmessage"):
        unknown = OutboundMessage.objects.visible_to(user).filter(status=MessageStatus.UNKNOWN)
        waiting["unknown_messages"] = unknown.count()
    return {name: number for name, number in waiting.items() if number}
