"""Short links: the source behind a code, and how often it was followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, Q, Sum, When
from django.urls import reverse

from campaigns.enums import SourceKind
from campaigns.models import Partnership, Source, SourceVisit
from core.ttl_cache import ttl_cache

if TYPE_CHECKING:
    from accounts.models import User

LATELY = timedelta(days=30)


class NoSuchLink(LookupError):
    """No source has this code."""


@ttl_cache(30)
def source_by_code(code: str) -> Source:
    """Return the source of a short link, whether its letters came large or small. Raises NoSuchLink.

    Where two differ in nothing else, the one written exactly so, else the older.
    """
    found = list(Source.objects.filter(code__iexact=code).select_related("campaign").order_by("pk")[:5]) if code else []
    if not found:
        raise NoSuchLink
    return next((source for source in found if source.code == code), found[0])


def own_link_of(partnership: Partnership) -> Source | None:
    """Return the partner's own link: the one made for it, else the oldest that staff made as a partner's; or None."""
    made = Q(made_for=f"partner:{partnership.pk}")
    links = Source.objects.filter(made | Q(kind=SourceKind.PARTNER), partnership=partnership)
    return links.order_by(Case(When(made, then=0), default=1), "pk").first()


def short_url(code: str) -> str:
    """Return the address that is printed."""
    return f"{settings.PUBLIC_URL}{reverse('short_link', args=[code])}"


def spoken_url(code: str) -> str:
    """Return the address as people read and type it: without what every browser adds by itself."""
    parts = urlsplit(short_url(code))
    return f"{parts.netloc}{parts.path}"


@dataclass(frozen=True)
class Followed:
    """How often a link was followed in all, and in the last thirty days."""

    total: int = 0
    lately: int = 0


def visits_of_sources(user: "User", source_ids: Iterable[int], *, today: date) -> dict[int, Followed]:
    """Return how often each source the user sees was followed, by id, in one query; those never followed too."""
    ids = list(source_ids)
    rows = (
        SourceVisit.objects.visible_to(user)
        .filter(source__in=ids)
        .order_by()
        .values_list("source")
        .annotate(total=Sum("visits"), lately=Sum("visits", filter=Q(day__gt=today - LATELY)))
    )
    found = {pk: Followed(total, lately or 0) for pk, total, lately in rows}
    return {pk: found.get(pk, Followed()) for pk in ids}
