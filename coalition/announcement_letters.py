"""Letters that tell a partner's managers of an announcement: to whom, and what each says when it leaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language_info

from accounts.enums import Role
from accounts.languages import chosen_or_usual
from accounts.models import User
from campaigns.models import Partnership
from coalition.announcement_enums import AnnouncementStatus
from coalition.announcement_rules import as_html, as_text, language_for
from coalition.models import Announcement, AnnouncementText
from messaging.actions.staff_letters import StaffLetter, queue_staff_letters
from messaging.enums import NEVER_SENT, MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, draw_letter

TEMPLATE = "partner_announcement"


def managers_of_all(partnerships: QuerySet[Partnership]) -> QuerySet[User]:
    """Return who manages any of these partners while it takes part, each once."""
    organisations = partnerships.filter(left_at__isnull=True).values("organisation")
    roles = Q(memberships__organisation__in=organisations, memberships__role=Role.PARTNER_MANAGER)
    return User.objects.filter(roles, is_active=True).distinct()


def _went_to(announcement: Announcement) -> QuerySet[Partnership]:
    """Return the partners an announcement went to when it was published, not those that read it since they joined."""
    return Partnership.objects.filter(
        announcements_received__announcement=announcement, announcements_received__is_late=False
    )


def queue_letters(announcement: Announcement, at: datetime) -> None:
    """Queue one letter to each manager of the partners it went to, in their language; again queues none twice."""
    people = managers_of_all(_went_to(announcement)).order_by("pk")
    letters = [
        StaffLetter(pk, email, chosen_or_usual(language), {"announcement": announcement.pk, "user": pk})
        for pk, email, language in people.values_list("pk", "email", "wagtail_userprofile__preferred_language")
    ]
    key = f"partner-announcement:announcement:{announcement.pk}:published"
    queue_staff_letters(key=key, template=TEMPLATE, letters=letters, at=at, batch=announcement.batch)


def announcement_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what a letter says now (settings.MESSAGE_CONTEXTS).

    Raises NotNeeded when the announcement was withdrawn, and when who it is for manages no partner any more that it
    went to and that takes part.
    """
    told = message.context
    rows = Announcement.objects.select_related("campaign__organisation").prefetch_related("texts")
    announcement = rows.filter(pk=told["announcement"], status=AnnouncementStatus.PUBLISHED).first()
    if announcement is None:
        raise NotNeeded
    if not managers_of_all(_went_to(announcement)).filter(pk=told["user"]).exists():
        raise NotNeeded
    # The same for everybody of one language, so that it is drawn once: the address alone is filled in.
    return {**letter_words(announcement, message.language), "language": message.language, "own": ("url",)}


def letter_words(announcement: Announcement, language: str) -> dict[str, Any]:
    """Return the words of the letter to somebody whose own language is this one."""
    text = text_for(announcement, language)
    return {
        "campaign": announcement.campaign.title,
        "organisation_name": announcement.campaign.organisation.name,
        "subject": text.subject,
        "body_html": as_html(text.body),
        "body_text": as_text(text.body),
        "text_language": text.language,
        "text_direction": direction_of(text.language),
        "text_language_name": text.get_language_display(),
        "is_own_language": text.language == language.partition("-")[0],
        "url": settings.PUBLIC_URL + reverse("staff_announcements:read", args=[announcement.pk]),
    }


def text_for(announcement: Announcement, language: str) -> AnnouncementText:
    """Return the text somebody reads whose language is this one; the texts are fetched beforehand where there are many.

    Raises KeyError for an announcement without any.
    """
    texts = {text.language: text for text in announcement.texts.all()}
    first = next((text.language for text in texts.values() if text.pk == announcement.fallback_id), "")
    return texts[language_for(language, texts, first or next(iter(texts), ""))]


def direction_of(language: str) -> str:
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def sample_letter(announcement: Announcement, text: AnnouncementText) -> tuple[str, str, str]:
    """Return subject, plain text and HTML of the letter to who reads this text."""
    return draw_letter(TEMPLATE, text.language, letter_words(announcement, text.language))


@dataclass(frozen=True)
class Sending:
    """How far an announcement's letters are."""

    waiting: int = 0
    sent: int = 0
    stopped: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.sent + self.stopped + self.failed


def sending_of(announcement: Announcement) -> Sending:
    """Return how many letters wait, left, were stopped (withdrawn, too late, not wanted) and failed or are unclear."""
    rows = OutboundMessage.objects.filter(batch=announcement.batch).order_by()
    counts = dict(rows.values_list("status").annotate(number=Count("pk")))

    def number(*statuses: MessageStatus) -> int:
        return sum(counts.get(status, 0) for status in statuses)

    return Sending(
        waiting=number(MessageStatus.READY, MessageStatus.SENDING),
        sent=number(MessageStatus.SENT, MessageStatus.DELIVERED),
        stopped=number(*NEVER_SENT),
        failed=number(MessageStatus.FAILED, MessageStatus.UNKNOWN),
    )
