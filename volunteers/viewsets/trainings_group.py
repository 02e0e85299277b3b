"""The menu of trainings and shifts."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from volunteers.viewsets.shifts import HoursViewSet, ShiftViewSet
from volunteers.viewsets.trainings import CertificateViewSet, CurriculumViewSet, SessionViewSet


class TrainingsGroup(ViewSetGroup):
    menu_label = _("Planning")
    menu_icon = "date"
    menu_name = "trainings"
    menu_order = 175
    items = (CurriculumViewSet, SessionViewSet, CertificateViewSet, ShiftViewSet, HoursViewSet)
