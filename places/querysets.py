from typing import Any

from django.db import models


class TerritoryQuerySet(models.QuerySet[Any]):
    """The vocabulary of places."""

    def countries(self) -> "TerritoryQuerySet":
        """Every country we know, members of the European Union or not."""
        return self.filter(level="country")

    def eu(self) -> "TerritoryQuerySet":
        """The member states of the European Union today (27)."""
        return self.countries().filter(is_eu=True)

    def regions_of(self, country: str) -> "TerritoryQuerySet":
        """The regions of a country, by its ISO 3166-1 alpha-2 code."""
        return self.filter(level="region", parent__code=country)

    def communes_of(self, code: str) -> "TerritoryQuerySet":
        """The communes of a region (ISO 3166-2) or of a whole country (ISO 3166-1 alpha-2)."""
        return self.filter(level="commune").filter(models.Q(parent__code=code) | models.Q(parent__parent__code=code))

    def brussels_communes(self) -> "TerritoryQuerySet":
        """The 19 communes of the Brussels-Capital Region."""
        return self.communes_of("BE-BRU")

    def without_outlines(self) -> "TerritoryQuerySet":
        """The same rows without the outlines, which weigh a hundred times the rest."""
        return self.defer("outline")
