from django.urls import path

from rights import own_views, public_views

urlpatterns = [
    path("", public_views.ask, name="rights_ask"),
    path("gone/", public_views.gone, name="rights_gone"),
    path("for/<str:token>/", public_views.ask_from_own_page, name="rights_ask_own"),
    path("copy/<str:token>/", own_views.copy, name="rights_copy"),
    path("new-address/<str:token>/", own_views.new_address, name="rights_address"),
    path("mine/<str:token>/", own_views.data, name="rights_data"),
    path("mine/<str:token>/erase/", own_views.erase, name="rights_erase"),
]
