from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Role
from campaigns.pledge_enums import NoteKind, Standing

if TYPE_CHECKING:
    from accounts.models import User


# What the tallies hold of a pledge, and where, is not what it is to count as; the index of such rows has it too.
UNCOUNTED = ~Q(counts_as=F("counted_as")) | ~Q(territory_code=F("counted_territory_code"))


def _led(user: "User", *roles: Role) -> Any:
    from campaigns.models import Campaign

    return Campaign.objects.led_by(user, *roles).values("pk")


class PledgeKindQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the kinds of campaigns the user may see."""
        from campaigns.models import Campaign

        return self.filter(campaign__in=Campaign.objects.visible_to(user).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        """Return the kinds of campaigns the user coordinates."""
        return self.filter(campaign__in=_led(user, Role.COORDINATOR))


class PledgeReminderRuleQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        from campaigns.models import PledgeKind

        return self.filter(kind__in=PledgeKind.objects.visible_to(user).values("pk"))

    def changeable_by(self, user: "User") -> Self:
        return self.filter(kind__campaign__in=_led(user, Role.COORDINATOR))


class PledgeQuerySet(models.QuerySet[Any]):
    def counting(self) -> Self:
        """Return the pledges nobody took back."""
        return self.exclude(standing=Standing.WITHDRAWN)

    def open(self) -> Self:
        """Return the pledges whose author still has something to do."""
        return self.filter(standing=Standing.OPEN)

    def needs_counting(self) -> Self:
        """Return the pledges the tallies hold otherwise, or elsewhere, than they are to count."""
        return self.filter(UNCOUNTED)

    def visible_to(self, user: "User") -> Self:
        """Return the pledges a user may see one by one.

        Coordinators, organisers and data-protection officers of the leading organisation see all of theirs; a partner
        manager those credited to the own organisation, while it takes part, of people who consented to it: a place, a
        step and what stood in the way tell of a person without a name, too.
        """
        from campaigns.scopes import pledges_of_partners

        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        led = _led(user, Role.COORDINATOR, Role.ORGANISER, Role.DATA_PROTECTION_OFFICER)
        return self.filter(Q(campaign__in=led) | pledges_of_partners(user))

    def changeable_by(self, user: "User") -> Self:
        """Return the pledges the user may move on after talking with people: those of campaigns led by their own."""
        return self.filter(campaign__in=_led(user, Role.COORDINATOR, Role.ORGANISER))


class PledgeNoteQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the notes on pledges of campaigns the user helps to lead; partners read none."""
        return self.filter(
            pledge__campaign__in=_led(user, Role.COORDINATOR, Role.ORGANISER, Role.DATA_PROTECTION_OFFICER)
        )

    def changeable_by(self, user: "User") -> Self:
        return self.filter(pledge__campaign__in=_led(user, Role.COORDINATOR, Role.ORGANISER))

    def deletable_by(self, user: "User") -> Self:
        """Return the notes the user wrote and may still change, and those they guard as data-protection officer."""
        if not user.is_authenticated:
            return self.none()
        guarded = self.filter(pledge__campaign__in=_led(user, Role.DATA_PROTECTION_OFFICER))
        return self.changeable_by(user).filter(by=user) | guarded

    def unmade(self) -> Self:
        """Return the calls nobody has made yet."""
        return self.filter(kind=NoteKind.CALL_BACK, done_at__isnull=True)

    def to_call(self) -> Self:
        """Return the calls still to be made: none to people who took their promise back, or were erased."""
        return self.unmade().filter(pledge__supporter__isnull=False).exclude(pledge__standing=Standing.WITHDRAWN)

    def due(self, at: datetime) -> Self:
        """Return the calls that are to be made by ``at``."""
        return self.to_call().filter(due_at__lte=at)


class SupportVisitQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Return the visits of campaigns the user helps to lead, and those the user's own organisation brought."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        own = user.memberships.values("organisation")
        return self.filter(
            Q(kind__campaign__in=_led(user)) | Q(partnership__organisation__in=own, partnership__left_at__isnull=True)
        )
