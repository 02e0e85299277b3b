"""What stands around the form of a pledge, on whatever page it stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext

from campaigns.models import PledgeKind
from campaigns.petition_rules import shown_count
from campaigns.selectors.pledge_counts import pledge_count
from campaigns.selectors.tallies import live_switches
from cms.petition_context import SOURCE_PLACEHOLDER
from cms.pledge_forms import PledgeForm
from cms.pledge_spec import PledgeSpec, build_pledge_spec, pledge_spec

if TYPE_CHECKING:
    from cms.models import PledgePage
    from cms.pledge_spec import HostPage


@dataclass(frozen=True)
class WayOn:
    """What somebody can do where this can no longer be promised."""

    title: str
    url: str


def pledge_context(
    page: "PledgePage", *, form: PledgeForm | None = None, source: str = "", is_preview: bool = False
) -> dict[str, Any]:
    """Return the template's context for the page of a pledge."""
    if form is not None:
        spec = form.spec
    elif not is_preview and page.live:
        spec = pledge_spec(page.pk, source)
    else:
        spec = build_pledge_spec(page, None)
    return form_context(page, spec, form or PledgeForm(spec=spec, source=SOURCE_PLACEHOLDER))


def form_context(page: "HostPage", spec: PledgeSpec, form: PledgeForm) -> dict[str, Any]:
    """Return what the form and the words around it need; ``form`` is None where nobody can promise it any more."""
    kind, opening = page.pledge_kind, spec.opening
    if kind is None:
        raise ValueError("a page without a kind has no form")
    return {
        "form": None if opening.closed else form,
        "kind": kind,
        "words": kind.words(spec.locale),
        "spec": spec,
        "opening": opening,
        "ways_on": ways_on(kind, spec.locale) if opening.closed else [],
        "partner": spec.partnership,
        "privacy_url": spec.privacy_url,
        "action_url": reverse("pledge", args=[spec.page_id]),
        "challenge_url": reverse("challenge"),
        **counted(kind),
    }


def counted(kind: PledgeKind) -> dict[str, Any]:
    """Return ``count``, None below the kind's minimum or when staff switched live counts off, and ``counted_at``."""
    found = pledge_count(kind.pk)
    visible = shown_count(found.value, kind.minimum_shown) if live_switches().shows_live_counts else None
    return {"count": visible or None, "counted_at": found.as_of}


def ways_on(kind: PledgeKind, language: str) -> list[WayOn]:
    """Return what the campaign has for somebody who comes too late, in ``language`` where there is such a page."""
    from cms.models import CampaignPage, EventsPage, VolunteerPage

    campaign = kind.campaign_id
    found = []
    for model, words in (
        (EventsPage, gettext("Come to an event and ask us")),
        (VolunteerPage, gettext("Help others to be in time: offer your help")),
        (CampaignPage, gettext("See what else the campaign does")),
    ):
        pages = list(model.objects.live().filter(campaign=campaign).select_related("locale").order_by("pk"))
        page = next((one for one in pages if one.locale.language_code == language), next(iter(pages), None))
        if page is not None:
            found.append(WayOn(words, page.get_url() or "/"))
    return found
