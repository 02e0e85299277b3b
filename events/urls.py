"""Addresses without a language (`?lang=` says which): calendars, which programs fetch and never leave."""

from django.urls import URLPattern, path

from events import calendar_views

urlpatterns: list[URLPattern] = [
    path("calendar.ics", calendar_views.calendar, name="events_ics"),
    path("campaigns/<slug:slug>.ics", calendar_views.campaign_calendar, name="campaign_ics"),
    path("<uuid:public_id>.ics", calendar_views.event_calendar, name="event_ics"),
]
