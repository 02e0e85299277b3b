"""What happens to RSVPs when two supporters become one (settings.SUPPORTER_MERGERS)."""

from django.db.models import F
from django.utils import timezone

from core import audit
from events.actions.check_in import settle_guest
from events.actions.offers import offer_in_turn
from events.actions.places import lock_event, release
from events.enums import RsvpStatus
from events.models import Attendance, AttendanceUndo, Feedback, Rsvp
from people.models import Supporter

_STANDING = {RsvpStatus.COMING: 3, RsvpStatus.OFFERED: 2, RsvpStatus.WAITING: 1, RsvpStatus.CANCELLED: 0}


def move_rsvps(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's RSVPs to the kept one, in the transaction that merges them.

    Where both have one for the same event, the one that holds a place stays before one that waits, and of two alike the
    older; the other goes and gives its places back. Check-ins and what was taken back of them follow, and so does what
    was said of the event: one check-in stands at most. Events are held in the order of their keys.
    """
    at = timezone.now()
    theirs = list(Rsvp.objects.filter(supporter=absorb).order_by("event_id"))
    for row in theirs:
        event = lock_event(row.event_id)
        found = Rsvp.objects.filter(event=event, supporter__in=(keep, absorb))
        pair = sorted(found, key=lambda each: (-_STANDING[RsvpStatus(each.status)], each.pk))
        stays = pair[0]
        for goes in pair[1:]:
            _hand_over_attendance(stays, goes)
            release(goes)
            Rsvp.objects.filter(pk=stays.pk).update(
                is_proved=stays.is_proved or goes.is_proved,
                proved_at=stays.proved_at or goes.proved_at,
                said_yes_at=stays.said_yes_at or goes.said_yes_at,
            )
            audit.record("events.rsvp.united", target=stays, absorbed=goes.pk)
            goes.delete()
            offer_in_turn(event, goes.timeslot_id, at)
        Rsvp.objects.filter(pk=stays.pk).update(supporter=keep)


def _hand_over_attendance(stays: Rsvp, goes: Rsvp) -> None:
    Attendance.objects.standing().filter(rsvp=goes).update(undone_at=F("received_at"))
    Attendance.objects.filter(rsvp=goes).update(rsvp=stays)
    AttendanceUndo.objects.filter(rsvp=goes).update(rsvp=stays)
    settle_guest(stays)
    if not Feedback.objects.filter(rsvp=stays).exists():
        Feedback.objects.filter(rsvp=goes).update(rsvp=stays)
