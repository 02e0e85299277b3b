from django.urls import path

from dashboards import transparency_views

app_name = "transparency"
urlpatterns = [
    path("<slug:slug>/", transparency_views.page, name="page"),
    path("<slug:slug>/<slug:name>.csv", transparency_views.table, name="table"),
]
