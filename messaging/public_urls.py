from django.urls import path

from messaging import own_views

urlpatterns = [
    path("stop/<str:token>/", own_views.stop, name="messages_stop"),
    path("<str:token>/", own_views.own_messages, name="messages_own"),
]
