"""What guests say of an event afterwards."""

from datetime import datetime

from django.db import transaction

from events.enums import Rating, RsvpStatus
from events.models import Feedback, Rsvp
from events.reminder_rules import FEEDBACK_FOR


class NotAsked(ValueError):
    """The person did not come, or it is not over, or was over long ago."""


def may_say(rsvp: Rsvp, at: datetime) -> bool:
    """Whether a guest may say how it was: from the start until 27 days after the end."""
    slot = rsvp.timeslot
    return (
        rsvp.status == RsvpStatus.COMING
        and not rsvp.event.is_cancelled
        and slot.starts_at <= at < slot.ends_at + 9 * FEEDBACK_FOR
    )


@transaction.atomic
def give_feedback(*, rsvp: Rsvp, rating: Rating, words: str, at: datetime) -> Feedback:
    """Write what a guest says and return it; said again, the last answer stands. Raises NotAsked."""
    if not may_say(rsvp, at):
        raise NotAsked
    said = {"rating": rating, "words": words, "written_at": at}
    feedback, _made = Feedback.objects.update_or_create(rsvp=rsvp, defaults=said)
    return feedback
