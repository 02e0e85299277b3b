"""Addresses under /staff/ that replace Wagtail's own password sign-in; included before Wagtail's."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("login/", views.staff_login, name="staff_login"),
    path("logout/", views.staff_logout, name="staff_logout"),
    path("password_reset/", views.staff_login, name="staff_password_reset"),
]
