"""What the demo campaign tells its partners, in several languages: one pinned, one read by some, one still a draft."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Role, User
from campaigns.demo import SLUG
from campaigns.models import Campaign
from coalition.actions.announcements import publish_announcement, save_draft, seal_of
from coalition.announcement_rules import Draft, Said
from coalition.models import Announcement, AnnouncementRecipient

BY = "coalition.demo"
_HOUSE = Draft(
    texts={
        "en": Said(
            "How we work together (demo)",
            "Welcome. Three things that every partner asks about:\n\n"
            "- Your link and your QR code stand under **My organisation**.\n"
            "- Figures are brought up to date every minute.\n"
            "- Questions go to the contact person of the campaign.\n\n"
            "More in [the guide](https://campaign.demo.example/guide).",
        ),
        "fr": Said(
            "Comment nous travaillons ensemble (démo)",
            "Bienvenue. Trois choses que chaque partenaire demande :\n\n"
            "- Votre lien et votre code QR se trouvent sous **Mon organisation**.\n"
            "- Les chiffres sont mis à jour chaque minute.\n"
            "- Les questions vont à la personne de contact de la campagne.\n\n"
            "Plus d'informations dans [le guide](https://campaign.demo.example/guide).",
        ),
        "nl": Said(
            "Hoe we samenwerken (demo)",
            "Welkom. Drie dingen die elke partner vraagt:\n\n"
            "- Uw link en uw QR-code staan onder **Mijn organisatie**.\n"
            "- De cijfers worden elke minuut bijgewerkt.\n"
            "- Vragen gaan naar de contactpersoon van de campagne.\n\n"
            "Meer in [de gids](https://campaign.demo.example/guide).",
        ),
    },
    fallback="en",
    sends_letter=False,
    is_pinned=True,
)
_CALL = Draft(
    texts={
        "en": Said(
            "Call of all partners on Thursday (demo)",
            "We meet by video on Thursday at 18:00, Brussels time. Please tell us beforehand what you plan for May.",
        ),
        "fr": Said(
            "Réunion de tous les partenaires jeudi (démo)",
            "Nous nous retrouvons en visio jeudi à 18 h, heure de Bruxelles. "
            "Dites-nous avant ce que vous préparez pour mai.",
        ),
        "ar": Said(
            "اجتماع كل الشركاء يوم الخميس (عرض)",
            "نلتقي عبر الفيديو يوم الخميس الساعة 18:00 بتوقيت بروكسل. أخبرونا قبل ذلك بما تخططون له في مايو.",
        ),
    },
    fallback="en",
    sends_letter=False,
)
_LEAFLETS = Draft(
    texts={
        "en": Said("New leaflets for your country (demo)", "They are printed on the 20th. How many do you need?"),
        "fr": Said("Nouveaux dépliants pour votre pays (démo)", "Ils sont imprimés le 20. Combien vous en faut-il ?"),
    },
    fallback="en",
    countries=("BE", "FR"),
)


@transaction.atomic
def load_demo_announcements(*, at: datetime | None = None) -> int:
    """Publish two announcements of the demo campaign and leave one a draft; a second call adds nothing.

    Load its partners before; without them there is nobody to tell. Nobody is written to.
    """
    at = at or timezone.now()
    campaign = Campaign.objects.filter(slug=SLUG, is_generated=True).first()
    lead = Membership.objects.filter(organisation=campaign.organisation, role=Role.COORDINATOR) if campaign else None
    ada = lead.select_related("user").first() if lead is not None else None
    if campaign is None or ada is None or Announcement.objects.filter(campaign=campaign).exists():
        return 0
    if not campaign.partnerships.active().exists():
        return 0
    _publish(campaign, _HOUSE, ada.user, at - timedelta(days=30))
    call = _publish(campaign, _CALL, ada.user, at - timedelta(days=2))
    for row in AnnouncementRecipient.objects.filter(announcement=call).order_by("pk")[2:9]:
        AnnouncementRecipient.objects.filter(pk=row.pk).update(read_at=at - timedelta(hours=row.pk % 40))
    _write(campaign, _LEAFLETS, at)
    return 3


def _write(campaign: Campaign, draft: Draft, at: datetime) -> Announcement:
    announcement = save_draft(draft=draft, campaign=campaign, by=BY, at=at)
    Announcement.objects.filter(pk=announcement.pk).update(is_generated=True)
    return announcement


def _publish(campaign: Campaign, draft: Draft, by: User, at: datetime) -> Announcement:
    announcement = _write(campaign, draft, at)
    return publish_announcement(announcement=announcement, seal=seal_of(announcement), by=by, at=at)
