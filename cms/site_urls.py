"""Addresses without a language: what robots and browsers ask for by a fixed name."""

from django.urls import URLPattern, path

from cms.sitemaps import robots, sitemap, sitemap_index

urlpatterns: list[URLPattern] = [
    path("sitemap.xml", sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:language>.xml", sitemap, name="sitemap"),
    path("robots.txt", robots, name="robots"),
]
