from django.urls import URLPattern, path

from campaigns import stop_views

urlpatterns: list[URLPattern] = [
    path("reminders/<str:token>/", stop_views.stop, name="pledge_reminders_stop"),
]
