"""Every address of the site, from the most particular to Wagtail's pages."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.document_uploads import serve_document
from core.media import serve_image
from core.metrics import metrics

handler500 = "core.failures.answer_failure"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", include("accounts.staff_urls")),
    path("metrics", metrics, name="metrics"),
    path("", include("cms.site_urls")),
    path("staff/", include(wagtailadmin_urls)),
    re_path(r"^documents/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    path("account/", include("accounts.urls")),
    path("m/", include("outreach.app_urls")),
    path("outreach/api/", include("outreach.api_urls")),
    path("volunteers/", include("volunteers.urls")),
    path("events/", include("events.urls")),
    path("toolkit/", include("coalition.toolkit_urls")),
    path("api/", include("dashboards.api.urls")),
    path("l/", include("messaging.link_urls")),
    path("integrations/email/", include("integrations.email.urls")),
    path("integrations/twilio/", include("integrations.twilio.urls")),
]
if settings.SERVE_MEDIA:
    urlpatterns.append(re_path(r"^media/(?P<path>(?:images|original_images)/.+)$", serve_image))
if settings.LOCAL_OUTBOX:
    urlpatterns.append(path("outbox/", include("integrations.outbox.urls")))
urlpatterns += i18n_patterns(
    path("", include("cms.urls")),
    path("initiatives/", include("dashboards.urls")),
    path("transparency/", include("dashboards.transparency_urls")),
    path("messages/", include("messaging.public_urls")),
    path("your-data/", include("rights.public_urls")),
    path("volunteers/", include("volunteers.public_urls")),
    path("announcements/", include("coalition.own_urls")),
    path("pledges/", include("campaigns.reminder_urls")),
    path("events/", include("events.reminder_urls")),
    path("events/", include("events.public_urls")),
    path("c/", include("outreach.public_urls")),
    path("", include(wagtail_urls)),
)
