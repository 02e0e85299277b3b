"""Announcements for who reads them outside the staff area: a partner's mobilisers. Needs a login, no more."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coalition.announcement_opening import inbox_page, opened_announcement
from core.caching import never_kept


@login_required
@never_kept
@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """List what is addressed to the partners one works for; nothing for everybody else."""
    return render(request, "coalition/own/announcements.html", inbox_page(request))


@login_required
@never_kept
@require_safe
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one announcement; opening it marks it read."""
    return render(request, "coalition/own/announcement.html", {"shown": opened_announcement(request, pk)})
