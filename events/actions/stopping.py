"""No more reminders by e-mail of what one organisation holds in a campaign, and yes, please, again."""

from datetime import datetime

from django.db import transaction

from events.models import Rsvp
from events.reach import reminder_purpose
from people.actions.consents import record_word
from people.consent import may_contact
from people.enums import Channel, ConsentState, Purpose
from people.models import ContactPoint
from people.selectors import address_on


@transaction.atomic
def stop_reminders(*, rsvp: Rsvp, source: str, at: datetime) -> None:
    """Withdraw REMINDER by e-mail for the event's organisation and campaign; a second call writes nothing."""
    _say(rsvp, ConsentState.WITHDRAWN, source, at)


@transaction.atomic
def allow_reminders(*, rsvp: Rsvp, source: str, at: datetime) -> None:
    """Take a withdrawal back, as the person asks for by the same link; without one nothing is written."""
    if is_stopped(rsvp, at):
        _say(rsvp, ConsentState.GRANTED, source, at)


def is_stopped(rsvp: Rsvp, at: datetime) -> bool:
    """Whether the person's e-mail address is not reminded because they said so."""
    address = address_on(rsvp.supporter, Channel.EMAIL)
    return address is not None and may_contact(address, reminder_purpose(rsvp.event, Channel.EMAIL), at).reason == (
        "withdrawn"
    )


def _say(rsvp: Rsvp, state: ConsentState, source: str, at: datetime) -> None:
    points = ContactPoint.objects.select_for_update().filter(supporter=rsvp.supporter_id, channel=Channel.EMAIL)
    for point in points:
        record_word(
            contact_point=point,
            state=state,
            purpose=Purpose.REMINDER,
            organisation=rsvp.event.organisation,
            scope=rsvp.event.campaign.slug,
            source=source,
            at=at,
        )
