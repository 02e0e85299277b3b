from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User


class StaffAccountAdapter(DefaultAccountAdapter):
    """Sign-in for staff only: accounts are made by invitation, never by registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the staff area; whom their roles do not let in, to the phone app if they mobilise, else home."""
        user = request.user
        if not isinstance(user, User):
            return reverse("account_home")
        if user.may_enter_staff_area:
            return reverse("wagtailadmin_home")
        return reverse("outreach_app" if Role.MOBILISER in user.roles else "account_home")

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {"site_name": settings.WAGTAIL_SITE_NAME, **context})
