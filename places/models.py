from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from places.querysets import TerritoryQuerySet


class Territory(models.Model):
    """A country, region or commune. ``code`` is ISO 3166-1 alpha-2, ISO 3166-2 or ``NIS <five digits>``."""

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        COMMUNE = "commune", _("commune")

    code = models.CharField(max_length=12, unique=True)
    level = models.CharField(max_length=10, choices=Level.choices, db_index=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    names = models.JSONField(default=dict, help_text="language code → name")
    outline = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS 84")
    is_eu = models.BooleanField(default=False, help_text="a country that is a member state of the European Union today")
    has_own_outline = models.BooleanField(
        default=False, help_text="the operator supplied the outline: loading the shipped data leaves it alone"
    )
    source = models.CharField(max_length=200, blank=True, help_text="where the names come from, with licence")
    outline_source = models.CharField(
        max_length=200, blank=True, help_text="where the outline comes from, with licence; maps show it"
    )

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        ordering = ["level", "code"]
        verbose_name = _("territory")
        verbose_name_plural = _("territories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the screen."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """Return the name in ``language``, else in English, else the code."""
        names: dict[str, str] = self.names
        return names.get(language) or names.get(language.split("-")[0]) or names.get("en") or self.code


class Postcode(models.Model):
    """One postcode of one country and the commune it belongs to; a code shared by communes has several rows.

    ``is_main``: the commune most addresses of that code lie in; one per code.
    """

    country = models.CharField(max_length=2)
    code = models.CharField(max_length=12)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="postcodes")
    is_main = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "code"], condition=models.Q(is_main=True), name="places_postcode_one_main"
            ),
            models.UniqueConstraint(fields=["country", "code", "territory"], name="places_postcode_once"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.code}"
