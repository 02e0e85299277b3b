"""Addresses under /staff/ that replace Wagtail's own password sign-in, and its page that fails; included before it."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import path

from accounts import views


def nothing_here(request: HttpRequest) -> NoReturn:
    """Answer 404 where Wagtail has a page that always fails, for its authors to see an error."""
    raise Http404


urlpatterns = [
    path("login/", views.staff_login, name="staff_login"),
    path("logout/", views.staff_logout, name="staff_logout"),
    path("password_reset/", views.staff_login, name="staff_password_reset"),
    path("failwhale/", nothing_here),
]
