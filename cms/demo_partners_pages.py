"""The demo's pages of partners: one below the petition campaign's page in every language. One that is there stays."""

import uuid
from typing import TypedDict

from django.db import transaction

from campaigns.demo import SLUG
from cms.demo_pages import KEYS
from cms.models import CampaignPage, PartnersPage


class Words(TypedDict):
    """One language's page."""

    slug: str
    title: str
    introduction: str


WORDS: dict[str, Words] = {
    "en": {
        "slug": "partners",
        "title": "Who stands behind this",
        "introduction": "Organisations all over Europe that carry this campaign together. All of them are made up.",
    },
    "fr": {
        "slug": "partenaires",
        "title": "Qui est derrière cette campagne",
        "introduction": "Partout en Europe, des organisations portent ensemble cette campagne. Toutes sont inventées.",
    },
    "nl": {
        "slug": "partners",
        "title": "Wie hierachter staat",
        "introduction": "Organisaties uit heel Europa dragen deze campagne samen. Ze zijn allemaal verzonnen.",
    },
    "ar": {
        "slug": "sharakaa",
        "title": "من يقف وراء هذه الحملة",
        "introduction": "منظمات من أنحاء أوروبا تحمل هذه الحملة معًا، وكلها مختلَقة للعرض التوضيحي.",
    },
}


@transaction.atomic
def load_demo_partners_pages() -> list[PartnersPage]:
    """Publish a page of partners in every language of the demo campaign's page; a repeat adds nothing."""
    made = []
    parents = CampaignPage.objects.live().filter(campaign__slug=SLUG, campaign__is_generated=True)
    for parent in parents.select_related("campaign", "locale").order_by("pk"):
        words = WORDS.get(parent.locale.language_code)
        key = uuid.uuid5(KEYS, f"partners-{parent.campaign.slug}")
        if words is None or PartnersPage.objects.filter(translation_key=key, locale=parent.locale).exists():
            continue
        page = PartnersPage(locale=parent.locale, translation_key=key, campaign=parent.campaign, **words)
        parent.add_child(instance=page)
        page.save_revision().publish()
        made.append(page)
    return made
