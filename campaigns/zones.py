"""Days and hours in a campaign's own time zone."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from core.lists import list_separator

if TYPE_CHECKING:
    from campaigns.models import Campaign


def zone_of(campaign: "Campaign") -> ZoneInfo:
    return ZoneInfo(campaign.time_zone)


def local_day(moment: datetime, campaign: "Campaign") -> date:
    """Return the day it is in the campaign's time zone."""
    return moment.astimezone(zone_of(campaign)).date()


def local_span(starts_at: datetime, ends_at: datetime, campaign: "Campaign") -> str:
    """Return "2 May 2026, 10:00–12:00", with the second day only where there is one.

    Hours are written as clocks in Europe show them, in every language: "10 a.m.–noon" is no timetable.
    """
    return span_in(starts_at, ends_at, zone_of(campaign))


def span_in(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return the same in a time zone of one's own."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    first = f"{date_format(start, 'DATE_FORMAT')}{list_separator()}{start:%H:%M}"
    last = f"{end:%H:%M}"
    if end.date() != start.date():
        last = f"{date_format(end, 'DATE_FORMAT')}{list_separator()}{last}"
    return f"{first}–{last}"
