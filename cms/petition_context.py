"""What the petition's page shows, beside its own words."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from campaigns.petition_rules import shown_count, shown_goal
from campaigns.selectors.comments import public_comments
from campaigns.selectors.tallies import live_switches, petition_count
from cms.forms import SignForm
from cms.petition_spec import PetitionSpec, build_spec, petition_spec

if TYPE_CHECKING:
    from cms.models import PetitionPage

# Stands in cached pages where the visit's source code goes; the cache fills it in on the way out.
SOURCE_PLACEHOLDER = "carillon-source-goes-here"


def petition_context(
    page: "PetitionPage", *, form: SignForm | None = None, source: str = "", is_preview: bool = False
) -> dict[str, Any]:
    """Return the template's context for a petition's page: form, count, goal, partner, and whether it is open.

    ``count`` is None below the petition's minimum or when staff switched live counts off.
    """
    at = timezone.now()
    spec = form.spec if form is not None else _spec_of(page, source, is_preview)
    return {
        "petition": spec.petition,
        "form": form or SignForm(spec=spec, source=SOURCE_PLACEHOLDER),
        "partner": spec.partnership,
        "privacy_url": spec.privacy_url,
        "action_url": reverse("sign", args=[spec.page_id]),
        "challenge_url": reverse("challenge"),
        "comments": public_comments(spec.petition.pk) if spec.petition.asks_comment else (),
        **opening(spec, at),
        **progress(spec.petition.pk, spec.petition.minimum_shown, spec.petition.goal_steps),
    }


def _spec_of(page: "PetitionPage", source: str, is_preview: bool) -> PetitionSpec:
    if not is_preview and page.live:
        return petition_spec(page.pk, source)
    return build_spec(
        page.petition,
        None,
        page_id=page.pk or 0,
        title=page.title,
        locale=page.locale.language_code,
        path=page.get_url() or "/",
    )


def opening(spec: PetitionSpec, at: datetime) -> dict[str, Any]:
    """Return whether the petition takes signatures, or when it did or will."""
    petition = spec.petition
    return {
        "is_open": petition.is_open(at),
        "is_not_yet_open": petition.opens_at is not None and at < petition.opens_at,
        "is_closed": petition.closes_at is not None and at >= petition.closes_at,
    }


def progress(petition_id: int, minimum: int, goal_steps: list[int]) -> dict[str, Any]:
    """Return ``count`` (or None when it is not shown), ``goal`` and ``counted_at``."""
    count = petition_count(petition_id)
    visible = shown_count(count.value, minimum) if live_switches().shows_live_counts else None
    # A hidden count must not be told by the goal beside it.
    return {"count": visible, "goal": shown_goal(visible or 0, goal_steps), "counted_at": count.as_of}
