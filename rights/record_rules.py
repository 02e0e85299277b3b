"""What needs a word of its own in a record of processing. Pure: no database, no clock."""

from collections.abc import Collection

# States of the European Economic Area outside the Union (Joint Committee decision 154/2018: the GDPR holds there).
# Checked on 2026-11-22. The Union's own members are rows (places.Territory.is_eu).
EEA_BESIDES_THE_UNION = frozenset({"IS", "LI", "NO"})


def is_third_country(country: str, union: Collection[str]) -> bool:
    """Whether data sent to ``country`` (ISO 3166-1 alpha-2) leaves the European Economic Area (Art. 44 GDPR).

    A country nobody has named yet is none: that it is missing is said elsewhere.
    """
    return bool(country) and country not in union and country not in EEA_BESIDES_THE_UNION
