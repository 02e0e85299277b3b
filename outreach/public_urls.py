from django.urls import path

from outreach import public_views

urlpatterns = [path("<str:token>/", public_views.follow_up, name="outreach_follow_up")]
