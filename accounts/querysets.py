from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.enums import Role
from accounts.roles import roles_managing_members, roles_reaching

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class OrganisationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> "OrganisationQuerySet":
        """Organisations the user belongs to, and the partners of those where the user's role reaches them."""
        if not user.is_authenticated:
            return self.none()
        return self.reached_by(user, Role.values)

    def with_members_visible_to(self, user: "User | AnonymousUser") -> "OrganisationQuerySet":
        """Organisations whose list of members the user may read."""
        if not user.is_authenticated:
            return self.none()
        return self.reached_by(user, roles_managing_members())

    def reached_by(self, user: "User", roles: list[str]) -> "OrganisationQuerySet":
        """Organisations the user holds one of ``roles`` in, and their partners where that role reaches them."""
        if user.is_superuser:
            return self
        held = user.memberships.filter(role__in=roles)
        leading = held.filter(role__in=roles_reaching("coalition")).values("organisation")
        # A subquery, not a join: rows stay single and the result can still be updated or counted.
        partners = self.model.led_by.through.objects.filter(to_organisation__in=leading).values("from_organisation")
        return self.filter(Q(pk__in=held.values("organisation")) | Q(pk__in=partners))


class MembershipQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> "MembershipQuerySet":
        """Memberships of organisations whose members the user may read, and always the user's own."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        organisations = self.model._meta.get_field("organisation").related_model
        readable = organisations.objects.with_members_visible_to(user).values("pk")
        return self.filter(Q(organisation__in=readable) | Q(user=user))

    def coordinating(self) -> "MembershipQuerySet":
        """Memberships of coordinators who can still sign in."""
        return self.filter(role=Role.COORDINATOR, user__is_active=True)
