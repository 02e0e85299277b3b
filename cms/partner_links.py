"""Where partners' own pages stand, and how they would look (config/settings/registries.py names these functions)."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from campaigns.models import Partnership
from cms.addresses import public_address
from cms.models import PartnersPage
from coalition.models import PartnerProfile
from coalition.selectors.partners import coordinates
from coalition.selectors.public_partners import partner_of
from core.ttl_cache import ttl_cache

if TYPE_CHECKING:
    from accounts.models import User


@ttl_cache(10)
def paths_of(campaign_id: int) -> dict[str, str]:
    """Return the path of the campaign's page of partners in every language that has one."""
    pages = PartnersPage.objects.live().public().filter(campaign=campaign_id).select_related("locale").order_by("-pk")
    return {page.locale.language_code: page.get_url() or "" for page in pages}


def pages_of(partnership: Partnership) -> list[tuple[str, str]]:
    """Return (language, address) of every page on which the partner's own one stands, or will once it is approved."""
    pages = PartnersPage.objects.live().public().filter(campaign=partnership.campaign_id).select_related("locale")
    return [
        (page.locale.language_code, f"{public_address(page)}{page.tail_of(partnership)}")
        for page in pages.order_by("locale__language_code", "pk")
    ]


def preview(request: HttpRequest, profile: PartnerProfile, language: str) -> HttpResponse | None:
    """Return one version of a partner's page as it would look, for staff alone; None without a page of partners.

    A page that is not published yet is the coordinators' to see.
    """
    pages = PartnersPage.objects.filter(campaign=profile.partnership.campaign_id).select_related("locale")
    if not coordinates(profile.partnership, cast("User", request.user)):
        pages = pages.live().public()
    by_language = {page.locale.language_code: page for page in pages.order_by("-live", "-pk")}
    page = by_language.get(language) or next(iter(by_language.values()), None)
    if page is None:
        return None
    with translation.override(page.locale.language_code):
        context = page.get_context(request, partner=partner_of(profile), logo_address=_of_staff(profile))
        response = render(request, page.partner_template, {**context, "is_preview": True})
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _of_staff(profile: PartnerProfile) -> str:
    return reverse("staff_partners:page_logo", args=[profile.partnership_id, profile.pk])
