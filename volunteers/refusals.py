"""Why somebody cannot have a shift, in plain words to themselves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from volunteers.actions.covers import CoverTaken, NoExchange, OwnShift
from volunteers.actions.shifts import (
    CertificateMissing,
    OtherCampaign,
    PlaceReleased,
    ShiftCancelled,
    ShiftFull,
    ShiftOver,
    ShiftsOverlap,
)
from volunteers.selectors.open_shifts import OBSTACLES_TO_ONESELF
from volunteers.suggestion_rules import Obstacle

TO_ONESELF: dict[type[Exception], Any] = {
    ShiftCancelled: _("This shift was called off."),
    ShiftOver: _("It has begun, so nothing can be changed here any more."),
    ShiftFull: _("Somebody was quicker: everybody who is needed for this shift is there."),
    CertificateMissing: OBSTACLES_TO_ONESELF[Obstacle.NO_CERTIFICATE],
    ShiftsOverlap: OBSTACLES_TO_ONESELF[Obstacle.CLASH],
    OtherCampaign: _("This shift is for volunteers of another organisation."),
    PlaceReleased: _("You gave this shift back before."),
    CoverTaken: _("Somebody has it already, thank you!"),
    OwnShift: _("This is your own shift."),
    NoExchange: _("These two shifts cannot be swapped: one of you is not free then, or something changed meanwhile."),
}


def reason_of(refusal: Exception) -> str:
    """Return the sentence for a refusal."""
    return str(TO_ONESELF[type(refusal)])
