from django.urls import URLPattern, path

from events import stop_views

urlpatterns: list[URLPattern] = [path("<str:token>/", stop_views.stop, name="event_reminders_stop")]
