from django.urls import path

from integrations.email import webhooks

urlpatterns = [path("<slug:provider>/tracking", webhooks.tracking, name="email_tracking")]
