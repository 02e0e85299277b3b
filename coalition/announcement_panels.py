"""What waits to be read: on a partner's dashboard, and on the first page of the staff area."""

from typing import TYPE_CHECKING, Any, cast

from django.template.context import Context
from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from campaigns.models import Partnership
from coalition.announcement_querysets import partnerships_read_for
from coalition.models import Announcement, AnnouncementRecipient
from coalition.selectors.announcements import shown_in, with_readings
from coalition.viewsets.announcement_reading import PERMISSION
from people.staff_sections import Section

if TYPE_CHECKING:
    from accounts.models import User

SHOWN = 5


def announcements_panel(partnership: Partnership, user: "User") -> Section | None:
    """Show the newest announcements to a partner, once there are some.

    To its own people: which of them they have not read; to who keeps the campaign: which nobody there has.
    """
    if user.has_perm(PERMISSION) and (rows := _of_reader(partnership, user)):
        return _section(rows, reverse("staff_announcements:inbox"))
    if user.has_perm("coalition.view_announcement") and (rows := _of_keeper(partnership, user)):
        return _section(rows, f"{reverse('staff_announcements:index')}?campaign={partnership.campaign_id}")
    return None


def _of_reader(partnership: Partnership, user: "User") -> list[list[Any]]:
    own = partnerships_read_for(user).filter(pk=partnership.pk)
    rows = with_readings(Announcement.objects.addressed_to(own), user).order_by("-published_at", "-pk")[:SHOWN]
    shown = [shown_in(row, get_language() or "") for row in rows]
    return [
        [
            each.announcement.published_at,
            each.text,
            gettext("not read") if each.is_unread else pgettext("an announcement", "read"),
        ]
        for each in shown
    ]


def _of_keeper(partnership: Partnership, user: "User") -> list[list[Any]]:
    kept = Announcement.objects.visible_to(user).published()
    told = AnnouncementRecipient.objects.filter(partnership=partnership, announcement__in=kept.values("pk"))
    return [
        [row.announcement.published_at, row.announcement.fallback, row.read_at or gettext("not read")]
        for row in told.select_related("announcement__fallback").order_by("-announcement__published_at")[:SHOWN]
    ]


def _section(rows: list[list[Any]], link: str) -> Section:
    return Section(
        _("Announcements"),
        [_("Published"), _("Subject"), _("Read")],
        rows,
        "",
        action=(link, gettext("To the announcements")),
    )


class AnnouncementsPanel(Component):
    """How many announcements the reader has not opened; nothing where there is none."""

    name = "carillon_announcements"
    template_name = "coalition/staff/announcements_home_panel.html"
    order = 45

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        user = cast("User", parent_context["request"].user)
        if not user.has_perm(PERMISSION):
            return {"count": 0}
        return {"count": Announcement.objects.readable_by(user).unread_by(user).count()}
