"""The demo's pages for volunteers: one below each generated campaign's page. A page that is there stays as it is."""

import uuid
from typing import TypedDict

from django.db import transaction

from campaigns import demo_vote
from campaigns.models import Campaign
from cms.demo_pages import KEYS
from cms.models import CampaignPage, VolunteerPage


class Words(TypedDict):
    """One language's page."""

    slug: str
    title: str
    introduction: str
    form_heading: str
    thank_you: str


WORDS: dict[str, Words] = {
    "en": {
        "slug": "help",
        "title": "Help us ask people in the street",
        "introduction": "Two hours a month, in your own languages, never alone. We train you before you go out.",
        "form_heading": "Offer your help",
        "thank_you": "<p>Your application has reached us. This is a demonstration: nobody will call.</p>",
    },
    "fr": {
        "slug": "aider",
        "title": "Aidez-nous à parler aux gens dans la rue",
        "introduction": "Deux heures par mois, dans vos langues, jamais en solo. Nous vous formons avant de sortir.",
        "form_heading": "Proposer mon aide",
        "thank_you": "<p>Votre candidature nous est parvenue. Ceci est une démonstration : personne n’appellera.</p>",
    },
    "nl": {
        "slug": "helpen",
        "title": "Help ons mensen op straat aan te spreken",
        "introduction": "Twee uur per maand, in je eigen talen, nooit alleen. Vooraf krijg je een opleiding van ons.",
        "form_heading": "Mijn hulp aanbieden",
        "thank_you": "<p>Je aanbod om te helpen is aangekomen. Dit is een demonstratie: niemand belt je op.</p>",
    },
    "ar": {
        "slug": "musaada",
        "title": "ساعدونا على التحدث إلى الناس في الشارع",
        "introduction": "ساعتان في الشهر، بلغاتكم، ولن تكونوا وحدكم أبدًا. ندرّبكم قبل أن تخرجوا معنا.",
        "form_heading": "أعرض مساعدتي",
        "thank_you": "<p>وصلنا طلبكم. هذا عرض توضيحي، فلن يتصل بكم أحد؛ تصفّحوا كما تشاؤون.</p>",
    },
}


@transaction.atomic
def load_demo_volunteer_pages() -> list[VolunteerPage]:
    """Publish a page for volunteers in every language of each generated campaign's page; a repeat adds nothing.

    Where the demo's voter-registration campaign is loaded, that is what people offer their help for: it has the
    mobilisers.
    """
    made = []
    working = Campaign.objects.filter(slug=demo_vote.SLUG).first()
    parents = CampaignPage.objects.live().filter(campaign__is_generated=True).select_related("campaign", "locale")
    for parent in parents.order_by("pk"):
        words = WORDS.get(parent.locale.language_code)
        key = uuid.uuid5(KEYS, f"volunteers-{parent.campaign.slug}")
        if words is None or VolunteerPage.objects.filter(translation_key=key, locale=parent.locale).exists():
            continue
        page = VolunteerPage(locale=parent.locale, translation_key=key, campaign=working or parent.campaign, **words)
        parent.add_child(instance=page)
        page.save_revision().publish()
        made.append(page)
    return made
