"""Which people, wordings and stops somebody of the staff sees."""

from typing import TYPE_CHECKING, Self

from django.db import models

from accounts.enums import Role
from core.scopes import scope_condition
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.enums import Channel, ConflictStatus
from people.fields import name_key

if TYPE_CHECKING:
    from accounts.models import User

_KEEPERS = [Role.COORDINATOR, Role.DATA_PROTECTION_OFFICER]


class SupporterQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the supporters somebody may read in full, as the packages above say (settings.STAFF_SCOPES).

        A record merged into another is seen by whom its own remaining rows concern.
        """
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser else self.filter(scope_condition("people.supporter", user))

    def changeable_by(self, user: "User") -> Self:
        """Return the supporters the user may merge: those seen as coordinator or data-protection officer."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        keeps = user.memberships.filter(role__in=_KEEPERS).exists()
        return self.visible_to(user) if keeps else self.none()

    def found_by(self, typed: str) -> Self:
        """Return those with exactly this address (in its canonical form), or with a name like this."""
        text = typed.strip()
        return self.addressed(text) if _address(text) else self.named(text)

    def named(self, typed: str) -> Self:
        """Return those whose name, or its last word, begins with the first word typed and has the others in it.

        Case and accents do not matter. The first word reads an index, so a million names cost no more than those found.
        """
        first, *others = name_key(typed).split() or [""]
        found = self.filter(models.Q(name_key__begins=first) | models.Q(surname_key__begins=first))
        for word in others:
            found = found.filter(name_key__contains=word)
        return found if first else self.none()

    def addressed(self, typed: str) -> Self:
        """Return those with exactly this e-mail address or phone number, in its canonical form."""
        point = _address(typed.strip())
        if point is None:
            return self.none()
        channel, canonical = point
        return self.filter(contact_points__channel=channel, contact_points__canonical=canonical)


class ContactPointQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the addresses and numbers somebody may read, as the packages above say (settings.STAFF_SCOPES).

        A partner was given those alone on which people consented to it, not all of a person whose name it may read.
        """
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser else self.filter(scope_condition("people.contactpoint", user))


class ContactConflictQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the addresses given twice by people both of whom the user sees: one side would betray the other."""
        return self._between(self._people().visible_to(user))

    def changeable_by(self, user: "User") -> Self:
        """Return those between people both of whom the user may merge."""
        return self._between(self._people().changeable_by(user))

    def open(self) -> Self:
        """Return those nobody has decided."""
        return self.filter(status=ConflictStatus.OPEN)

    def _between(self, people: SupporterQuerySet) -> Self:
        ids = people.order_by().values("pk")
        return self.filter(supporter__in=ids, contact_point__supporter__in=ids)

    def _people(self) -> SupporterQuerySet:
        from people.models import Supporter

        return Supporter.objects.all()


def _address(text: str) -> tuple[str, str] | None:
    try:
        if "@" in text:
            return Channel.EMAIL, canonical_email(text)
        return Channel.SMS, canonical_phone(text)
    except UnreadableAddress:
        return None


class ConsentTextQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the wordings of organisations the user reaches as coordinator or data-protection officer."""
        from accounts.models import Organisation

        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        roles = [role.value for role in _KEEPERS]
        return self.filter(organisation__in=Organisation.objects.all().reached_by(user, roles).values("pk"))

    def newest(self) -> Self:
        """Return only the newest version of each wording."""
        newer = self.model._default_manager.filter(
            **{name: models.OuterRef(name) for name in ("organisation", "scope", "purpose", "channel", "language")},
            version__gt=models.OuterRef("version"),
        )
        return self.filter(~models.Exists(newer))


class SuppressionQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return every suppression for coordinators and data-protection officers: a stop is the whole house's."""
        if not user.is_authenticated:
            return self.none()
        keeps = user.is_superuser or user.memberships.filter(role__in=_KEEPERS).exists()
        return self if keeps else self.none()

    def in_force(self) -> Self:
        return self.filter(lifted_at__isnull=True)
