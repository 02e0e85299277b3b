"""Signed links that stop the reminders of one pledge, and can do nothing else: they stand in the headers of mails."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from campaigns.models import Pledge
from campaigns.pledge_links import kept_pledge
from people.tokens import InvalidToken, read_uuid, sign_uuid

_SALT = "campaigns.pledge.reminders"


def stop_url(pledge: Pledge, language: str) -> str:
    """Return the absolute address of the page on which somebody stops the reminders of a pledge."""
    with override(language):
        return settings.PUBLIC_URL + reverse("pledge_reminders_stop", args=[sign_uuid(pledge.public_id, _SALT)])


def read_stop(token: str) -> Pledge:
    """Return the pledge a token speaks of, after a merge the one that counts. Raises InvalidToken, if erased too."""
    related = ("kind__campaign__organisation", "supporter")
    return kept_pledge(Pledge.objects.select_related(*related), read_uuid(token, _SALT))


__all__ = ["InvalidToken", "read_stop", "stop_url"]
