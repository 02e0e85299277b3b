"""What supporting an initiative needs, as the page of its pledge shows it. It reads; it keeps nothing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from campaigns.initiative_support import Collection, CollectionState, MaySupport, support_needs
from campaigns.selectors.sources import clean_source_code
from campaigns.selectors.supporting import COLLECTION_ZONE, collection_of
from cms.petition_context import SOURCE_PLACEHOLDER
from cms.support_forms import NationalityForm
from places.country_names import country_name

if TYPE_CHECKING:
    from datetime import date

    from cms.models import PledgePage


def support_context(
    page: "PledgePage", *, sent: Mapping[str, str] | None = None, source: str = ""
) -> dict[str, Any] | None:
    """Return what `cms/includes/support_needs.html` shows: whether support can be given now, and what it asks.

    ``sent`` is the answered question, ``needs`` what follows from it. Without a ``source`` the addresses hold a place
    for it, which is filled in on the way out, so that a kept page serves every link. None without an initiative.
    """
    kind = page.pledge_kind
    if kind.initiative is None:
        return None
    at = timezone.now()
    collection, today = collection_of(kind.initiative, at), at.astimezone(COLLECTION_ZONE).date()
    language = page.locale.language_code
    return {
        "initiative": kind.initiative,
        "title": kind.initiative.title_in(language),
        "is_generated": kind.is_generated,
        "collection": collection,
        "days_left": (collection.ends - today).days if collection.is_open and collection.ends else None,
        "ask_url": _with_source(reverse("support", args=[page.pk or 0]), source),
        "go_url": _with_source(reverse("support_go", args=[page.pk or 0]), source),
        "signed_words": _signed_words(page),
        **(_question(sent, today) if _can_ask(collection) else {}),
    }


def _can_ask(collection: Collection) -> bool:
    """Whether it is of use to know what one's country asks: not once nobody can give support any more."""
    return collection.state is not CollectionState.OVER


def _question(sent: Mapping[str, str] | None, today: "date") -> dict[str, Any]:
    form = NationalityForm(sent, on=today)
    needs = support_needs(form.cleaned_data["citizen_of"], today) if form.is_valid() else None
    return {
        "form": form,
        "needs": needs,
        "may": needs is None or needs.may is not MaySupport.NOT_EUROPEAN,
        "country": country_name(needs.country) if needs else "",
    }


def _signed_words(page: "PledgePage") -> str:
    """Return what people press on their own page once they have signed: the ladder's first step that is done."""
    done = next((step for step in page.pledge_kind.ladder.steps if step.is_acted), None)
    return done.button_in(page.locale.language_code) if done else ""


def _with_source(path: str, source: str) -> str:
    return f"{path}?{urlencode({'s': clean_source_code(source) or SOURCE_PLACEHOLDER})}"
