"""Addresses without a language: what robots and browsers ask for by a fixed name."""

from django.urls import URLPattern, path, re_path

from cms.sitemaps import robots, sitemap, sitemap_index
from cms.views import embedding
from cms.views.partner_logos import partner_logo
from cms.views.short_links import follow

urlpatterns: list[URLPattern] = [
    path("sitemap.xml", sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:language>.xml", sitemap, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("s/<str:code>", follow, name="short_link"),
    re_path(r"^s/(?P<code>.*)$", follow),
    path("partner-logos/<str:token>/<str:name>", partner_logo, name="partner_logo"),
    path("embed/v1.js", embedding.script, name="embed_script"),
    path("embed/v1/token", embedding.token, name="embed_token"),
    path("embed/v1/send", embedding.send, name="embed_send"),
    path("embed/v1/<slug:widget>/<str:language>/form.json", embedding.form, name="embed_form"),
    path("embed/v1/<slug:widget>/<str:language>/count.json", embedding.count, name="embed_count"),
    path("embed/count/<slug:widget>.svg", embedding.count_image, name="embed_count_image"),
    path("embed/go/<slug:widget>", embedding.go, name="embed_go"),
]
