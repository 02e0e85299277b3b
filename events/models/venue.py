from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.querysets import VenueQuerySet


class Venue(models.Model):
    """A place events are held at, with how to get in. ``features``: values of AccessFeature."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="venues", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="venues", verbose_name=_("entered by")
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    territory = models.ForeignKey(
        "places.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    features = models.JSONField(_("accessibility"), default=list, blank=True)
    access_notes = models.TextField(_("how to get in"), blank=True, help_text=_("shown to everybody"))
    staff_notes = models.TextField(_("for organisers"), blank=True, help_text=_("keys, rules, who to ask; never shown"))
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[VenueQuerySet] = VenueQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="events_venue_point_whole",
                violation_error_message=_("A point on the map has a latitude and a longitude."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def one_line(self) -> str:
        """The venue's name and address, as one line of an invitation."""
        return ", ".join(part for part in (self.name, self.address, f"{self.postcode} {self.town}".strip()) if part)
