"""What people say on their own page: no more of this, this again, nothing at all."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation
from messaging.own_wishes import Wish
from people.actions.consents import record_word
from people.consent import ContactPurpose, event_in_force
from people.enums import ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint

PAGE = "link:own-page"
ONE_CLICK = "link:unsubscribe"


class NeedsWording(ValueError):
    """It cannot be agreed to here: no wording says what one agrees to."""


@transaction.atomic
def stop_messages(*, point: ContactPoint, purpose: ContactPurpose, source: str, at: datetime) -> None:
    """Withdraw what one address gets of one purpose from one organisation; a second call writes nothing.

    AGENDA is withdrawn as REMINDER, by which it goes. Raises ValueError for a purpose of no organisation.
    """
    if purpose.organisation_id is None:
        raise ValueError("a consent is given to an organisation")
    _lock(point)
    said = Purpose.REMINDER if purpose.purpose == Purpose.AGENDA else purpose.purpose
    record_word(
        contact_point=point,
        state=ConsentState.WITHDRAWN,
        purpose=said,
        organisation=Organisation.objects.get(pk=purpose.organisation_id),
        scope=purpose.scope,
        source=source,
        at=at,
    )


@transaction.atomic
def restart_messages(*, wish: Wish, at: datetime) -> None:
    """Give again what was taken back, under the wording shown beside the button; a second call writes nothing.

    Raises NeedsWording for news no wording speaks of.
    """
    if not wish.may_restart:
        raise NeedsWording
    _lock(wish.point)
    if wish.text is None:
        record_word(
            contact_point=wish.point,
            state=ConsentState.GRANTED,
            purpose=wish.purpose,
            organisation=wish.organisation,
            scope=wish.scope,
            source=PAGE,
            at=at,
        )
        return
    last = event_in_force(wish.point, wish.text, at)
    if last is None or last.state != ConsentState.GRANTED:
        ConsentEvent.objects.create(
            contact_point=wish.point,
            state=ConsentState.GRANTED,
            purpose=wish.purpose,
            channel=wish.point.channel,
            organisation=wish.organisation,
            scope=wish.scope,
            text=wish.text,
            source=PAGE,
            at=at,
        )


@transaction.atomic
def stop_everything(*, wishes: Sequence[Wish], at: datetime) -> int:
    """Withdraw all that is on and return how much it was; answers to what the person does still come."""
    running = [wish for wish in wishes if wish.is_on]
    for wish in running:
        asked = ContactPurpose(wish.purpose, wish.point.channel, wish.organisation.pk, wish.scope)  # type: ignore[arg-type]
        stop_messages(point=wish.point, purpose=asked, source=PAGE, at=at)
    return len(running)


def _lock(point: ContactPoint) -> None:
    ContactPoint.objects.select_for_update().get(pk=point.pk)
