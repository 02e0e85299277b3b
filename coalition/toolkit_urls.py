"""The toolkit outside of the staff area, for mobilisers; and everybody's address of its files."""

from django.urls import path

from coalition import toolkit_views

urlpatterns = [
    path("", toolkit_views.index, name="toolkit"),
    path("partner/<int:pk>/", toolkit_views.of_partner, name="toolkit_partner"),
    path("campaign/<int:pk>/", toolkit_views.of_campaign, name="toolkit_campaign"),
    path("files/<uuid:public_id>/", toolkit_views.file, name="toolkit_file"),
    path("pictures/<uuid:public_id>/", toolkit_views.picture, name="toolkit_picture"),
    path("files/<uuid:public_id>/copied/", toolkit_views.copied, name="toolkit_copied"),
]
