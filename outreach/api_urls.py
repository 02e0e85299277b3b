from django.urls import path

from outreach import api, door_api, shift_api

urlpatterns = [
    path("state", api.state, name="outreach_state"),
    path("sync", api.sync, name="outreach_sync"),
    path("events/<int:pk>/guests", door_api.guests, name="outreach_guests"),
    path("check-ins", door_api.check_ins, name="outreach_check_ins"),
    path("shifts", shift_api.open_shifts, name="outreach_open_shifts"),
    path("shifts/<int:pk>/take", shift_api.take, name="outreach_take_shift"),
]
