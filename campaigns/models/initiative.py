from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.initiative_querysets import InitiativeQuerySet, ProgressSnapshotQuerySet
from campaigns.initiative_rules import slug_of
from campaigns.initiative_support import is_form_address

DEFAULT_VALIDITY_RATE = Decimal("0.850")  # past initiatives kept 85 to 89 %
RATE_VALIDATORS = [MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(1))]


# The register's own words for how far an initiative is; one we do not know is shown as it stands.
STATUS_LABELS = {
    "REGISTERED": _("registered"),
    "COLLECTION_START_DATE": _("collection about to begin"),
    "ONGOING": _("collection ongoing"),
    "CLOSED": _("collection closed"),
    "COLLECTION_CLOSED": _("collection closed"),
    "VERIFICATION": _("verification by the national authorities"),
    "VALID": _("valid initiative"),
    "SUBMITTED": _("submitted to the Commission"),
    "ANSWERED": _("answered by the Commission"),
    "INSUFFICIENT_SUPPORT": _("unsuccessful collection"),
    "WITHDRAWN": _("withdrawn"),
}


class Initiative(models.Model):
    """A European Citizens' Initiative as the public register shows it.

    It holds counts and public facts only: never a statement of support, never who gave one.
    """

    registration_number = models.CharField(_("registration number"), max_length=20, unique=True)
    titles = models.JSONField(default=dict, help_text="language code → title")
    objectives = models.JSONField(default=dict, blank=True, help_text="language code → objectives")
    original_language = models.CharField(max_length=3, default="en")
    status = models.CharField(_("status in the register"), max_length=40, blank=True)
    steps = models.JSONField(default=list, blank=True, help_text="[{name, date}] as the register lists them")
    registered_date = models.DateField(_("registered on"))
    collection_start_date = models.DateField(_("collection began on"), null=True, blank=True)
    early_closure_date = models.DateField(_("collection closed early on"), null=True, blank=True)
    support_url = models.URLField(_("where to support it"), max_length=500, blank=True)
    website_url = models.URLField(_("website"), max_length=500, blank=True)
    organisers = models.JSONField(default=list, blank=True, help_text="[{role, name, country}], as published")
    funding_total = models.DecimalField(_("funding in euros"), max_digits=14, decimal_places=2, null=True, blank=True)
    funding_updated_date = models.DateField(null=True, blank=True)
    sponsors = models.JSONField(default=list, blank=True, help_text="[{name, amount, date}], organisations only")
    register_updated_at = models.DateTimeField(null=True, blank=True, help_text="as the register says")
    source = models.CharField(_("source"), max_length=200, blank=True)
    campaign = models.ForeignKey(
        "campaigns.Campaign",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="initiatives",
        verbose_name=_("our campaign for it"),
    )
    default_validity_rate = models.DecimalField(
        _("share of statements expected to be valid"),
        max_digits=4,
        decimal_places=3,
        default=DEFAULT_VALIDITY_RATE,
        validators=RATE_VALIDATORS,
        help_text=_("Between 0.01 and 1; past initiatives kept 0.85 to 0.89. Countries may have their own."),
    )
    is_public = models.BooleanField(_("shown on the public site"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[InitiativeQuerySet] = InitiativeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-registered_date", "registration_number"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_initiative_validity_is_a_share",
                condition=Q(default_validity_rate__gt=0, default_validity_rate__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_number} {self.title_in('en')}"

    def clean(self) -> None:
        """Refuse an address of the form to which people cannot be sent."""
        if self.support_url and not is_form_address(self.support_url):
            message = _(
                "Write the form's own address, on a site of the European Union (europa.eu): it begins with https://."
            )
            raise ValidationError({"support_url": message})

    @property
    def form_url(self) -> str:
        """Where people are sent; blank for what was stored and is no address of the Union's form."""
        return self.support_url if is_form_address(self.support_url) else ""

    @property
    def slug(self) -> str:
        return slug_of(self.registration_number)

    @property
    def status_label(self) -> str:
        return str(STATUS_LABELS.get(self.status) or self.status.replace("_", " ").lower())

    def title_in(self, language: str) -> str:
        """Return the title in ``language``, else as it was first written, else in English."""
        titles: dict[str, str] = self.titles
        return (
            titles.get(language[:2])
            or titles.get("en")
            or titles.get(self.original_language)
            or self.registration_number
        )


class DeadlineKind(models.TextChoices):
    """The dates an initiative must keep."""

    COLLECTION_END = "collection_end", _("end of collection")
    PAPER_UPLOAD = "paper_upload", _("paper forms uploaded to the central system")
    TO_AUTHORITIES = "to_authorities", _("statements sent to the national authorities")
    TO_COMMISSION = "to_commission", _("submission to the Commission")
    DESTRUCTION = "destruction", _("all statements and copies destroyed")


class DeadlineOrigin(models.TextChoices):
    """Who says so. A date set by staff is never overwritten by an import."""

    PROPOSED = "proposed", _("computed from the regulation")
    REGISTER = "register", _("public register")
    STAFF = "staff", _("set by staff")


class InitiativeDeadline(models.Model):
    """One deadline, stored because the law has moved them (2020–21)."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(_("what"), max_length=16, choices=DeadlineKind.choices)
    due_date = models.DateField(_("on"))
    origin = models.CharField(max_length=8, choices=DeadlineOrigin.choices, default=DeadlineOrigin.STAFF)

    class Meta:
        ordering = ["due_date", "kind"]
        constraints = [models.UniqueConstraint(fields=["initiative", "kind"], name="campaigns_deadline_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.due_date}"

    def days_left(self, on: date) -> int:
        """Return the days from ``on`` to the deadline; 0 on its day, negative when it is over."""
        return (self.due_date - on).days


class ValidityEstimate(models.Model):
    """The share of one country's raw statements a campaign expects to stand after verification."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="validity_estimates")
    country = models.CharField(_("country"), max_length=2)
    rate = models.DecimalField(_("expected valid share"), max_digits=4, decimal_places=3, validators=RATE_VALIDATORS)

    class Meta:
        ordering = ["country"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "country"], name="campaigns_validity_once"),
            models.CheckConstraint(name="campaigns_validity_is_a_share", condition=Q(rate__gt=0, rate__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.rate}"


class SnapshotOrigin(models.TextChoices):
    REGISTER = "register", _("public register of initiatives")
    FILE = "file", _("file of counts read in by the campaign")


class ProgressSnapshot(models.Model):
    """One dated reading of the counts. Append-only: the database refuses to change one.

    ``counts`` and ``late_counts`` map country codes to statements of support; a country that is in neither was not
    in the reading. ``late_counts`` were certified after submission: shown, not counted. ``total`` is the sum of
    ``counts``. A wrong reading is set aside (`SetAside`) and a right one added.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="snapshots")
    as_of_date = models.DateField(_("as of"))
    is_certified = models.BooleanField(_("certified by the national authorities"), default=False)
    total = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    late_counts = models.JSONField(default=dict)
    origin = models.CharField(max_length=8, choices=SnapshotOrigin.choices)
    fingerprint = models.CharField(max_length=64, editable=False, help_text="SHA-256 of day, kind and counts")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ProgressSnapshotQuerySet] = ProgressSnapshotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["as_of_date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "fingerprint"], name="campaigns_snapshot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.as_of_date}: {self.total}"


class SetAside(models.Model):
    """Says that one reading no longer counts, and why. Deleting the row brings the reading back."""

    snapshot = models.OneToOneField(ProgressSnapshot, on_delete=models.CASCADE, related_name="set_aside")
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.reason
