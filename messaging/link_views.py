"""Where counted links of mails lead through. No cookie, no address and no program is looked at or kept."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from core.caching import never_kept
from messaging.clicks import InvalidLink, follow_link


@never_kept
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to the address behind a link; a HEAD request, which no person makes, is not counted."""
    try:
        url = follow_link(token, is_counted=request.method == "GET")
    except InvalidLink as error:
        raise Http404 from error
    response = HttpResponseRedirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response
