"""The private calendar feed."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from volunteers.actions.agenda_notices import message_language
from volunteers.calendar_feed import draw_feed, feed_rows, feed_tag
from volunteers.models import Volunteer


@require_safe
def volunteer_calendar(request: HttpRequest, calendar_key: str) -> HttpResponse:
    """Answer with a volunteer's agenda, or 304 without drawing it when the caller has it already."""
    if "\0" in calendar_key:  # PostgreSQL would not even look
        raise Http404
    volunteer = Volunteer.objects.filter(calendar_key=calendar_key).select_related("campaign", "supporter").first()
    if volunteer is None:
        raise Http404
    rows = feed_rows(volunteer, at=timezone.now())
    tag = feed_tag(volunteer, rows)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    # Weak comparison (RFC 9110 §13.1.2): a proxy that packs the answer makes the tag weak.
    if "*" in asked or tag in {each.removeprefix("W/") for each in asked}:
        response: HttpResponse = HttpResponseNotModified()
    else:
        with translation.override(message_language(volunteer)):
            response = HttpResponse(draw_feed(volunteer, rows), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="carillon.ics"'
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response
