"""Signed links that let somebody look after one pledge without an account, for messages and pages."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from campaigns.models import Pledge
from people.tokens import InvalidToken, read_uuid, sign_uuid

OWN = "campaigns.pledge.own"


def sign_pledge(pledge: Pledge) -> str:
    """Return the URL-safe token of one pledge that only we can make."""
    return sign_uuid(pledge.public_id, OWN)


def read_pledge(token: str) -> Pledge:
    """Return the pledge a token speaks of, with its kind and person. Raises InvalidToken, also after an erasure.

    Where two records of one person were merged that had both promised this, it is the one that counts.
    """
    related = ("kind__election__territory", "kind__initiative", "kind__campaign__organisation", "supporter")
    return kept_pledge(Pledge.objects.select_related(*related), read_uuid(token, OWN))


def kept_pledge(pledges: QuerySet[Pledge], public_id: UUID) -> Pledge:
    """Return one of ``pledges``, or the one of its kind its person has since a merge. Raises InvalidToken."""
    held = pledges.filter(supporter__isnull=False)
    pledge = held.filter(public_id=public_id).first()
    if pledge is None or pledge.supporter is None:
        raise InvalidToken
    kept = pledge.supporter.merged_into_id
    return (kept and held.filter(kind=pledge.kind_id, supporter=kept).first()) or pledge


def own_path(pledge: Pledge, language: str) -> str:
    """Return the path of the page on which its author looks after a pledge, in ``language``."""
    with override(language):
        return reverse("pledge_own", args=[sign_pledge(pledge)])


def own_url(pledge: Pledge, language: str) -> str:
    """Return the absolute address of that page, for messages."""
    return settings.PUBLIC_URL + own_path(pledge, language)


__all__ = ["OWN", "InvalidToken", "kept_pledge", "own_path", "own_url", "read_pledge", "sign_pledge"]
