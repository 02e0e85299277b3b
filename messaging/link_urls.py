from django.urls import path

from messaging import link_views

urlpatterns = [path("<str:token>", link_views.follow, name="message_link")]
