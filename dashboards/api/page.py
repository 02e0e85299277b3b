"""The page for people who write programs against the interface; it also explains each problem's ``type``."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dashboards.api.describing import description
from dashboards.api.problems import PROBLEMS


@require_safe
@cache_control(public=True, max_age=60)
def api_page(request: HttpRequest) -> HttpResponse:
    """Say what can be asked, how, and what goes wrong. In English, as the whole interface."""
    operations = [
        {"path": path, "summary": operation["description"], "is_private": operation.get("security", [{}]) != [{}]}
        for path, methods in description()["paths"].items()
        for operation in methods.values()
    ]
    context = {
        "operations": operations,
        "problems": PROBLEMS.values(),
        "address": settings.PUBLIC_URL,
        "public_most": settings.API_REQUESTS_PER_MINUTE,
        "token_most": settings.API_TOKEN_REQUESTS_PER_MINUTE,
    }
    return render(request, "dashboards/api.html", context)
