from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from people.conflict_viewset import ContactConflictViewSet
from people.viewsets import ConsentTextViewSet, SupporterViewSet, SuppressionViewSet


class PeopleGroup(ViewSetGroup):
    menu_label = _("People")
    menu_icon = "user"
    menu_name = "people"
    menu_order = 170
    items = (SupporterViewSet, ContactConflictViewSet, ConsentTextViewSet, SuppressionViewSet)


@hooks.register("register_admin_viewset")
def register_people() -> PeopleGroup:
    return PeopleGroup()
