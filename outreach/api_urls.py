from django.urls import path

from outreach import api, door_api

urlpatterns = [
    path("state", api.state, name="outreach_state"),
    path("sync", api.sync, name="outreach_sync"),
    path("events/<int:pk>/guests", door_api.guests, name="outreach_guests"),
    path("check-ins", door_api.check_ins, name="outreach_check_ins"),
]
