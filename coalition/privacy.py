"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import PersonalField

PERSONAL: dict[str, PersonalField] = {}
IMPERSONAL: set[str] = set()
