from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from campaigns.models import Campaign
from campaigns.scoped import CampaignScopedQuerySet
from outreach.enums import BatchStatus, RecordType
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User


class EffortQuerySet(CampaignScopedQuerySet):
    def open(self, on: date) -> Self:
        """Return the efforts that take records on a day (both ends included)."""
        return self.filter(
            Q(starts_date__isnull=True) | Q(starts_date__lte=on),
            Q(ends_date__isnull=True) | Q(ends_date__gte=on),
            is_open=True,
        )

    def worked_by(self, user: "User") -> Self:
        """Return the efforts a mobiliser goes out for.

        Those of the volunteer's campaign run by the volunteer's organisation or the leading one, which name the
        volunteer's team or no team at all. Certificates are asked apart (`outreach.selectors.efforts`).
        """
        if not user.is_authenticated:
            return self.none()
        return self.worked_on_by(Volunteer.objects.working().taking_part().filter(user=user))

    def worked_on_by(self, volunteers: Iterable[Volunteer]) -> Self:
        """Return the efforts these volunteers go out for, by the same rule."""
        condition = Q(pk__in=[])
        for volunteer in volunteers:
            runs_it = Q(organisation=volunteer.organisation_id) | Q(organisation=models.F("campaign__organisation"))
            named = Q(teams=volunteer.team_id) if volunteer.team_id else Q(pk__in=[])
            condition |= Q(campaign=volunteer.campaign_id) & runs_it & (Q(teams__isnull=True) | named)
        return self.filter(condition).distinct()


class OfEffortQuerySet(CampaignScopedQuerySet):
    campaign_path = "effort__campaign"
    organisation_path = "effort__organisation"


class ContactQuerySet(CampaignScopedQuerySet):
    campaign_path = "effort__campaign"
    # A partner sees what its own mobilisers logged, whoever runs the effort.
    organisation_path = "organisation"

    def counting(self) -> Self:
        """Return the records that count: the last word of each chain, neither undone nor revoked by an organiser."""
        return self.filter(is_current=True, revocation__isnull=True).exclude(record_type=RecordType.UNDO)

    def summed_for(self, user: "User") -> Self:
        """Return the records whose sums a user may read: those seen one by one, and for analysts without names.

        An analyst of the leading organisation sums up the whole campaign, one of a partner the partner's own.
        """
        seen = self.visible_to(user)
        if not user.is_authenticated or user.is_superuser:
            return seen
        led = Campaign.objects.led_by(user, Role.ANALYST).values("pk")
        taking_part = Campaign.objects.visible_to(user).values("pk")
        mine = user.memberships.filter(role=Role.ANALYST).values("organisation")
        return seen | self.filter(
            Q(effort__campaign__in=led) | Q(organisation__in=mine, effort__campaign__in=taking_part)
        )

    def logged_by(self, user: "User") -> Self:
        return self.filter(mobiliser=user)


class RevocationQuerySet(CampaignScopedQuerySet):
    campaign_path = "effort__campaign"
    # As for contacts: a partner takes out its own mobilisers' sessions, whoever runs the effort.
    organisation_path = "organisation"

    def standing(self) -> Self:
        """Return the revocations nobody undid."""
        return self.filter(undone_at__isnull=True)


class IdentityQuerySet(CampaignScopedQuerySet):
    campaign_path = "contact__effort__campaign"
    organisation_path = "contact__organisation"


class OfAreaQuerySet(CampaignScopedQuerySet):
    campaign_path = "area__effort__campaign"
    organisation_path = "area__effort__organisation"


class PaperBatchQuerySet(CampaignScopedQuerySet):
    campaign_path = "initiative__campaign"

    def out(self) -> Self:
        """Return the batches whose sheets are not destroyed, wherever they are."""
        return self.exclude(status=BatchStatus.DESTROYED)
