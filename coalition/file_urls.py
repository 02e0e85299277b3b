from django.urls import path

from coalition.import_views import detail, template_file, upload

app_name = "staff_partner_files"
urlpatterns = [
    path("", upload, name="index"),
    path("<int:pk>/", detail, name="file"),
    path("template/", template_file, name="template"),
]
