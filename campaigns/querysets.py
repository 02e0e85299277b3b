from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Role
from campaigns.enums import COUNTING_STATUSES, Grain, PartnerRole, SignatureStatus
from campaigns.partners_in_force import agreement_condition

if TYPE_CHECKING:
    from accounts.models import User


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the campaigns whose lead or active partner organisation the user is a member of."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        mine = user.memberships.values("organisation")
        return self.filter(
            Q(organisation__in=mine) | Q(partnerships__organisation__in=mine, partnerships__left_at__isnull=True)
        ).distinct()

    def changeable_by(self, user: "User") -> Self:
        """Return the campaigns the user coordinates for a leading organisation."""
        return self.led_by(user, Role.COORDINATOR)

    def led_by(self, user: "User", *roles: Role) -> Self:
        """Return the campaigns the user works on for the leading organisation, in one of ``roles`` (or any)."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        memberships = user.memberships.all()
        if roles:
            memberships = memberships.filter(role__in=roles)
        mine = memberships.values("organisation")
        return self.filter(
            Q(organisation__in=mine)
            | Q(
                partnerships__organisation__in=mine,
                partnerships__role=PartnerRole.LEAD,
                partnerships__left_at__isnull=True,
            )
        ).distinct()


class PartnershipQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(left_at__isnull=True)

    def visible_to(self, user: "User") -> Self:
        """Return all partnerships of the campaigns the user leads, and the user's own organisation's elsewhere."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        from campaigns.models import Campaign

        led = Campaign.objects.led_by(user).values("pk")
        mine = user.memberships.values("organisation")
        return self.filter(Q(campaign__in=led) | Q(organisation__in=mine, left_at__isnull=True))

    def changeable_by(self, user: "User") -> Self:
        """Return the partnerships of the campaigns the user coordinates."""
        from campaigns.models import Campaign

        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))

    def managed_by(self, user: "User") -> Self:
        """Return the active partnerships of organisations the user manages as a partner."""
        if not user.is_authenticated:
            return self.none()
        own = user.memberships.filter(role=Role.PARTNER_MANAGER).values("organisation")
        return self.active().filter(organisation__in=own)

    def leading(self) -> Self:
        """Return the active partnerships of organisations that lead the campaign themselves."""
        return self.active().filter(Q(role=PartnerRole.LEAD) | Q(organisation=F("campaign__organisation")))

    def in_force(self) -> Self:
        """Return the active partnerships that have agreed to what their campaign asks of who is to see people."""
        return self.active().filter(agreement_condition())

    def shut_out(self) -> Self:
        """Return the partnerships that see nobody: they left, or have not agreed to what is asked of them."""
        return self.filter(Q(left_at__isnull=False) | ~agreement_condition())

    def entrusted_to(self, user: "User") -> Self:
        """Return the partnerships the user manages in which people may be seen and exported."""
        return self.managed_by(user).in_force()


class SourceQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the sources of campaigns the user leads, and those of the user's own partnerships."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        from campaigns.models import Campaign, Partnership

        return self.filter(
            Q(campaign__in=Campaign.objects.led_by(user).values("pk"))
            | Q(partnership__in=Partnership.objects.visible_to(user).values("pk"))
        )

    def changeable_by(self, user: "User") -> Self:
        """Return the sources of campaigns the user coordinates, and of partnerships the user manages."""
        from campaigns.models import Campaign, Partnership

        return self.filter(
            Q(campaign__in=Campaign.objects.changeable_by(user).values("pk"))
            | Q(partnership__in=Partnership.objects.managed_by(user).values("pk"))
        )


class SourceVisitQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the visits of the sources the user sees."""
        from campaigns.models import Source

        return self.filter(source__in=Source.objects.visible_to(user).values("pk"))


class PetitionQuerySet(models.QuerySet):
    def open(self, at: datetime) -> Self:
        """Return the petitions that take signatures at ``at``."""
        return self.filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=at), Q(closes_at__isnull=True) | Q(closes_at__gt=at)
        )

    def visible_to(self, user: "User") -> Self:
        """Return the petitions of the campaigns the user may see."""
        from campaigns.models import Campaign

        return self.filter(campaign__in=Campaign.objects.visible_to(user).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the petitions of the campaigns the user coordinates."""
        from campaigns.models import Campaign

        return self.filter(campaign__in=Campaign.objects.changeable_by(user).values("pk"))


class InvalidationQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the invalidations under campaigns the user coordinates or watches as data-protection officer."""
        from campaigns.models import Campaign

        led = Campaign.objects.led_by(user, Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER)
        return self.filter(petition__campaign__in=led.values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the invalidations under campaigns the user coordinates."""
        from campaigns.models import Campaign

        return self.filter(petition__campaign__in=Campaign.objects.changeable_by(user).values("pk"))


class SignatureQuerySet(models.QuerySet):
    def with_unread_comment(self) -> Self:
        """Return the counting signatures whose comment nobody of the campaign has read yet."""
        return self.counting().filter(comment_read_at__isnull=True, comment__gt="")

    def changeable_by(self, user: "User") -> Self:
        """Return the signatures whose comments the user may decide on: those of campaigns the user coordinates."""
        from campaigns.models import Campaign

        return self.filter(petition__campaign__in=Campaign.objects.changeable_by(user).values("pk"))

    def counting(self) -> Self:
        """Return the signatures that count."""
        return self.filter(status__in=COUNTING_STATUSES)

    def needs_counting(self) -> Self:
        """Return the signatures whose place in the tallies differs from what their status asks for."""
        return self.filter(
            Q(is_counted=False, status__in=COUNTING_STATUSES)
            | Q(is_counted=True, status__in=[SignatureStatus.WITHDRAWN, SignatureStatus.INVALID])
        )

    def needs_moving(self) -> Self:
        """Return the signatures the tallies hold under another country than their confirmed form says."""
        return self.filter(restated_territory_code__gt="")

    def visible_to(self, user: "User") -> Self:
        """Return the signatures a user may see one by one.

        Coordinators and data-protection officers of the leading organisation see all of theirs; a partner manager
        only those credited to the own organisation, while it takes part. Names and addresses need more: a partner sees
        them only with the partner's own consent (`people.consent`).
        """
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        from campaigns.models import Campaign, Partnership

        # Only conditions that can hold, and a partner's as plain ids: a list of a million is then read by the index of
        # the partner, whose last page and whose empty page cost as little as its first.
        condition = Q(pk__in=[])
        if user.roles & {Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER}:
            led = Campaign.objects.led_by(user, Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER).values("pk")
            condition |= Q(petition__campaign__in=led)
        if Role.PARTNER_MANAGER in user.roles:
            condition |= Q(partnership__in=list(Partnership.objects.entrusted_to(user).values_list("pk", flat=True)))
        return self.filter(condition)


class TallyQuerySet(models.QuerySet):
    def totals(self) -> Self:
        return self.filter(grain=Grain.TOTAL)

    def by(self, grain: Grain) -> Self:
        return self.filter(grain=grain)

    def visible_to(self, user: "User") -> Self:
        """Return every tally of campaigns the user leads, and elsewhere the totals and the own partner's rows."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        from campaigns.models import Campaign, Partnership

        led = Campaign.objects.led_by(user).values("pk")
        seen = Campaign.objects.visible_to(user).values("pk")
        own = Partnership.objects.visible_to(user).values("pk")
        return self.filter(
            Q(campaign__in=led)
            | Q(campaign__in=seen, grain__in=[Grain.TOTAL, Grain.DAY, Grain.TERRITORY])
            | Q(partnership__in=own, grain__in=[Grain.PARTNER, Grain.PARTNER_DAY, Grain.PARTNER_TERRITORY])
        )
