"""Signed links that let somebody answer without signing in: for one place, or to one request for cover."""

from django.core import signing

from volunteers.models import CoverRequest, ShiftAssignment, TrainingAttendance, Volunteer

_SALT = "volunteers.place"
_COVER_SALT = "volunteers.cover"
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


def sign_cover(cover: CoverRequest, volunteer: Volunteer) -> str:
    """Return a URL-safe token that lets one volunteer answer one request for cover."""
    return signing.Signer(salt=_COVER_SALT, sep=".").sign(f"{cover.pk}-{volunteer.pk}")


def read_cover(token: str) -> tuple[CoverRequest, Volunteer]:
    """Return the request and the volunteer a token speaks of. Raises InvalidToken."""
    try:
        cover_id, volunteer_id = signing.Signer(salt=_COVER_SALT, sep=".").unsign(token).split("-")
    except signing.BadSignature as error:
        raise InvalidToken from error
    rows = CoverRequest.objects.select_related(
        "assignment__shift__campaign", "assignment__shift__event__venue", "assignment__volunteer", "taken_by"
    )
    cover = rows.filter(pk=int(cover_id)).first()
    volunteer = Volunteer.objects.select_related("supporter", "campaign").filter(pk=int(volunteer_id)).first()
    if cover is None or volunteer is None:
        raise InvalidToken
    return cover, volunteer
