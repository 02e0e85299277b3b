from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.initiatives, name="initiatives"),
    path("<slug:slug>/", views.initiative, name="initiative"),
    path("<slug:slug>/<slug:name>.svg", views.initiative_chart, name="initiative_chart"),
    path("<slug:slug>/<slug:name>.csv", views.initiative_table, name="initiative_table"),
]
