from django.urls import URLPattern, path

from volunteers import answer_views, certificate_views, own_views

urlpatterns: list[URLPattern] = [
    path("certificates/", certificate_views.verify_certificate, name="find_certificate"),
    path("certificates/<str:code>", certificate_views.verify_certificate, name="verify_certificate"),
    path("agenda/<str:token>/", answer_views.answer, name="volunteer_answer"),
    path("me/", own_views.own_page, name="own_page"),
    path("me/<int:pk>/", own_views.own_page, name="own_volunteer"),
    path("me/<int:pk>/answers/", own_views.own_answers, name="own_answers"),
    path("me/<int:pk>/accept/", own_views.accept_text, name="own_accept"),
    path("me/<int:pk>/calendar/", own_views.own_calendar, name="own_calendar"),
    path("me/<int:pk>/export/", own_views.own_export, name="own_export"),
]
