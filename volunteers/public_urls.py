from django.urls import URLPattern, path

from volunteers import answer_views, certificate_views, cover_views, own_shift_views, own_views

urlpatterns: list[URLPattern] = [
    path("certificates/", certificate_views.verify_certificate, name="find_certificate"),
    path("certificates/<str:code>", certificate_views.verify_certificate, name="verify_certificate"),
    path("agenda/<str:token>/", answer_views.answer, name="volunteer_answer"),
    path("cover/<str:token>/", cover_views.cover, name="volunteer_cover"),
    path("me/", own_views.own_page, name="own_page"),
    path("me/<int:pk>/", own_views.own_page, name="own_volunteer"),
    path("me/<int:pk>/answers/", own_views.own_answers, name="own_answers"),
    path("me/<int:pk>/accept/", own_views.accept_text, name="own_accept"),
    path("me/<int:pk>/calendar/", own_views.own_calendar, name="own_calendar"),
    path("me/<int:pk>/export/", own_views.own_export, name="own_export"),
    path("me/<int:pk>/shifts/", own_shift_views.own_shifts, name="own_shifts"),
    path("me/<int:pk>/shifts/<int:shift_pk>/take/", own_shift_views.take, name="own_take_shift"),
    path("me/<int:pk>/places/<int:place_pk>/give-back/", own_shift_views.give_back, name="own_give_back"),
    path("me/<int:pk>/places/<int:place_pk>/ask/", own_shift_views.ask_others, name="own_ask_others"),
    path("me/<int:pk>/requests/<int:cover_pk>/take/", own_shift_views.take_cover, name="own_take_cover"),
    path("me/<int:pk>/requests/<int:cover_pk>/back/", own_shift_views.come_after_all, name="own_come_after_all"),
]
