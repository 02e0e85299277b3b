"""Whether two names may be one person's. Pure."""

import unicodedata

from rapidfuzz import fuzz

# A short form or a typo stays above it ("Cleo", "Merten"); relatives who share a family name below.
ALIKE = 85


def are_names_compatible(one: str, other: str) -> bool:
    """Whether nothing in two names speaks against one person; a name nobody told contradicts none."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return True
    return fuzz.token_set_ratio(_spelled_out(first, second), _spelled_out(second, first)) >= ALIKE


def _spelled_out(name: str, by: str) -> str:
    """Return the name with its initials written out as the other name has them."""
    words = by.split()
    return " ".join(
        next((word for word in words if len(part) == 1 and word.startswith(part)), part) for part in name.split()
    )


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())
