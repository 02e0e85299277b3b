"""Which country a signature counts for. Pure."""

from campaigns.enums import UNKNOWN_TERRITORY, CountedBy


def territory_code(counted_by: str, *, nationality: str, residence: str) -> str:
    """Return the ISO alpha-2 code the petition counts by, or ZZ when the person did not say.

    An initiative counts by nationality, never by residence (Regulation (EU) 2019/788, Art. 2 and 3).
    """
    chosen = nationality if counted_by == CountedBy.NATIONALITY else residence
    return chosen or UNKNOWN_TERRITORY
