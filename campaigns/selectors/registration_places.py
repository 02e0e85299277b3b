"""The places an election's official figures may speak of."""

from dataclasses import dataclass

from django.db.models import Q

from campaigns.models import Election
from campaigns.registration_rows import Places
from places.models import Territory


@dataclass(frozen=True)
class ElectionPlaces:
    """The election's own territory and what lies in it, without outlines."""

    territories: tuple[Territory, ...]

    @property
    def lookup(self) -> Places:
        return Places(self.territories)

    @property
    def names(self) -> dict[int, str]:
        return {each.pk: each.name for each in self.territories}

    @property
    def parents(self) -> dict[int, int]:
        return {each.pk: each.parent_id for each in self.territories if each.parent_id}

    @property
    def communes(self) -> dict[int, frozenset[int]]:
        """Region → its communes."""
        found: dict[int, set[int]] = {}
        for each in self.territories:
            if each.level == Territory.Level.COMMUNE and each.parent_id:
                found.setdefault(each.parent_id, set()).add(each.pk)
        return {region: frozenset(communes) for region, communes in found.items()}


def places_of(election: Election) -> ElectionPlaces:
    """Return where an election is held: its territory, else its country, and everything inside."""
    if election.territory_id:
        root = Q(pk=election.territory_id)
        inside = Q(parent=election.territory_id) | Q(parent__parent=election.territory_id)
    else:
        root = Q(code=election.country)
        inside = Q(parent__code=election.country) | Q(parent__parent__code=election.country)
    return ElectionPlaces(tuple(Territory.objects.without_outlines().filter(root | inside).order_by("code")))
