"""What both places where announcements are read share: a page of the list, and opening one."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language

from coalition.actions.announcements import mark_read
from coalition.models import Announcement
from coalition.selectors.announcements import Shown, shown_in, with_readings

PER_PAGE = 20


def inbox_page(request: HttpRequest) -> dict[str, Any]:
    """Return a page of what the viewer reads, pinned first, then the newest; ``?after=<id>`` is the one above it."""
    user: Any = request.user
    rows = Announcement.objects.readable_by(user)
    after = request.GET.get("after", "")
    page = rows
    if after:
        if not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise Http404
        page = rows.filter(_older_than(get_object_or_404(rows, pk=int(after))))
    found = list(with_readings(page, user).order_by("-is_pinned", "-published_at", "-pk")[: PER_PAGE + 1])
    language = get_language() or ""
    return {
        "shown": [shown_in(row, language) for row in found[:PER_PAGE]],
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "is_first": not after,
    }


def _older_than(row: Announcement) -> Q:
    """Return the condition on announcements that they stand below this one in the list."""
    before = Q(published_at__lt=row.published_at) | Q(published_at=row.published_at, pk__lt=row.pk)
    return Q(is_pinned=row.is_pinned) & before | (Q(is_pinned=False) if row.is_pinned else Q(pk__in=[]))


def opened_announcement(request: HttpRequest, pk: int) -> Shown:
    """Return what the viewer opens, marked as read. Raises Http404 for what is not addressed to them.

    No further press is asked for, which a cold thumb would leave out. A browser that only fetches ahead marks nothing,
    and opening it again changes nothing.
    """
    user: Any = request.user
    rows = with_readings(Announcement.objects.readable_by(user), user)
    found = get_object_or_404(rows.select_related("campaign__organisation"), pk=pk)
    if request.method == "GET" and not _is_fetched_ahead(request):
        mark_read(announcement=found, user=user, at=timezone.now())
    return shown_in(found, get_language() or "")


def _is_fetched_ahead(request: HttpRequest) -> bool:
    told = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return "prefetch" in told or "prerender" in told
