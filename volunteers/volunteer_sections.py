"""What a volunteer's page shows besides the person: sections from here and from the packages above.

``settings.VOLUNTEER_SECTIONS`` names their functions ``(volunteer, user) -> people.staff_sections.Section``.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from people.staff_sections import MOST_ROWS, Section
from volunteers.models import Shift, Volunteer

if TYPE_CHECKING:
    from accounts.models import User


def sections_of(volunteer: Volunteer, user: "User") -> list[Section]:
    """Return what we show of a volunteer's work, each section limited to its newest hundred rows."""
    own = [_shifts(volunteer), _hours(volunteer), _trainings(volunteer), _certificates(volunteer)]
    return [*own, *(import_string(path)(volunteer, user) for path in settings.VOLUNTEER_SECTIONS)]


def _shifts(volunteer: Volunteer) -> Section:
    found = volunteer.assignments.select_related("shift__event__venue", "shift__event__territory")
    found = found.defer("shift__event__territory__outline").order_by("-shift__starts_at")[:MOST_ROWS]
    rows = [[row.shift.starts_at, *_what(row.shift), row.shift.where or "–", row.get_status_display()] for row in found]
    return Section(_("Shifts"), [_("When"), _("Event"), _("Shift"), _("Where"), _("Status")], rows, _("No shift yet."))


def _what(shift: Shift) -> tuple[str, str]:
    return shift.event.title if shift.event else "–", shift.title


def _hours(volunteer: Volunteer) -> Section:
    rows = [
        [row.day, row.get_kind_display(), row.what or "–", f"{row.minutes // 60}:{row.minutes % 60:02d}"]
        for row in volunteer.hours.all()[:MOST_ROWS]
    ]
    return Section(_("Hours"), [_("Day"), _("What for"), _("What was done"), _("Hours")], rows, _("No hours yet."))


def _trainings(volunteer: Volunteer) -> Section:
    found = volunteer.attendances.select_related("session__curriculum").order_by("-session__starts_at")[:MOST_ROWS]
    rows = [
        [row.session.starts_at, row.session.curriculum.title, row.session.title, row.get_presence_display()]
        for row in found
    ]
    return Section(_("Trainings"), [_("When"), _("Training"), _("Session"), _("Presence")], rows, _("No training yet."))


def _certificates(volunteer: Volunteer) -> Section:
    rows = [
        [
            row.curriculum.title,
            row.issued_date,
            row.valid_until or gettext("without end"),
            pgettext("a certificate", "revoked") if row.revoked_at else row.code,
        ]
        for row in volunteer.certificates.select_related("curriculum")[:MOST_ROWS]
    ]
    return Section(
        _("Certificates"), [_("Training"), _("Issued on"), _("Valid until"), _("Code")], rows, _("No certificate yet.")
    )
