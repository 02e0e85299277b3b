"""What guests text back to a reminder (settings.INBOUND_HANDLERS)."""

from datetime import datetime

from messaging.models import InboundMessage


def answer_inbound(inbound: InboundMessage, at: datetime) -> str | None:
    """Do what a YES or NO to a reminder says and return what was done; None leaves the text to a human.

    A word is an answer only from a phone that was reminded of something still to come, and only while it can be kept:
    "yes" to a place that was given away meanwhile is for a human.
    """
    from events.actions.answers import answer_by_text
    from events.actions.places import PlaceRefused
    from events.actions.rsvps import RegistrationClosed
    from events.models import Rsvp

    try:
        rsvp = answer_by_text(phone=inbound.address, text=inbound.text, at=at)
    except (PlaceRefused, RegistrationClosed, Rsvp.DoesNotExist):  # given away, called off or removed at this moment
        return None
    return None if rsvp is None else f"rsvp:{rsvp.pk}:{rsvp.status}"
