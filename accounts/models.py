from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import ExportStatus, Role
from accounts.export_querysets import ExportRequestQuerySet, ExportTakenQuerySet
from accounts.querysets import MembershipQuerySet, OrganisationQuerySet
from accounts.roles import ENTER_STAFF_AREA
from accounts.token_querysets import ApiTokenQuerySet

__all__ = [
    "ApiToken",
    "ExportRequest",
    "ExportTaken",
    "Membership",
    "Organisation",
    "ReadingAlarm",
    "ReadingDay",
    "Role",
    "User",
    "UserManager",
]


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


class ExportRequest(models.Model):
    """Somebody asked to export more people than one person decides about; a second one approves or refuses.

    ``address`` is the export with its filters, ``fingerprint`` what it is known by, ``organisations`` the ids of those
    whose rights the asker has the rows through: empty for an administrator.
    """

    asker = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="export_requests", verbose_name=_("asked by")
    )
    permission = models.CharField(max_length=100)
    what = models.CharField(_("what"), max_length=120)
    filters = models.CharField(_("filters"), max_length=500, blank=True)
    address = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=32)
    organisations = models.JSONField(default=list)
    people = models.PositiveIntegerField(_("people"))
    reason = models.CharField(_("what for"), max_length=500)
    status = models.CharField(_("state"), max_length=8, choices=ExportStatus.choices, default=ExportStatus.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    note = models.CharField(_("why not"), max_length=300, blank=True)
    used_at = models.DateTimeField(_("downloaded"), null=True)

    objects: ClassVar[ExportRequestQuerySet] = ExportRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("large export")
        verbose_name_plural = _("large exports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asker")),
                name="accounts_export_four_eyes",
            ),
            models.UniqueConstraint(
                fields=["asker", "fingerprint"],
                condition=models.Q(status__in=[ExportStatus.ASKED, ExportStatus.APPROVED]),
                name="accounts_export_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} · {self.people}"


class ExportTaken(models.Model):
    """An export that needed nobody's word; such ones add up for a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=32)
    people = models.PositiveIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[ExportTakenQuerySet] = ExportTakenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="accounts_export_taken")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.people}"


class ReadingDay(models.Model):
    """How many rows about people somebody read and exported on one day, counted from the audit trail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="accounts_reading_day_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.day}"


class ReadingAlarm(models.Model):
    """Somebody read far more about people on a day than they usually do; who watches over data protection was told."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("read"))
    usual = models.PositiveIntegerField(_("usually"))
    raised_at = models.DateTimeField(_("noticed"))

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="accounts_reading_alarm_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.day}"


class ApiToken(models.Model):
    """What lets a partner's program read the partner's own figures. Only a keyed hash of it is kept.

    ``partnerships`` are ids, of a package above. It ends by itself: when it is revoked, when its time is over, when its
    maker holds no role there any more that may make one (`ApiTokenQuerySet.usable`).
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("organisation")
    )
    maker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("made by"))
    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=32, unique=True)
    partnerships = models.JSONField(default=list)
    created_at = models.DateTimeField(pgettext_lazy("a token", "made"))
    expires_at = models.DateTimeField(_("ends"))
    last_used_date = models.DateField(_("last used"), null=True)
    revoked_at = models.DateTimeField(pgettext_lazy("a token", "revoked"), null=True)

    objects: ClassVar[ApiTokenQuerySet] = ApiTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=models.Q(revoked_at__isnull=True),
                name="accounts_api_token_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="accounts_api_token_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.name
