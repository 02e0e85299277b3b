from django.urls import path

from integrations.outbox import views

urlpatterns = [
    path("", views.list_messages, name="outbox"),
    path("<int:pk>/", views.show_message, name="outbox_message"),
    path("<int:pk>/reply/", views.reply, name="outbox_reply"),
    path("<int:pk>/html/", views.show_html, name="outbox_html"),
]
