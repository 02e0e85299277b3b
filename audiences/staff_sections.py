"""What a supporter's page shows of journeys and of tasks about them (settings.SUPPORTER_SECTIONS)."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audiences.journey_words import local_moment
from audiences.models import AutomationRun, StaffTask
from people.models import Supporter
from people.staff_sections import MOST_ROWS, Section

if TYPE_CHECKING:
    from accounts.models import User


def journeys_of(supporter: Supporter, user: "User") -> Section:
    """Return the ways of a supporter through journeys the viewer may look into, the newest first."""
    may = user.has_perm("audiences.view_automationrun")
    seen = AutomationRun.objects.visible_to(user) if may else AutomationRun.objects.none()
    ways = seen.filter(supporter=supporter).select_related("automation__campaign").order_by("-pk")
    rows = [
        [
            format_html('<a href="{}">{}</a>', reverse("staff_ways:show", args=[way.pk]), way.automation.name),
            way.automation.campaign,
            way.get_status_display(),
            way.entered_at,
            local_moment(way.next_at, way.automation) if way.next_at is not None else "–",
        ]
        for way in ways[:MOST_ROWS]
    ]
    return Section(
        _("Journeys"),
        [_("Journey"), _("Campaign"), _("Status"), _("Since"), _("Goes on")],
        rows,
        _("On no journey that you may see."),
    )


def tasks_of(supporter: Supporter, user: "User") -> Section:
    """Return what is to be done about a supporter, as far as the viewer sees it, and the way to write one more down."""
    seen = StaffTask.objects.visible_to(user).filter(supporter=supporter).select_related("owner")
    rows = [
        [
            format_html('<a href="{}">{}</a>', reverse("staff_tasks:edit", args=[task.pk]), task.title),
            date_format(task.due_date, "DATE_FORMAT"),
            task.owner or gettext("whoever comes first"),
            task.get_status_display(),
        ]
        for task in seen.order_by("-due_date", "-pk")[:MOST_ROWS]
    ]
    action = None
    if user.has_perm("audiences.add_stafftask"):
        action = (f"{reverse('staff_tasks:add')}?about={supporter.pk}", gettext("Write a task"))
    return Section(
        _("Tasks"),
        [_("What is to be done"), _("By"), _("Who does it"), _("Status")],
        rows,
        _("Nothing is to be done that you may see."),
        action=action,
    )
