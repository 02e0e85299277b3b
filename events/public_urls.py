from django.urls import URLPattern, path

from events import rsvp_views

urlpatterns: list[URLPattern] = [
    path("rsvp/<str:token>/", rsvp_views.manage, name="event_rsvp"),
    path("rsvp/<str:token>/answer/", rsvp_views.answer, name="event_answer"),
]
