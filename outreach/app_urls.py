"""Addresses of the phone app, all below ``/m/``: what a service worker served there may look after."""

from django.urls import URLPattern, path

from outreach import app_views

urlpatterns: list[URLPattern] = [
    path("", app_views.shell, name="outreach_app"),
    path("sw.js", app_views.service_worker, name="outreach_app_worker"),
    path("manifest.webmanifest", app_views.manifest, name="outreach_app_manifest"),
    path("texts/<str:language>.json", app_views.texts, name="outreach_app_texts"),
    path("app/<str:version>/<path:name>", app_views.module, name="outreach_app_module"),
]
