from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.enums import CountKind, NationalityGroup, RegistrationImportStatus, Sex
from campaigns.registration_querysets import RegistrationCountQuerySet, RegistrationImportQuerySet

LONGEST_SOURCE = 300


class RegistrationImport(models.Model):
    """One file of official figures: looked at first, then applied as a whole, and undone as a whole if need be.

    ``content`` is kept while the file waits to be applied; afterwards its rows say what it said.
    """

    election = models.ForeignKey("campaigns.Election", on_delete=models.PROTECT, related_name="registration_imports")
    status = models.CharField(
        max_length=10, choices=RegistrationImportStatus.choices, default=RegistrationImportStatus.UPLOADED
    )
    file_name = models.CharField(_("file"), max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the file")
    content = models.BinaryField(null=True)
    columns = models.JSONField(default=dict, help_text="our field → position of the file's column, from 0")
    default_source = models.CharField(_("source of rows that name none"), max_length=LONGEST_SOURCE, blank=True)
    created_count = models.PositiveIntegerField(pgettext_lazy("figures", "new"), default=0)
    corrected_count = models.PositiveIntegerField(_("corrections"), default=0)
    unchanged_count = models.PositiveIntegerField(_("here already"), default=0)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[RegistrationImportQuerySet] = RegistrationImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import of official figures")
        verbose_name_plural = _("imports of official figures")

    def __str__(self) -> str:
        return self.file_name


class RegistrationCount(models.Model):
    """One dated official figure: who had registered, of how many who could. Append-only: the database refuses changes.

    A correction is a new row that names the old one; the old one stays. Two sources that say different things stay
    side by side. ``rate_places`` is how many decimals were published: "26 %" and "26.0 %" do not claim the same.
    """

    election = models.ForeignKey("campaigns.Election", on_delete=models.PROTECT, related_name="registration_counts")
    territory = models.ForeignKey("places.Territory", on_delete=models.PROTECT, related_name="+")
    as_of_date = models.DateField(_("as of"))
    is_month_only = models.BooleanField(
        default=False, help_text="the source names the month; the day stored is its 1st"
    )
    group = models.CharField(_("who"), max_length=6, choices=NationalityGroup.choices)
    sex = models.CharField(max_length=5, choices=Sex.choices, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=CountKind.choices)
    source = models.CharField(_("source"), max_length=LONGEST_SOURCE)
    registered = models.PositiveIntegerField(pgettext_lazy("registrations", "registered"), null=True)
    potential = models.PositiveIntegerField(_("could register"), null=True)
    rate_percent = models.DecimalField(
        _("rate in percent"),
        max_digits=7,
        decimal_places=4,
        null=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    rate_places = models.PositiveSmallIntegerField(default=0)
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by", verbose_name=_("corrects")
    )
    imported_by = models.ForeignKey(RegistrationImport, on_delete=models.PROTECT, related_name="counts")
    line = models.PositiveIntegerField(help_text="of the file")

    objects: ClassVar[RegistrationCountQuerySet] = RegistrationCountQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["as_of_date", "pk"]
        verbose_name = _("official figure of registrations")
        verbose_name_plural = _("official figures of registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "territory", "as_of_date", "is_month_only", "group", "sex", "kind", "source"],
                condition=Q(corrects__isnull=True),
                name="campaigns_registration_count_once",
            ),
            models.CheckConstraint(
                name="campaigns_registration_count_says_something",
                condition=Q(registered__isnull=False) | Q(potential__isnull=False) | Q(rate_percent__isnull=False),
            ),
            models.CheckConstraint(
                name="campaigns_registration_rate_is_percent",
                condition=Q(rate_percent__isnull=True) | Q(rate_percent__gte=0, rate_percent__lte=100),
            ),
            models.CheckConstraint(name="campaigns_registration_count_has_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.as_of_date} {self.territory_id} {self.group}: {self.registered} {self.rate_percent}"
