"""What the screens about announcements read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Membership
from campaigns.enums import PartnerRole
from campaigns.models import Partnership
from coalition.actions.announcements import addressed_partners
from coalition.announcement_enums import ADDRESSED, READERS
from coalition.announcement_letters import direction_of, managers_of_all, text_for
from coalition.announcement_rules import as_html
from coalition.models import Announcement, AnnouncementRead, AnnouncementRecipient, AnnouncementText
from core.lists import listed
from places.country_names import country_name

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Shown:
    """An announcement as one person reads it."""

    announcement: Announcement
    text: AnnouncementText
    is_own_language: bool
    is_unread: bool = False

    @property
    def html(self) -> str:
        return as_html(self.text.body)

    @property
    def direction(self) -> str:
        return direction_of(self.text.language)


def shown_in(announcement: Announcement, language: str) -> Shown:
    """Return an announcement as somebody reads it whose language is this one."""
    text = text_for(announcement, language)
    is_unread = not getattr(announcement, "is_read", True)
    return Shown(announcement, text, text.language == language.partition("-")[0], is_unread)


def shown_texts(announcement: Announcement) -> list[Shown]:
    """Return every text of an announcement in the order of the site's languages."""
    order = [code for code, _name in settings.LANGUAGES]
    texts = sorted(announcement.texts.all(), key=lambda text: order.index(text.language))
    return [Shown(announcement, text, is_own_language=True) for text in texts]


def with_readings(rows: QuerySet[Announcement], user: "User") -> QuerySet[Any]:
    """Add ``is_read``: whether this person has opened it; and everything a list shows."""
    read = AnnouncementRead.objects.filter(announcement=OuterRef("pk"), user=user)
    return rows.annotate(is_read=Exists(read)).select_related("campaign").prefetch_related("texts")


def with_figures(rows: QuerySet[Announcement]) -> QuerySet[Any]:
    """Add to how many partners each went (``went_to``), and how many of all have opened it (``read_by``)."""
    told = AnnouncementRecipient.objects.filter(announcement=OuterRef("pk")).order_by().values("announcement")

    def number(condition: Q) -> Coalesce:
        return Coalesce(Subquery(told.filter(condition).annotate(number=Count("pk")).values("number")), 0)

    return rows.annotate(went_to=number(Q(is_late=False)), read_by=number(Q(read_at__isnull=False)))


@dataclass(frozen=True)
class Audience:
    """To whom a draft would go if it were published now."""

    partners: list[Partnership]
    letters: int


def audience_of(announcement: Announcement) -> Audience:
    """Return the partners a draft would go to now, by name, and how many people would get a letter."""
    partners = addressed_partners(announcement)
    named = partners.select_related("organisation").annotate(has_people=_has_people("organisation"))
    letters = managers_of_all(partners).count() if announcement.sends_letter else 0
    return Audience(list(named.order_by("organisation__name", "pk")), letters)


def readings_of(announcement: Announcement) -> list[Any]:
    """Return the partners an announcement went to or that read it since they joined, by name, with what they did."""
    rows = AnnouncementRecipient.objects.filter(announcement=announcement).select_related("partnership__organisation")
    rows = rows.annotate(has_people=_has_people("partnership__organisation"))
    return list(rows.order_by("partnership__organisation__name", "pk"))


def _has_people(organisation: str) -> Exists:
    """Whether anybody with an account works there who would see it."""
    reading = Membership.objects.filter(role__in=READERS, user__is_active=True)
    return Exists(reading.filter(organisation=OuterRef(organisation)))


def addressed_in_words(announcement: Announcement) -> str:
    """Return for which roles and countries an announcement is; nothing: for all."""
    roles = [str(PartnerRole(role).label) for role in announcement.to_roles if role in ADDRESSED]
    names = sorted(country_name(code) for code in announcement.to_countries)
    return "; ".join(filter(None, [listed(roles), listed(names)]))
