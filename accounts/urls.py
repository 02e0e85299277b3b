"""Addresses under /account/: sign-in by code or passkey, second factor. There are no passwords to set or reset here."""

from allauth.account import views as account_views
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts import proof_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.account_home, name="account_home"),
    path("login/", views.sign_in, name="account_login"),
    path("login/code/", views.sign_in, name="account_request_login_code"),
    path("login/code/confirm/", account_views.confirm_login_code, name="account_confirm_login_code"),
    path("logout/", account_views.logout, name="account_logout"),
    path("sign-out-everywhere/", views.end_all_sessions, name="account_sign_out_everywhere"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("signup/", account_views.signup, name="account_signup"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("confirm/", proof_views.confirm, name="account_confirm"),
    path("confirm/done/", proof_views.confirmed, name="account_confirm_done"),
    path("second-factor/", views.second_factor, name="account_second_factor"),
    path("2fa/", include("allauth.mfa.urls")),
]
if settings.DEMO_MODE:
    urlpatterns += [path("demo/", include("accounts.demo_urls"))]
