from django.urls import path

from outreach import api

urlpatterns = [
    path("state", api.state, name="outreach_state"),
    path("sync", api.sync, name="outreach_sync"),
]
