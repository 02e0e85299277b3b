"""The page of one event and what is pressed there: publish, tick, repeat, call off."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.zones import span_in
from events.actions.planning import repeat_event
from events.actions.publishing import (
    EventCancelled,
    EventReported,
    PlaceUnknown,
    cancel_event,
    publish_event,
    tick_item,
    untick_item,
)
from events.enums import AccessFeature, EventStatus
from events.forms.repeating import RepeatForm, read_dates
from events.models import Event
from events.querysets import SHOWN
from events.selectors.calendar import places_of
from events.selectors.door import hours_of
from events.selectors.event_page import (
    address_of,
    checklist_of,
    concerned_by,
    history_of,
    next_step,
    sections_above,
)
from events.staffing import staffing_of
from events.viewsets.pages import EventPage
from places.languages import language_name


class ShowView(EventPage):
    """Everything about one event, with what comes next."""

    template_name = "events/staff/event.html"
    page_title = _("Event")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        event, at, user = self.event, timezone.now(), self.request.user
        context = super().get_context_data(**kwargs)
        slots = list(event.timeslots.all())
        venue = event.venue
        step = next_step(event, at) if self.may_change else ""
        return {
            **context,
            "when": span_in(event.starts_at, event.ends_at, event.zone),
            "slots": [(slot, span_in(slot.starts_at, slot.ends_at, event.zone)) for slot in slots],
            "places": places_of(event),
            "concerned": concerned_by(event, at),
            "staffing": staffing_of([event.pk], at)[event.pk],
            "checklist": checklist_of(event, timezone.localtime(at, event.zone).date()),
            "materials": event.materials.all(),
            "texts": [(text, language_name(text.language)) for text in event.texts.all()],
            "spoken": [(code, language_name(code)) for code in event.spoken],
            "own_language": language_name(event.language),
            "features": [AccessFeature(key).label for key in (venue.features if venue else []) if _is_feature(key)],
            "budget": _in_euros(event.budget_cents),
            "sections": sections_above(event, user),  # type: ignore[arg-type]
            "history": history_of(event),
            "step": step,
            "report_url": address_of("staff_event_reports:report", event.pk),
            "door_url": self._door_url(at),
            "rsvps_url": address_of("staff_rsvps:index", query=f"?event={event.pk}"),
            "shift_templates_url": address_of(
                "staff_shift_templates:index", query=f"?event_type={event.event_type_id}"
            ),
            "siblings": self._siblings(),
        }

    def _door_url(self, at: datetime) -> str:
        """Return where people are checked in, from the day before the event on."""
        has_door = self.event.status in SHOWN and at >= hours_of(self.event).opens_at
        return reverse("staff_attendance:door", args=[self.event.pk]) if has_door and self.may_change else ""

    def _siblings(self) -> list[Any]:
        if self.event.series is None:
            return []
        user: Any = self.request.user
        rows = Event.objects.visible_to(user).filter(series=self.event.series).exclude(pk=self.event.pk)
        near = rows.only("title", "starts_at", "ends_at", "time_zone", "status").order_by("starts_at")[:MOST_SIBLINGS]
        return [(each, span_in(each.starts_at, each.ends_at, each.zone)) for each in near]


MOST_SIBLINGS = 60


def _in_euros(cents: int | None) -> str | None:
    return None if cents is None else f"{number_format(cents / 100, 2, force_grouping=True)}\u00a0€"


def _is_feature(key: str) -> bool:
    return key in AccessFeature.values


class PostOnly(EventPage):
    """A button of the page: there is nothing to look at here."""

    changes = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])


class PublishView(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        try:
            publish_event(event=self.event, by=user, at=timezone.now())
        except (EventCancelled, PlaceUnknown) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("“%(title)s” is published.") % {"title": self.event.title})
        return self.back()


class TickView(PostOnly):
    """Mark a thing of the checklist as done, or take the mark back."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        number = request.POST.get("item", "")
        pk = int(number) if number.isdecimal() and len(number) < 19 else 0
        item = get_object_or_404(self.event.checklist, pk=pk)
        user: Any = request.user
        if "undo" in request.POST:
            untick_item(item=item, by=user)
        else:
            tick_item(item=item, by=user, at=timezone.now())
        return self.back("#checklist")


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Everybody who is told reads this. Write it in the language of the event."),
    )


class CancelView(EventPage):
    """Show whom it concerns, ask why, then call the event off."""

    template_name = "events/staff/cancel.html"
    page_title = _("Call off")
    changes = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"form": CancelForm(), **super().get_context_data(**kwargs)}
        when = span_in(self.event.starts_at, self.event.ends_at, self.event.zone)
        is_possible = self.event.status not in (EventStatus.CANCELLED, EventStatus.REPORTED)
        concerned = concerned_by(self.event, timezone.now())
        return {**context, "when": when, "concerned": concerned, "is_possible": is_possible}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CancelForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        user: Any = request.user
        try:
            cancel_event(event=self.event, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
        except EventReported as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("“%(title)s” is called off.") % {"title": self.event.title})
        return self.back()


class RepeatView(EventPage):
    """Ask for a rhythm, show the days it gives, make a draft on each day left ticked."""

    template_name = "events/staff/repeat.html"
    page_title = _("Repeat")
    header_icon = "copy"
    changes = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first = self.event.starts_at.astimezone(self.event.zone).date()
        form = RepeatForm(self.request.GET if "every" in self.request.GET else None, first=first)
        days = form.dates() if form.is_bound and form.is_valid() else []
        there = set(self._days_of_series())
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "when": span_in(self.event.starts_at, self.event.ends_at, self.event.zone),
            "is_asked": form.is_bound and form.is_valid(),
            "days": [(day, day in there) for day in days],
        }

    def _days_of_series(self) -> list[Any]:
        if self.event.series is None:
            return []
        rows = Event.objects.filter(series=self.event.series).exclude(status=EventStatus.CANCELLED)
        return [each.starts_at.astimezone(each.zone).date() for each in rows.only("starts_at", "time_zone")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        first = self.event.starts_at.astimezone(self.event.zone).date()
        dates = read_dates(request.POST.getlist("day"), first)
        if not dates:
            messages.error(request, gettext("Leave one day ticked at least."))
            return redirect("staff_events:repeat", pk=self.event.pk)
        user: Any = request.user
        copies = repeat_event(event=self.event, dates=dates, by=user, at=timezone.now())
        text = ngettext(
            "%(count)s draft is planned. Publish it when it is ready.",
            "%(count)s drafts are planned. Publish each when it is ready.",
            len(copies),
        )
        messages.success(request, text % {"count": len(copies)})
        day = dates[0].isoformat()
        return redirect(f"{reverse('staff_events:calendar')}?view=list&day={day}")
