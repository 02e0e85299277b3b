"""Lists of texts that are published version by version: those in force first, the older ones on request."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from core.staff_views import ScopedIndexView


class VersionsIndexView(ScopedIndexView):
    """The texts in force, or all versions with ``?all=1``, and a button to publish another.

    ``space``: the viewset's URL namespace, which has ``index`` and ``publish``; the model's rows know ``newest()``.
    """

    space: ClassVar[str]
    publish_right: ClassVar[str]
    publish_label: ClassVar[str | Promise]

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows if self.request.GET.get("all") else rows.newest()  # type: ignore[attr-defined]

    @cached_property
    def header_buttons(self) -> list[Any]:
        index = reverse(f"{self.space}:index")
        if self.request.GET.get("all"):
            buttons = [HeaderButton(_("Only those in force"), url=index, icon_name="list-ul")]
        else:
            buttons = [HeaderButton(_("Older versions too"), url=f"{index}?all=1", icon_name="history")]
        if self.request.user.has_perm(self.publish_right):
            buttons.append(HeaderButton(self.publish_label, url=reverse(f"{self.space}:publish"), icon_name="plus"))
        return buttons


def version_to_start_from(request: HttpRequest, known: QuerySet[Any]) -> Any:
    """Return the version ``?from=`` names, out of those the person may see; None without one."""
    wanted = request.GET.get("from", "")
    return known.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 19 else None
