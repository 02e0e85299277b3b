"""The criterion about doing anything at all."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from audiences.criteria.base import Clause, Criterion
from audiences.criteria.people import PEOPLE
from audiences.parameters import Days
from audiences.selectors.ground import Ground, having
from events.enums import RsvpStatus
from events.models import Attendance
from outreach.models import OutreachContact
from volunteers.models import HoursEntry


class DidSomethingLately(Criterion):
    """Signed, pledged or moved on with a pledge, registered, came to an event, or volunteered in the last so many days.

    To volunteer is to offer it, to give hours (shifts done and trainings attended are among them) and to record
    conversations. Being written to, called or met is what others did, and says nothing here.
    """

    key = "did_something"
    subject = PEOPLE
    label = _("Did something lately")
    parameters: ClassVar = (Days("days", _("Days"), is_required=True),)
    clauses = (Clause(_("did something in the last %(days)s days (signed, pledged, registered, came or volunteered)")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        since = ground.at - timedelta(days=values["days"])

        def lately(*columns: str) -> Q:
            found = Q()
            for column in columns:
                found |= Q(**{f"{column}__gte": since, f"{column}__lte": ground.at})
            return found

        # A revived registration keeps the moment it was first made, and is proved anew.
        registered = ground.rsvps().filter(lately("created_at", "proved_at", "said_yes_at"))
        there = Attendance.objects.standing().filter(lately("occurred_at"), rsvp=OuterRef("pk"))
        gave = HoursEntry.objects.filter(day__gte=localdate(since), day__lte=localdate(ground.at))
        spoke = OutreachContact.objects.counting().filter(
            lately("occurred_at"), mobiliser=OuterRef("user"), effort__campaign=OuterRef("campaign")
        )
        worked = Q(Exists(gave.filter(volunteer=OuterRef("pk")))) | Q(Exists(spoke))
        return (
            having(ground.signatures().filter(lately("confirmed_at")))
            | having(ground.pledges().filter(lately("confirmed_at", "step_at")))
            | having(registered.exclude(status=RsvpStatus.CANCELLED))
            | having(ground.rsvps().filter(Exists(there)))
            | having(ground.volunteers().filter(lately("created_at") | worked))
        )

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        """Whether all of it is the organisation's own: a partner needs a consent besides."""
        return not ground.partaking
