from django.urls import URLPattern, path

from volunteers import calendar_views, certificate_views

urlpatterns: list[URLPattern] = [
    path("calendar/<str:calendar_key>.ics", calendar_views.volunteer_calendar, name="volunteer_calendar"),
    path("certificates/<uuid:public_id>.pdf", certificate_views.download_certificate, name="download_certificate"),
]
