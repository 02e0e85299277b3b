"""What the demo's partners say of themselves: most approved, one that waits, a few who have said nothing yet."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from campaigns.actions.transparency_alarms import coordinators_of
from campaigns.demo import SLUG
from campaigns.models import Campaign, Partnership
from coalition.actions.partner_pages import Content, Words, publish_page, save_page, send_page
from coalition.demo_logos import demo_logo
from coalition.models import PartnerProfile

SILENT_EVERY = 6  # every sixth partner has filled in nothing
TEXTS = {
    "en": Words(
        "We help people who arrive to find a room, a doctor and a neighbour. (Made up for the demo.)",
        "Every Tuesday evening forty people sit down at one table here: those who came last week and those who came "
        "forty years ago.\n\nWhoever has eaten together also signs together. That is why we take part.\n\nThese words "
        "are made up for the demo, and so is this organisation.",
    ),
    "fr": Words(
        "Nous aidons les personnes qui arrivent à trouver une chambre, un médecin, un voisin. (Inventé pour la démo.)",
        "Chaque mardi soir, quarante personnes s’assoient à la même table : celles qui sont arrivées la semaine "
        "dernière et celles qui sont là depuis quarante ans.\n\nQui a mangé ensemble signe aussi ensemble. Voilà "
        "pourquoi nous participons.\n\nCe texte est inventé pour la démonstration, cette organisation aussi.",
    ),
    "nl": Words(
        "We helpen wie aankomt aan een kamer, een dokter en een buur. (Verzonnen voor de demo.)",
        "Elke dinsdagavond zitten hier veertig mensen aan één tafel: wie vorige week aankwam en wie hier al veertig "
        "jaar woont.\n\nWie samen at, tekent ook samen. Daarom doen we mee.\n\nDeze tekst is verzonnen voor de demo, "
        "en deze organisatie ook.",
    ),
    "ar": Words(
        "نساعد القادمين الجدد على إيجاد غرفة وطبيب وجار. (نصّ مختلَق للعرض التوضيحي.)",
        "في مساء كل ثلاثاء يجلس أربعون شخصًا إلى مائدة واحدة: من وصلوا الأسبوع الماضي ومن يعيشون هنا منذ أربعين "
        "عامًا.\n\nمن أكلوا معًا يوقّعون معًا، ولهذا نشارك.\n\nهذا النص مختلَق للعرض التوضيحي، وكذلك هذه المنظمة.",
    ),
}
NEWER = Words(
    "We help people who arrive to find a room, a doctor, a neighbour and a job. (Made up for the demo.)",
    "Our table has grown: sixty people every Tuesday now.\n\nThese words are made up for the demo.",
)


@transaction.atomic
def load_demo_partner_pages(*, at: datetime | None = None) -> int:
    """Give the demo campaign's partners logos and words, and return how many; a second call adds nothing."""
    at = at or timezone.now()
    campaign = Campaign.objects.filter(slug=SLUG, is_generated=True).first()
    if campaign is None or PartnerProfile.objects.filter(partnership__campaign=campaign).exists():
        return 0
    coordinator = next(iter(coordinators_of(campaign)), None)
    if coordinator is None:
        return 0
    active = Partnership.objects.active().filter(campaign=campaign).select_related("organisation").order_by("pk")
    talking = [(number, each) for number, each in enumerate(active) if number % SILENT_EVERY != SILENT_EVERY - 1]
    for number, partnership in talking:
        _publish(partnership, number, coordinator, at - timedelta(days=20))
    _send_a_newer_one(campaign, at)
    return len(talking)


def _publish(partnership: Partnership, number: int, coordinator: User, at: datetime) -> None:
    languages = list(TEXTS)[: 1 + number % len(TEXTS)] if number else list(TEXTS)
    organisation = partnership.organisation
    content = Content(
        website=organisation.website,
        shows_figure=number % 2 == 0,
        texts={language: TEXTS[language] for language in languages},
        logo=demo_logo(organisation.name, number),
    )
    publish_page(partnership=partnership, content=content, seal="", by=coordinator, at=at)


def _send_a_newer_one(campaign: Campaign, at: datetime) -> None:
    """Let one partner's newer words wait, so that a coordinator finds something to approve."""
    manager = User.objects.filter(
        memberships__role=Role.PARTNER_MANAGER, memberships__organisation__partnerships__campaign=campaign
    ).first()
    if manager is None:
        return
    partnership = Partnership.objects.managed_by(manager).filter(campaign=campaign).first()
    public = PartnerProfile.objects.filter(partnership=partnership).first()
    if partnership is None or public is None:
        return
    content = Content(public.website, public.shows_figure, {**TEXTS, "en": NEWER})
    draft = save_page(partnership=partnership, content=content, seal="", by=manager, at=at)
    send_page(partnership=partnership, seal=draft.seal, by=manager, at=at)
