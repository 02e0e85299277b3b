"""Addresses that exist in the demo only."""

from django.urls import path

from accounts.views import demo_sign_in

urlpatterns = [path("sign-in/", demo_sign_in, name="account_demo_sign_in")]
