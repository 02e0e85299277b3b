"""This app holds open geographic data only; no field of it is about a person."""

from core.personal_data import PersonalField

PERSONAL: dict[str, PersonalField] = {}
IMPERSONAL = {
    "Territory.code",
    "Territory.names",
    "Territory.outline",
    "Territory.source",
    "Territory.outline_source",
    "Postcode.country",
    "Postcode.code",
}
