"""The demo's page of a pledge, to apply for citizenship, in every language. A page that is there stays as it is."""

import uuid
from typing import TypedDict

from django.db import transaction

from campaigns import demo_vote
from campaigns.demo_pledge_kinds import CITIZENSHIP
from campaigns.models import PledgeKind
from cms.demo_pages import KEYS
from cms.models import CampaignPage, PledgePage


class Words(TypedDict):
    """One language's page."""

    slug: str
    title: str
    introduction: str
    thank_you: str


WORDS: dict[str, Words] = {
    "en": {
        "slug": "citizenship",
        "title": "Become a citizen of where you live",
        "introduction": "Whoever is a citizen votes at every level. The way there has steps and papers; you need not "
        "walk it alone.",
        "thank_you": "<p>Well done. This is a demonstration: no office has heard of it.</p>",
    },
    "fr": {
        "slug": "nationalite",
        "title": "Obtenez la nationalité du pays où vous vivez",
        "introduction": "Avec la nationalité, on vote à tous les niveaux. Le chemin a ses étapes et ses papiers\u00a0; "
        "vous n’avez pas à le faire sans aide.",
        "thank_you": "<p>Bravo. Ceci est une démonstration\u00a0: aucun guichet n’en a entendu parler.</p>",
    },
    "nl": {
        "slug": "nationaliteit",
        "title": "Word burger van waar je woont",
        "introduction": "Wie de nationaliteit heeft, stemt op elk niveau. De weg ernaartoe telt stappen en papieren; "
        "je hoeft hem niet alleen te gaan.",
        "thank_you": "<p>Goed gedaan. Dit is een demonstratie: geen enkel loket weet ervan.</p>",
    },
    "ar": {
        "slug": "jinsiyya",
        "title": "احصلوا على جنسية البلد الذي تعيشون فيه",
        "introduction": "من يحمل الجنسية يصوّت على كل المستويات. للطريق خطوات وأوراق، ولا داعي لأن تسيروا فيه وحدكم.",
        "thank_you": "<p>أحسنتم. هذا عرض توضيحي: لم يصل شيء إلى أي مكتب.</p>",
    },
}


@transaction.atomic
def load_demo_pledge_pages() -> list[PledgePage]:
    """Publish the page in every language of the generated campaign's pages; a repeat adds nothing."""
    kind = PledgeKind.objects.get(campaign__slug=demo_vote.SLUG, key=CITIZENSHIP)
    key = uuid.uuid5(KEYS, f"pledge-{CITIZENSHIP}")
    made = []
    parents = CampaignPage.objects.live().filter(campaign__is_generated=True).select_related("locale")
    for parent in parents.order_by("pk"):
        words = WORDS.get(parent.locale.language_code)
        if words is None or PledgePage.objects.filter(translation_key=key, locale=parent.locale).exists():
            continue
        page = PledgePage(locale=parent.locale, translation_key=key, pledge_kind=kind, show_in_menus=True, **words)
        parent.add_child(instance=page)
        page.save_revision().publish()
        made.append(page)
    return made
