"""Signed links that let somebody answer for one place in a shift or a session, without signing in."""

from django.core import signing

from volunteers.models import ShiftAssignment, TrainingAttendance

_SALT = "volunteers.place"
_KINDS: dict[str, type[ShiftAssignment] | type[TrainingAttendance]] = {"s": ShiftAssignment, "t": TrainingAttendance}


class InvalidToken(ValueError):
    """The link was cut, mistyped or made up, or what it spoke of is gone."""


def sign_place(place: ShiftAssignment | TrainingAttendance) -> str:
    """Return a URL-safe token for one place that only we can make."""
    letter = "s" if isinstance(place, ShiftAssignment) else "t"
    return signing.Signer(salt=_SALT, sep=".").sign(f"{letter}{place.pk}")


def read_place(token: str) -> ShiftAssignment | TrainingAttendance:
    """Return the place a token speaks of, with its moment, campaign and person. Raises InvalidToken."""
    try:
        text = signing.Signer(salt=_SALT, sep=".").unsign(token)
    except signing.BadSignature as error:
        raise InvalidToken from error
    model, number = _KINDS[text[0]], int(text[1:])
    moment = "shift__campaign" if model is ShiftAssignment else "session__curriculum__campaign"
    found = model.objects.select_related(moment, "volunteer__supporter").filter(pk=number).first()
    if found is None:
        raise InvalidToken
    return found
