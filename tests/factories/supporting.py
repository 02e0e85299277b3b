"""A page on which people are told how to support an initiative, whose collection runs from 2030 to 2031."""

from datetime import date
from typing import Any

from campaigns.models import Campaign, DeadlineKind, Initiative, InitiativeDeadline, PledgeKind
from cms.models import PledgePage
from tests.factories.cms import make_home, make_petition
from tests.factories.pledges import make_kind

BEGINS, ENDS = date(2030, 9, 1), date(2031, 8, 31)
FORM = "https://eci.ec.europa.eu/045/public/"


def make_supported(
    number: str = "ECI(2030)000001", *, ends: date | None = ENDS, campaign: Campaign | None = None, **fields: Any
) -> PledgeKind:
    """Return the kind of pledge for an initiative that can be supported from BEGINS to ENDS at FORM."""
    facts = {
        "titles": {"en": "Open the doors", "ar": "افتحوا الأبواب"},
        "status": "ONGOING",
        "registered_date": date(2030, 6, 1),
        "collection_start_date": BEGINS,
        "support_url": FORM,
    }
    initiative = Initiative.objects.create(registration_number=number, **facts | fields)
    if ends is not None:
        InitiativeDeadline.objects.create(initiative=initiative, kind=DeadlineKind.COLLECTION_END, due_date=ends)
    return make_kind(campaign or make_petition().campaign, "support-an-initiative", initiative=initiative)


def make_support_page(kind: PledgeKind | None = None, language: str = "en", **words: Any) -> PledgePage:
    """Return the live page of a kind of pledge in one language."""
    kind, home = kind or make_supported(), make_home(language)
    fields = {"title": "Support us", "slug": f"support-{kind.pk}", "locale": home.locale} | words
    page = home.add_child(instance=PledgePage(pledge_kind=kind, **fields))
    page.save_revision().publish()
    return PledgePage.objects.get(pk=page.pk)
