"""Criteria about volunteering."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.days import within
from audiences.parameters import Day, Option, SomeOf
from audiences.selectors.ground import Ground, having
from volunteers.enums import AssignmentStatus, Stage
from volunteers.models import Certificate, ShiftAssignment, VolunteerLanguage

VOLUNTEERS = _("Volunteering")


def stages(_ground: Ground) -> list[Option]:
    return choices.labelled(Stage.choices)


class Volunteers(Criterion):
    """Volunteers: at one of these stages, with a valid certificate of one of these trainings, speaking one of these."""

    key = "volunteers"
    subject = VOLUNTEERS
    label = _("Volunteer")
    parameters: ClassVar = (
        SomeOf("stages", _("Stages"), options=stages, blank=_("any stage")),
        SomeOf("trainings", _("Certificates"), options=choices.trainings, is_number=True),
        SomeOf("languages", _("Languages"), options=choices.languages, blank=_("any language")),
    )
    clauses = (
        Clause(_("works as a volunteer")), Clause(_("at the stage %(stages)s")),
        Clause(_("with a valid certificate of %(trainings)s")), Clause(_("speaking %(languages)s")),
    )  # fmt: skip

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        rows = ground.volunteers()
        if "stages" in values:
            rows = rows.filter(stage__in=values["stages"])
        if "trainings" in values:
            held = Certificate.objects.valid(localdate(ground.at)).filter(curriculum__in=values["trainings"])
            rows = rows.filter(Exists(held.filter(volunteer=OuterRef("pk"))))
        if "languages" in values:
            spoken = VolunteerLanguage.objects.filter(volunteer=OuterRef("pk"), language__in=values["languages"])
            rows = rows.filter(Exists(spoken))
        return having(rows)

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return True


class WorkedShift(Criterion):
    """Worked a shift that began on one of these days."""

    key = "worked"
    subject = VOLUNTEERS
    label = _("Worked a shift")
    parameters: ClassVar = (Day("since", _("From")), Day("until", _("Until")))
    clauses = (Clause(_("worked a shift")), Clause(_("from %(since)s")), Clause(_("until %(until)s")))

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        done = ShiftAssignment.objects.filter(within("shift__starts_at", values), status=AssignmentStatus.DONE)
        return having(ground.volunteers().filter(Exists(done.filter(volunteer=OuterRef("pk")))))

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return True
