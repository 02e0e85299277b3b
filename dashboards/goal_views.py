"""The staff area's pages of goals: each campaign's, of every kind, on one page."""

from typing import TYPE_CHECKING, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from dashboards.goals import campaigns_with_goals, goal_lines, may_see_goals
from dashboards.permissions import may_see_dashboards

if TYPE_CHECKING:
    from accounts.models import User


def _user(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the campaigns with goals that the viewer sums up."""
    user = _user(request)
    return render(request, "dashboards/staff_goals_index.html", {"campaigns": campaigns_with_goals(user)})


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every goal of one campaign; a partner, who sees no goal of all, is told that there is nothing (404)."""
    user = _user(request)
    campaign = get_object_or_404(Campaign.objects.visible_to(user).select_related("organisation"), pk=pk)
    if not may_see_goals(user, campaign):
        raise Http404
    context = {
        "campaign": campaign,
        "goals": goal_lines(user, campaign, at=timezone.now()),
        "may_change": Campaign.objects.changeable_by(user).filter(pk=pk).exists(),
    }
    return render(request, "dashboards/staff_goals.html", context)
