"""What the form somebody registers for an event with needs to know, kept for half a minute."""

import uuid
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from campaigns.models import Partnership
from campaigns.selectors.sources import partnership_of_source
from cms.form_spec import LARGEST_ID, FormSpec, NoSuchPage, consent_choices
from core.ttl_cache import ttl_cache
from events.links import event_url
from events.models import Event, Timeslot
from events.questions import Question, questions_in
from events.when import slot_span


@dataclass(frozen=True)
class SlotShown:
    """One timeslot as the form offers it. ``free``: places nobody holds, None without a limit."""

    pk: int
    when: str
    free: int | None

    @property
    def is_full(self) -> bool:
        return self.free is not None and self.free <= 0


@dataclass(frozen=True, kw_only=True)
class RsvpSpec(FormSpec):
    """An event's form in one language. ``slots``: those that have not begun."""

    event_id: int
    public_id: uuid.UUID
    is_generated: bool
    host_name: str
    slots: tuple[SlotShown, ...]
    questions: tuple[Question, ...]
    largest_party: int

    @property
    def is_full(self) -> bool:
        return bool(self.slots) and all(slot.is_full for slot in self.slots)


def rsvp_spec(event: Event, locale: str, source: str = "") -> RsvpSpec:
    """Return the form of a published event in ``locale``, for the partner whose link brought the visitor."""
    return _spec(event.pk, locale, partnership_of_source(source))


def rsvp_spec_of(event_id: int, locale: str) -> RsvpSpec:
    """Return the form of an event by its key. Raises NoSuchPage when there is none, or it is a draft."""
    if event_id > LARGEST_ID or not Event.objects.filter(pk=event_id, published_at__isnull=False).exists():
        raise NoSuchPage
    return _spec(event_id, locale, None)


@ttl_cache(30)
def _spec(event_id: int, locale: str, partnership_id: int | None) -> RsvpSpec:
    related = ("event_type", "organisation", "campaign__organisation")
    event = Event.objects.select_related(*related).prefetch_related("texts").get(pk=event_id)
    campaign = event.campaign
    active = Partnership.objects.active().filter(campaign=campaign).select_related("organisation")
    partnership = active.filter(pk=partnership_id).first() if partnership_id else None
    with override(locale):
        slots = tuple(
            SlotShown(slot.pk, slot_span(slot, event), slot.free)
            for slot in Timeslot.objects.filter(event=event, starts_at__gt=timezone.now())
        )
    return RsvpSpec(
        page_id=event.pk,
        page_path=event_path(event, locale),
        title=event.words(locale).title,
        locale=locale,
        campaign_slug=campaign.slug,
        campaign_name=campaign.title,
        organisation_id=campaign.organisation_id,
        organisation_name=event.organisation.name,
        privacy_url=event.organisation.privacy_url or campaign.organisation.privacy_url,
        partnership=partnership,
        choices=consent_choices(
            campaign, partnership, locale=locale, channels=("email", "sms"), reminded_by=event.organisation_id
        ),
        event_id=event.pk,
        public_id=event.public_id,
        is_generated=event.is_generated,
        host_name=event.organisation.name,
        slots=slots,
        questions=questions_in(event.event_type.questions, locale, event.language),
        largest_party=event.event_type.largest_party,
    )


def event_path(event: Event, locale: str) -> str:
    """Return where the event stands on the site, else the form's own page."""
    url = event_url(event, locale)
    if url:
        return url
    with override(locale):
        return reverse("event_register", args=[event.public_id])
