"""The demo's check of eligibility: a page in every language below the campaign's page. One that is there stays."""

import uuid
from typing import TypedDict

from django.db import transaction

from campaigns import demo_election, demo_vote
from campaigns.demo_pledge_kinds import REGISTER
from campaigns.models import Campaign, Election, PledgeKind
from cms.demo_pages import KEYS
from cms.models import CampaignPage, RegistrationPage


class Words(TypedDict):
    """One language's page."""

    slug: str
    title: str
    introduction: str


WORDS: dict[str, Words] = {
    "en": {
        "slug": "may-i-vote",
        "title": "May I vote in my commune?",
        "introduction": "A few short questions tell you whether you may register as a voter, how, and by when. No "
        "account, no name, nothing is kept.",
    },
    "fr": {
        "slug": "puis-je-voter",
        "title": "Puis-je voter dans ma commune\u00a0?",
        "introduction": "Quelques courtes questions vous disent si vous pouvez vous inscrire pour voter, comment "
        "et jusqu’à quand. Ni compte, ni nom\u00a0: rien n’est conservé.",
    },
    "nl": {
        "slug": "mag-ik-stemmen",
        "title": "Mag ik in mijn gemeente stemmen?",
        "introduction": "Enkele korte vragen zeggen je of je je als kiezer mag inschrijven, hoe en tot wanneer. Geen "
        "account, geen naam: er wordt niets bewaard.",
    },
    "ar": {
        "slug": "hal-yumkinuni-attaswit",
        "title": "هل يمكنني التصويت في بلديتي؟",
        "introduction": "أجيبوا عن بضعة أسئلة قصيرة لتعرفوا هل يحق لكم التسجيل كناخبين، وكيف، وحتى أي يوم. "
        "لا حساب ولا اسم، ولا نحتفظ بشيء من إجاباتكم.",
    },
}


@transaction.atomic
def load_demo_registration_pages() -> list[RegistrationPage]:
    """Publish the page of the demo's election in every language of the demo's site; a repeat adds nothing."""
    election = Election.objects.get(key=demo_election.KEY)
    campaign = Campaign.objects.get(slug=demo_vote.SLUG)
    key = uuid.uuid5(KEYS, f"registration-{campaign.slug}")
    made = []
    parents = CampaignPage.objects.live().filter(campaign__is_generated=True).select_related("locale")
    for parent in parents.order_by("pk"):
        words = WORDS.get(parent.locale.language_code)
        if words is None or RegistrationPage.objects.filter(translation_key=key, locale=parent.locale).exists():
            continue
        page = RegistrationPage(
            locale=parent.locale,
            translation_key=key,
            campaign=campaign,
            election=election,
            show_in_menus=True,
            **words,
        )
        parent.add_child(instance=page)
        page.save_revision().publish()
        made.append(page)
    _offer_pledge(campaign)
    return made


def _offer_pledge(campaign: Campaign) -> None:
    """Offer the campaign's pledge under the answer of pages that offer none, drafts of editors included."""
    kind = PledgeKind.objects.filter(campaign=campaign, key=REGISTER).first()
    pages = RegistrationPage.objects.filter(campaign=campaign, pledge_kind=None)
    for page in pages if kind is not None else ():
        page.pledge_kind = kind
        page.save_revision().publish()
