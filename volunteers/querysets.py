from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, Subquery, When

from accounts.enums import Role
from accounts.models import Organisation
from campaigns.models import Partnership
from campaigns.scoped import CampaignScopedQuerySet
from events.enums import EventStatus
from events.models import EventType
from people.models import Supporter
from volunteers.enums import WORKING_STAGES, AssignmentStatus

if TYPE_CHECKING:
    from accounts.models import User

_AGREEMENT_ROLES = [
    Role.COORDINATOR.value,
    Role.PARTNER_MANAGER.value,
    Role.ORGANISER.value,
    Role.DATA_PROTECTION_OFFICER.value,
]


class VolunteerQuerySet(CampaignScopedQuerySet):
    def working(self) -> Self:
        """Return the volunteers who are trained or active."""
        return self.filter(stage__in=WORKING_STAGES)

    def taking_part(self) -> Self:
        """Return those whose organisation leads the campaign or is its partner still: who left goes out no more."""
        partner = Partnership.objects.filter(
            campaign=OuterRef("campaign"), organisation=OuterRef("organisation"), left_at__isnull=True
        )
        return self.filter(Q(organisation=F("campaign__organisation")) | Exists(partner))

    def may_hand_in(self, since: datetime) -> Self:
        """Return those taking part, and those whose organisation left after ``since``; ``left_at`` says when it did.

        Who left hands in what was recorded before, and goes out no more.
        """
        theirs = Partnership.objects.filter(campaign=OuterRef("campaign"), organisation=OuterRef("organisation"))
        rows = self.annotate(left_at=Subquery(theirs.values("left_at")[:1]))
        partner = theirs.filter(left_at__isnull=True)
        return rows.filter(Q(organisation=F("campaign__organisation")) | Exists(partner) | Q(left_at__gt=since))

    def found_by(self, typed: str) -> Self:
        """Return those with this text in their name, or with exactly this address in its canonical form."""
        return self.filter(supporter__in=Supporter.objects.found_by(typed.replace("\0", "")).values("pk"))

    def waiting_longest(self, today: date) -> Self:
        """Order by who waits: an overdue next step first, the most overdue before, then by when they were heard of."""
        overdue = Case(When(next_action_date__lt=today, then="next_action_date"), output_field=DateField())
        rows = self.annotate(overdue_since=overdue)
        return rows.order_by(F("overdue_since").asc(nulls_last=True), "last_touch_at", "pk")

    def of_user(self, user: "User") -> Self:
        """Return the volunteers somebody signed in is: their own page shows no others."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class SkillQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return every skill: the list is the whole house's; whoever may open it stands in the table of roles."""
        return self if user.is_authenticated else self.none()


class AgreementTextQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the texts of organisations the user works for, and those of the partners a role reaches."""
        if not user.is_authenticated:
            return self.none()
        organisations = Organisation.objects.all().reached_by(user, _AGREEMENT_ROLES)
        return self.filter(organisation__in=organisations.values("pk"))

    def newest(self) -> Self:
        """Return only the newest version of each text."""
        newer = self.model._default_manager.filter(
            **{name: OuterRef(name) for name in ("organisation", "kind", "language")}, version__gt=OuterRef("version")
        )
        return self.filter(~Exists(newer))


class OfVolunteerQuerySet(CampaignScopedQuerySet):
    campaign_path = "volunteer__campaign"
    organisation_path = "volunteer__organisation"


class OfSessionQuerySet(CampaignScopedQuerySet):
    campaign_path = "session__curriculum__campaign"
    organisation_path = "session__curriculum__organisation"


class DatedQuerySet(CampaignScopedQuerySet):
    """Rows that start and end, and may be called off."""

    def upcoming(self, at: datetime) -> Self:
        """Return those that take place and are not over."""
        return self.not_over(at).filter(cancelled_at__isnull=True)

    def not_over(self, at: datetime) -> Self:
        """Return those that have not ended, also what was called off."""
        return self.filter(ends_at__gt=at)

    def over(self, at: datetime) -> Self:
        return self.filter(ends_at__lte=at)

    def next_first(self, at: datetime) -> Self:
        """Order by what comes next; behind it what is over, the latest first."""
        to_come = Case(When(ends_at__gt=at, then="starts_at"))
        return self.order_by(to_come.asc(nulls_last=True), "-starts_at", "-pk")


class SessionQuerySet(DatedQuerySet):
    campaign_path = "curriculum__campaign"
    organisation_path = "curriculum__organisation"


class CertificateQuerySet(OfVolunteerQuerySet):
    def valid(self, on: date) -> Self:
        """Return the certificates in force on a day (the last day included) and not revoked."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on), issued_date__lte=on, revoked_at__isnull=True
        )


class ShiftQuerySet(DatedQuerySet):
    """The shifts of campaigns."""

    def to_begin(self, at: datetime) -> Self:
        """Return the shifts that take place and have not begun."""
        return self.announced().filter(starts_at__gt=at, cancelled_at__isnull=True)

    def announced(self) -> Self:
        """Leave out the shifts of events still in draft: they are no promise yet."""
        return self.exclude(event__status=EventStatus.DRAFT)

    def with_where(self) -> Self:
        """Fetch with each shift what its title and place need."""
        rows = self.select_related("event__venue", "event__territory", "territory")
        return rows.defer("event__territory__outline", "territory__outline")

    def with_taken(self) -> Self:
        """Count with each shift the people who have it, as ``taken``."""
        return self.annotate(taken=Count("assignments", filter=~Q(assignments__status=AssignmentStatus.RELEASED)))


class AssignmentQuerySet(CampaignScopedQuerySet):
    campaign_path = "shift__campaign"
    organisation_path = "shift__organisation"

    def standing(self) -> Self:
        """Return the assignments that hold a place of their shift."""
        return self.exclude(status=AssignmentStatus.RELEASED)

    def of_coming_shifts(self, at: datetime) -> Self:
        """Return what is promised of shifts that take place and have not begun."""
        return self.filter(status=AssignmentStatus.ASSIGNED, shift__cancelled_at__isnull=True, shift__starts_at__gt=at)


class CoverRequestQuerySet(CampaignScopedQuerySet):
    campaign_path = "assignment__shift__campaign"
    organisation_path = "assignment__shift__organisation"

    def open(self, at: datetime) -> Self:
        """Return the requests somebody may still answer: the shift is theirs, takes place and has not begun."""
        return self.filter(
            closed_at__isnull=True,
            assignment__status=AssignmentStatus.ASSIGNED,
            assignment__shift__cancelled_at__isnull=True,
            assignment__shift__starts_at__gt=at,
        )


class ShiftTemplateQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the templates of every event type the user sees."""
        return self.filter(event_type__in=EventType.objects.visible_to(user).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the templates of the event types the user may change."""
        return self.filter(event_type__in=EventType.objects.changeable_by(user).values("pk"))
