from django.db import models


class Territory(models.Model):
    """A country, region or commune. ``code`` is ISO 3166-1 alpha-2, ISO 3166-2 or ``NIS <five digits>``."""

    class Level(models.TextChoices):
        COUNTRY = "country", "country"
        REGION = "region", "region"
        COMMUNE = "commune", "commune"

    code = models.CharField(max_length=12, unique=True)
    level = models.CharField(max_length=10, choices=Level.choices, db_index=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    names = models.JSONField(default=dict, help_text="language code → name")
    outline = models.JSONField(null=True, blank=True, help_text="GeoJSON geometry, WGS 84")
    source = models.CharField(max_length=200, blank=True, help_text="where names and outline come from, with licence")

    class Meta:
        ordering = ["level", "code"]
        verbose_name_plural = "territories"

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str) -> str:
        """Return the name in ``language``, else in English, else the code."""
        names: dict[str, str] = self.names
        return names.get(language) or names.get("en") or self.code


class Postcode(models.Model):
    """One postcode of one country and the commune it belongs to; a code shared by communes has several rows."""

    country = models.CharField(max_length=2)
    code = models.CharField(max_length=12)
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="postcodes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["country", "code", "territory"], name="places_postcode_once"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.code}"
