"""The calendar of events (month, week, list, map) and what needs people."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.wall_clock import FIRST_YEAR, LAST_YEAR
from core.staff_page import StaffPage
from events.forms.filters import CalendarFilterForm
from events.selectors.calendar import CalendarEvent, by_commune, by_day, calendar_events, events_needing_people
from events.viewsets.pages import TRAIL
from places.commune_maps import commune_map, communes_near

VIEWS = (
    ("month", gettext_lazy("Month")),
    ("week", gettext_lazy("Week")),
    ("list", gettext_lazy("List")),
    ("map", gettext_lazy("Map")),
)
LIST_DAYS = 91


@dataclass(frozen=True)
class Window:
    """The days a view shows, what it is called, and the days its neighbours are asked by."""

    first: date
    last: date
    title: str
    before: date
    after: date
    month: int = 0


def window_of(view: str, day: date) -> Window:
    """Return the days around ``day``: whole weeks of a month, a week from Monday, a quarter, or a month on the map."""
    if view == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
        title = f"{date_format(first, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"
        return Window(first, last, title, first - timedelta(days=7), first + timedelta(days=7))
    if view == "list":
        last = day + timedelta(days=LIST_DAYS - 1)
        title = f"{date_format(day, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"
        return Window(day, last, title, day - timedelta(days=LIST_DAYS), day + timedelta(days=LIST_DAYS))
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    title = date_format(first, "YEAR_MONTH_FORMAT")
    last = after - timedelta(days=1)
    if view == "map":
        return Window(first, last, title, before, after)
    begin, end = first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())
    return Window(begin, end, title, before, after, month=first.month)


def day_in(text: str, today: date) -> date:
    """Return the day an address names; today for what is none, or lies where no calendar of ours reaches."""
    try:
        found = parse_date(text)
    except ValueError:
        return today
    return found if found is not None and FIRST_YEAR <= found.year < LAST_YEAR else today


class CalendarView(StaffPage):
    """Events by day or by commune. Everything is a link or a form: it works without a script."""

    template_name = "events/staff/calendar.html"
    permission = "events.view_event"
    header_icon = "calendar"
    page_title = gettext_lazy("Calendar")
    trail = TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, user, asked = timezone.now(), self.request.user, self.request.GET
        today = timezone.localdate(at)
        view = asked.get("view", "")
        view = view if view in dict(VIEWS) else "month"
        day = day_in(asked.get("day", ""), today)
        window = window_of(view, day)
        form = CalendarFilterForm(asked, user=user)
        entries = calendar_events(user, window.first, window.last, filters=form.filters(), at=at)  # type: ignore[arg-type]
        context = {
            **super().get_context_data(**kwargs),
            "form": form,
            "view_name": view,
            "day": day,
            "window": window,
            "entries": entries,
            "views": [(key, label, link(asked, view=key, day=day), key == view) for key, label in VIEWS],
            "before": link(asked, view=view, day=window.before),
            "after": link(asked, view=view, day=window.after),
            "now": link(asked, view=view, day=today),
            "today": today,
            "may_plan": user.has_perm("events.add_event"),
        }
        return {**context, **(self._map(entries) if view == "map" else self._days(entries, window, today, view))}

    def _days(self, entries: list[CalendarEvent], window: Window, today: date, view: str) -> dict[str, Any]:
        days = by_day(entries, window.first, window.last, today=today, month=window.month)
        if view == "list":
            days = [each for each in days if each.entries]
        names = [(WEEKDAYS[number], WEEKDAYS_ABBR[number]) for number in range(7)]
        return {"days": days, "weekday_names": names}

    def _map(self, entries: list[CalendarEvent]) -> dict[str, Any]:
        communes = {e.event.territory_id: e.event.territory for e in entries if e.event.territory is not None}
        drawn = commune_map(communes_near(communes.values()))
        groups = by_commune(entries)
        shapes = [(each, len(groups.get(each.code, []))) for each in drawn.communes] if drawn else []
        names = {each.code: each.name for each in communes.values()}
        listed = sorted((code for code in groups if code), key=lambda code: names[code])
        return {
            "map": drawn,
            "shapes": shapes,
            "pins": _pins(entries, drawn) if drawn else [],
            "groups": [
                *((names[code], groups[code]) for code in listed),
                *([(_("Online, or no commune said"), groups[""])] if "" in groups else []),
            ],
        }


def _pins(entries: list[CalendarEvent], drawn: Any) -> list[dict[str, Any]]:
    """Return one pin per point, with how many events are held there."""
    found: dict[tuple[Any, Any], list[CalendarEvent]] = {}
    for entry in entries:
        venue = entry.event.venue
        if venue is not None and venue.latitude is not None and venue.longitude is not None:
            found.setdefault((venue.longitude, venue.latitude), []).append(entry)
    pins = []
    for (longitude, latitude), held in found.items():
        x, y = drawn.frame.place(float(longitude), float(latitude))
        venue = held[0].event.venue
        pins.append({"x": round(x, 1), "y": round(y, 1), "count": len(held), "name": venue.name if venue else ""})
    return pins


def link(asked: QueryDict, *, view: str, day: date) -> str:
    """Return the address of another view or day with the same filters."""
    query = QueryDict(mutable=True)
    for name in CalendarFilterForm.base_fields:
        if asked.get(name):
            query[name] = str(asked[name])[:40]
    query["view"], query["day"] = view, day.isoformat()
    return f"?{query.urlencode()}"


class NeedsPeopleView(StaffPage):
    """What is to come and lacks people, a language or a certificate, or has a clash: the next one first."""

    template_name = "events/staff/people.html"
    permission = "events.view_event"
    header_icon = "group"
    page_title = gettext_lazy("What needs people")
    trail = TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = CalendarFilterForm(self.request.GET, user=self.request.user)
        for name in ("staffing", "status"):
            del form.fields[name]
        user: Any = self.request.user
        entries = events_needing_people(user, filters=form.filters(), at=timezone.now())
        return {**super().get_context_data(**kwargs), "form": form, "entries": entries}
