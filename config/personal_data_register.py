"""The register of personal data under the name `config` knows it by; it stands in `core`, where `rights` reads it."""

from core.personal_data_register import PEOPLE, TEXT_LIKE, Register, fields_to_classify, our_apps, read_register

__all__ = ["PEOPLE", "TEXT_LIKE", "Register", "fields_to_classify", "our_apps", "read_register"]
