"""What the page for volunteers shows, beside its own words."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from cms.petition_context import SOURCE_PLACEHOLDER
from cms.volunteer_forms import VolunteerForm
from cms.volunteer_spec import VolunteerSpec, build_volunteer_spec, volunteer_spec

if TYPE_CHECKING:
    from cms.models import VolunteerPage


def volunteer_context(
    page: "VolunteerPage", *, form: VolunteerForm | None = None, source: str = "", is_preview: bool = False
) -> dict[str, Any]:
    """Return the template's context: the form, and whose volunteer one would become."""
    spec: VolunteerSpec = form.spec if form is not None else _spec_of(page, source, is_preview)
    return {
        "form": form or VolunteerForm(spec=spec, source=SOURCE_PLACEHOLDER),
        "spec": spec,
        "partner": spec.partnership,
        "privacy_url": spec.privacy_url,
        "action_url": reverse("volunteer", args=[spec.page_id]),
        "challenge_url": reverse("challenge"),
    }


def _spec_of(page: "VolunteerPage", source: str, is_preview: bool) -> VolunteerSpec:
    if not is_preview and page.live:
        return volunteer_spec(page.pk, source)
    return build_volunteer_spec(
        page.campaign,
        None,
        page_id=page.pk or 0,
        title=page.title,
        locale=page.locale.language_code,
        path=page.get_url() or "/",
    )
