from django.urls import path

from integrations.twilio import webhooks

urlpatterns = [
    path("status", webhooks.status, name="twilio_status"),
    path("inbound", webhooks.inbound, name="twilio_inbound"),
]
