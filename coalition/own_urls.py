from django.urls import path

from coalition import own_views

urlpatterns = [
    path("", own_views.announcements, name="announcements"),
    path("<int:pk>/", own_views.announcement, name="announcement"),
]
