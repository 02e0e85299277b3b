"""The demo's pages of events: one below each generated campaign's page. A page that is there stays as it is."""

import uuid
from typing import TypedDict

from django.db import transaction

from campaigns import demo_vote
from campaigns.models import Campaign
from cms.demo_pages import KEYS
from cms.models import CampaignPage, EventsPage


class Words(TypedDict):
    """One language's page."""

    slug: str
    title: str
    introduction: str


WORDS: dict[str, Words] = {
    "en": {
        "slug": "events",
        "title": "Meet us in your commune",
        "introduction": "Stands, workshops and evenings where you can ask everything about voting where you live.",
    },
    "fr": {
        "slug": "rendez-vous",
        "title": "Rencontrez-nous dans votre commune",
        "introduction": "Stands, ateliers et soirées pour tout demander sur le vote là où vous habitez.",
    },
    "nl": {
        "slug": "activiteiten",
        "title": "Ontmoet ons in je gemeente",
        "introduction": "Stands, workshops en avonden waar je alles kunt vragen over stemmen waar je woont.",
    },
    "ar": {
        "slug": "liqaat",
        "title": "التقوا بنا في بلديتكم",
        "introduction": "أكشاك وورشات وأمسيات تسألون فيها عن كل ما يخص التصويت في مكان سكنكم.",
    },
}


@transaction.atomic
def load_demo_events_pages() -> list[EventsPage]:
    """Publish a page of events in every language of each generated campaign's page; a repeat adds nothing.

    They show the events of the demo's voter-registration campaign where it is loaded: it has the events.
    """
    made = []
    working = Campaign.objects.filter(slug=demo_vote.SLUG).first()
    parents = CampaignPage.objects.live().filter(campaign__is_generated=True).select_related("campaign", "locale")
    for parent in parents.order_by("pk"):
        words = WORDS.get(parent.locale.language_code)
        key = uuid.uuid5(KEYS, f"events-{parent.campaign.slug}")
        if words is None or EventsPage.objects.filter(translation_key=key, locale=parent.locale).exists():
            continue
        page = EventsPage(locale=parent.locale, translation_key=key, campaign=working or parent.campaign, **words)
        parent.add_child(instance=page)
        page.save_revision().publish()
        made.append(page)
    return made
