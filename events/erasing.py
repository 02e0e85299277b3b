"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections import Counter
from datetime import datetime

from events.actions.offers import offer_in_turn
from events.actions.places import lock_event, release
from events.enums import CheckInVia
from events.models import Attendance, Rsvp
from people.models import Supporter

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "events.Rsvp",
        "events.Feedback",
        "events.Attendance",
        "events.AttendanceUndo",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "events.Event.organiser",
        "events.ChecklistItem.done_by",
        "events.OutcomeReport.written_by",
        "events.Attendance.by",
        "events.AttendanceUndo.by",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Delete a person's RSVPs with answers and feedback; return how many rows of each table went.

    How many came to an event stays: a check-in that stands becomes one of somebody who walked in. Places of what is
    still to come are offered to who waits. Events are held in the order of their keys.
    """
    gone: Counter[str] = Counter()
    for rsvp in Rsvp.objects.filter(supporter=supporter).order_by("event_id"):
        event = lock_event(rsvp.event_id)
        held = Rsvp.objects.filter(pk=rsvp.pk).first()
        if held is None:
            continue
        release(held)
        came = Attendance.objects.standing().filter(rsvp=held)
        gone["events.Attendance"] += came.update(rsvp=None, via=CheckInVia.WALK_IN)
        gone.update(Rsvp.objects.filter(pk=held.pk).delete()[1])
        offer_in_turn(event, held.timeslot_id, at)
    return dict(gone)
