from django.urls import URLPattern, path

from events import feedback_views, stop_views

urlpatterns: list[URLPattern] = [
    path("reminders/<str:token>/", stop_views.stop, name="event_reminders_stop"),
    path("feedback/<str:token>/", feedback_views.feedback, name="event_feedback"),
]
