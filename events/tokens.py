"""Signed links that let somebody look after one RSVP without an account."""

from events.models import Rsvp
from people.tokens import InvalidToken, read_uuid, sign_uuid

_SALT = "events.rsvp"


def sign_rsvp(rsvp: Rsvp) -> str:
    """Return the URL-safe token of one RSVP that only we can make; it also stands in the code scanned at the door."""
    return sign_uuid(rsvp.public_id, _SALT)


def read_rsvp(token: str) -> Rsvp:
    """Return the RSVP a token speaks of, with its event, timeslot and person. Raises InvalidToken, also when gone."""
    related = ("event__event_type", "event__campaign", "event__organisation", "event__venue", "event__territory")
    found = Rsvp.objects.select_related(*related, "timeslot", "supporter", "submission")
    rsvp = found.filter(public_id=read_uuid(token, _SALT)).first()
    if rsvp is None:
        raise InvalidToken
    return rsvp


__all__ = ["InvalidToken", "read_rsvp", "sign_rsvp"]
