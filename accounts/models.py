from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.querysets import MembershipQuerySet, OrganisationQuerySet
from accounts.roles import ENTER_STAFF_AREA

__all__ = ["Membership", "Organisation", "Role", "User", "UserManager"]


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A login. Never a supporter: citizens have no account."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles this user holds anywhere; read once per request."""
        return frozenset(self.memberships.values_list("role", flat=True))

    @property
    def may_enter_staff_area(self) -> bool:
        return self.is_active and self.has_perm(ENTER_STAFF_AREA)


class Organisation(models.Model):
    """An organisation that leads or takes part in campaigns, and is answerable for the consents given to it."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), max_length=60, unique=True, help_text=_("Used in web addresses."))
    country = models.CharField(_("country"), max_length=2, blank=True)
    website = models.URLField(_("website"), blank=True)
    privacy_url = models.URLField(_("privacy notice"), blank=True, help_text=_("Linked beside every consent it asks."))
    contact_email = models.EmailField(_("contact for data protection"), blank=True)
    postal_address = models.TextField(
        _("postal address"),
        blank=True,
        default="",
        db_default="",
        max_length=300,
        help_text=_("Stands below every mail that needs a consent: people have a right to know who writes."),
    )
    led_by = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="partners", verbose_name=_("partner of")
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user's role in one organisation, for a territory or (blank) everywhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    territory = models.ForeignKey(
        "places.Territory",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("territory"),
        help_text=_("Leave empty for everywhere."),
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="accounts_membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_membership_known_role"),
        ]
        verbose_name = _("membership")
        verbose_name_plural = _("members and roles")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"
