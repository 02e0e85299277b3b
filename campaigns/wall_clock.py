"""What people type as date and hour: what a clock on the wall at that place shows."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

FIRST_YEAR, LAST_YEAR = 2000, 2100


class WallClockInput(forms.DateTimeInput):
    """The browser's own picker: it needs no script of ours and is made for thumbs."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class WallClockField(forms.DateTimeField):
    """A date and time without a zone: what a clock on the wall at that place shows. The form knows the place."""

    widget = AdminDateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value.replace(tzinfo=None)
        with timezone.override("UTC"):  # where every hour exists, once
            found = super().to_python(value)
        return found.replace(tzinfo=None) if found else None

    def prepare_value(self, value: Any) -> Any:
        return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def at_place(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment a wall clock shows; an hour that comes twice is the first one.

    Raises ValidationError for an hour the clock skips when summer time begins, and for a year nobody plans for.
    """
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise forms.ValidationError(_("Is the year right?"))
    moment = wall.replace(tzinfo=zone)
    back = moment.astimezone(UTC).astimezone(zone)
    if back.replace(tzinfo=None) != wall:
        raise forms.ValidationError(_("The clock skips this hour: summer time begins that night."))
    return moment
