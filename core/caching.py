"""Answers nobody may keep, said cheaply."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

View = Callable[..., HttpResponse]
_NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"


def never_kept(view: View) -> View:
    """Do what Django's `never_cache` does for a view that sets no caching headers of its own: the same two headers,
    without taking an empty ``Cache-Control`` apart first."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Expires"] = http_date()
        response.headers["Cache-Control"] = _NEVER
        return response

    return answer
