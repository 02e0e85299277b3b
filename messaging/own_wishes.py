"""What somebody gets from us, as their own page shows it: one line for each thing an organisation may write about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Organisation
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.addresses import masked_address
from people.consent import PAUSED, ContactPurpose, may_contact_each
from people.enums import Channel, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter
from people.selectors import current_consent_texts

LATELY = 10
_SHOWN = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNKNOWN)


@dataclass(frozen=True)
class Wish:
    """One thing that may be written about to one address, and whether it is.

    ``text``: the wording that stands beside the button to get it again; None where it needs none or has none.
    """

    point: ContactPoint
    purpose: Purpose
    organisation: Organisation
    scope: str
    scope_title: str
    is_on: bool
    is_stopped: bool
    text: ConsentText | None

    @property
    def key(self) -> str:
        return f"{self.point.pk}:{self.purpose.value}:{self.organisation.pk}:{self.scope}"

    @property
    def address(self) -> str:
        return masked_address(self.point.channel, self.point.as_typed)

    @property
    def may_restart(self) -> bool:
        """Whether it can be asked for here: reminders always, news where a wording says what one agrees to."""
        return self.purpose == Purpose.REMINDER or self.text is not None


@dataclass(frozen=True)
class _Subject:
    point: ContactPoint
    purpose: Purpose
    organisation_id: int
    scope: str

    def asked_as(self, purpose: Purpose) -> tuple[ContactPoint, ContactPurpose]:
        channel = Channel(self.point.channel)
        return self.point, ContactPurpose(purpose, channel, self.organisation_id, self.scope)


def wishes_of(supporter: Supporter, language: str, at: datetime) -> list[Wish]:
    """Return what may be written to the addresses of one person, by organisation, in an order that stays."""
    points = {point.pk: point for point in supporter.contact_points.order_by("channel", "pk")}
    agenda = _agenda_subjects(points)
    subjects = sorted(
        {*_consent_subjects(points), *agenda},
        key=lambda each: (each.organisation_id, each.scope, each.purpose, each.point.channel, each.point.pk),
    )
    decided = may_contact_each([each.asked_as(each.purpose) for each in subjects], at)
    reminded = [each for each in subjects if each in agenda]
    by_agenda = may_contact_each([each.asked_as(Purpose.AGENDA) for each in reminded], at)
    reminders_on = {each for each, decision in zip(reminded, by_agenda, strict=True) if decision.allowed}
    organisations = Organisation.objects.in_bulk({each.organisation_id for each in subjects})
    titles = scope_titles({each.scope for each in subjects})
    texts = _texts(subjects, language)
    return [
        Wish(
            point=subject.point,
            purpose=subject.purpose,
            organisation=organisations[subject.organisation_id],
            scope=subject.scope,
            scope_title=titles.get(subject.scope, ""),
            is_on=decision.allowed or decision == PAUSED or subject in reminders_on,
            is_stopped=decision.reason.startswith("suppressed:"),
            text=texts.get((subject.organisation_id, subject.scope, subject.purpose, subject.point.channel)),
        )
        for subject, decision in zip(subjects, decided, strict=True)
    ]


def _consent_subjects(points: dict[int, ContactPoint]) -> set[_Subject]:
    said = ConsentEvent.objects.filter(contact_point__in=points).values_list(
        "contact_point_id", "purpose", "organisation_id", "scope"
    )
    return {_Subject(points[point], Purpose(purpose), org, scope) for point, purpose, org, scope in said.distinct()}


def _agenda_subjects(points: dict[int, ContactPoint]) -> set[_Subject]:
    """Reminders need no consent by e-mail, so whoever got one finds them here."""
    got = OutboundMessage.objects.filter(
        contact_point__in=points, purpose=Purpose.AGENDA, organisation__isnull=False
    ).values_list("contact_point_id", "organisation_id", "scope")
    return {_Subject(points[point], Purpose.REMINDER, org, scope) for point, org, scope in got.distinct()}


def _texts(subjects: Sequence[_Subject], language: str) -> dict[tuple[int, str, str, str], ConsentText]:
    found: dict[tuple[int, str, str, str], ConsentText] = {}
    for scope in {each.scope for each in subjects}:
        ids = sorted({each.organisation_id for each in subjects if each.scope == scope})
        for text in current_consent_texts(organisation_ids=ids, scope=scope, language=language):
            found[text.organisation_id, scope, text.purpose, text.channel] = text
    return found


def scope_titles(scopes: Iterable[str]) -> dict[str, str]:
    """Return the titles of what scopes name (settings.SCOPE_TITLES), by scope."""
    titles: dict[str, str] = import_string(settings.SCOPE_TITLES)([scope for scope in scopes if scope])
    return titles


def sent_lately(supporter: Supporter) -> list[OutboundMessage]:
    """Return the last messages that left for one person, the newest first."""
    rows = OutboundMessage.objects.filter(contact_point__supporter=supporter, status__in=_SHOWN)
    return list(rows.select_related("organisation", "contact_point").order_by("-pk")[:LATELY])
