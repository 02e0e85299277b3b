"""How a field that holds personal data is classified. Each app lists its own in ``<app>/privacy.py``.

A test fails when a text-like field of any model is neither classified there nor named as impersonal, and
``./run manage list_personal_data`` prints the whole register for the data-protection officer.
"""

from dataclasses import dataclass
from enum import StrEnum


class Erasure(StrEnum):
    """What becomes of the field when the person asks for erasure."""

    ROW_DELETED = "the row is deleted"
    BLANKED = "the field is emptied, the row stays"
    UNLINKED = "the link to the person is cut, the row stays as a figure"
    KEPT = "kept, because it no longer tells who it is"


@dataclass(frozen=True)
class PersonalField:
    """Why a field is held, for how long, and how it is erased; plain words for people to read."""

    purpose: str
    retention: str
    erasure: Erasure

    def __post_init__(self) -> None:
        if not self.purpose.strip() or not self.retention.strip():
            raise ValueError("say why a personal field is held, and for how long")
