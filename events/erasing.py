"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections import Counter
from datetime import datetime

from events.actions.offers import offer_in_turn
from events.actions.places import lock_event, release
from events.models import Rsvp
from people.models import Supporter


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Delete a person's RSVPs with answers, check-ins and feedback; return how many rows of each table went.

    Places of what is still to come are offered to who waits. Events are held in the order of their keys.
    """
    gone: Counter[str] = Counter()
    for rsvp in Rsvp.objects.filter(supporter=supporter).order_by("event_id"):
        event = lock_event(rsvp.event_id)
        held = Rsvp.objects.filter(pk=rsvp.pk).first()
        if held is None:
            continue
        release(held)
        gone.update(Rsvp.objects.filter(pk=held.pk).delete()[1])
        offer_in_turn(event, held.timeslot_id, at)
    return dict(gone)
