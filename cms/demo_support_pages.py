"""The demo's pages of supporting an initiative, in every language below the campaign's page. Those there stay."""

import uuid
from typing import TypedDict

from django.db import transaction

from campaigns.demo import SLUG
from campaigns.demo_support import CLOSED, PATTERN
from campaigns.models import PledgeKind
from cms.demo_pages import KEYS
from cms.models import CampaignPage, PledgePage


class Words(TypedDict):
    """One language's page."""

    slug: str
    title: str
    introduction: str


WORDS: dict[str, dict[str, Words]] = {
    PATTERN: {
        "en": {
            "slug": "support-the-initiative",
            "title": "Support the initiative",
            "introduction": "Three minutes on the European Union's own form; here you see first what your country "
            "asks. This initiative is made up for the demonstration: the button leads to the front page of the "
            "Union's site, where nothing is signed.",
        },
        "fr": {
            "slug": "soutenir-l-initiative",
            "title": "Soutenez l’initiative",
            "introduction": "Trois minutes, sur le formulaire de l’Union européenne elle-même\u00a0; voyez d’abord ici "
            "ce que demande votre pays. Cette initiative est inventée pour la démonstration\u00a0: le bouton mène à la "
            "page d’accueil du site de l’Union, où rien ne se signe.",
        },
        "nl": {
            "slug": "steun-het-initiatief",
            "title": "Steun het initiatief",
            "introduction": "Drie minuten op het formulier van de Europese Unie zelf; hier zie je eerst wat je land "
            "vraagt. Dit initiatief is verzonnen voor de demonstratie: de knop leidt naar de voorpagina van de site "
            "van de Unie, waar je niets tekent.",
        },
        "ar": {
            "slug": "idaamu-al-mubadara",
            "title": "أيّدوا المبادرة",
            "introduction": "ثلاث دقائق على استمارة الاتحاد الأوروبي نفسها؛ وهنا تعرفون أولًا ما يطلبه بلدكم. "
            "هذه المبادرة مختلَقة للعرض التوضيحي: يقود الزر إلى الصفحة الرئيسية لموقع الاتحاد، ولا شيء يُوقَّع هناك.",
        },
    },
    CLOSED: {
        "en": {
            "slug": "initiative-of-2018",
            "title": "The initiative of 2018",
            "introduction": "The real initiative behind this demonstration. Its collection is over.",
        },
        "fr": {
            "slug": "initiative-de-2018",
            "title": "L’initiative de 2018",
            "introduction": "L’initiative réelle dont s’inspire cette démonstration. Sa collecte est terminée.",
        },
        "nl": {
            "slug": "initiatief-van-2018",
            "title": "Het initiatief van 2018",
            "introduction": "Het echte initiatief achter deze demonstratie. De verzamelperiode is voorbij.",
        },
        "ar": {
            "slug": "mubadarat-2018",
            "title": "مبادرة عام 2018",
            "introduction": "المبادرة الحقيقية التي يستند إليها هذا العرض التوضيحي. أُغلق جمع إعلانات تأييدها.",
        },
    },
}


@transaction.atomic
def load_demo_support_pages() -> list[PledgePage]:
    """Publish a page for each of the two initiatives in every language of the demo's site; a repeat adds nothing."""
    made = []
    parents = list(CampaignPage.objects.live().filter(campaign__slug=SLUG).select_related("locale").order_by("pk"))
    for kind in PledgeKind.objects.filter(campaign__slug=SLUG, key__in=WORDS).order_by("pk"):
        key = uuid.uuid5(KEYS, f"support-{kind.key}")
        for parent in parents:
            words = WORDS[kind.key].get(parent.locale.language_code)
            if words is None or PledgePage.objects.filter(translation_key=key, locale=parent.locale).exists():
                continue
            is_open = kind.key == PATTERN
            page = PledgePage(
                locale=parent.locale, translation_key=key, pledge_kind=kind, show_in_menus=is_open, **words
            )
            parent.add_child(instance=page)
            page.save_revision().publish()
            made.append(page)
    return made
