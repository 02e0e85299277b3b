from django.urls import path, re_path

from dashboards.api import public_views, token_views
from dashboards.api.describing import OpenApiView
from dashboards.api.page import api_page
from dashboards.api.views import NothingHere

app_name = "api"
urlpatterns = [
    path("", api_page, name="page"),
    path("v1/openapi.json", OpenApiView.as_view(), name="openapi"),
    path("v1/campaigns/", public_views.CampaignsView.as_view(), name="campaigns"),
    path("v1/campaigns/<slug:slug>/", public_views.CampaignView.as_view(), name="campaign"),
    path("v1/campaigns/<slug:slug>/progress", public_views.ProgressView.as_view(), name="progress"),
    path("v1/petitions/<str:key>/count", public_views.PetitionView.as_view(), name="petition"),
    path("v1/initiatives/<str:registration_number>", public_views.InitiativeView.as_view(), name="initiative"),
    path("v1/partnerships/", token_views.PartnershipsView.as_view(), name="partnerships"),
    path("v1/partnerships/<str:id>/figures", token_views.PartnerFiguresView.as_view(), name="partner_figures"),
    re_path(r"^v1(?:/[\s\S]*)?$", NothingHere.as_view(), name="nothing"),
]
