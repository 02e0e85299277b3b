"""Figures of the running process for Prometheus, behind a token."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus when it sends ``Authorization: Bearer <METRICS_TOKEN>``; to anybody else there is no page.

    Without METRICS_TOKEN in the settings the page does not exist at all.
    """
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, expected):
        raise Http404
    response: HttpResponse = ExportToDjangoView(request)
    return response
