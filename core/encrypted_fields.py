"""Fields whose words are encrypted in the database (core/encryption.py) and plain in Python.

They cannot be searched or sorted by the database: only whether there is anything can be asked of it (``""`` stays
``""``). Every such field is found by `encrypted_fields`, so a new one is rotated with the others.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.encryption import KeyRing, is_encrypted, read_keys

_ASKED_OF_NOTHING = frozenset({"exact", "gt", "isnull"})


@cache
def _read(given: tuple[str, ...]) -> KeyRing:
    return read_keys(given)


def key_ring() -> KeyRing:
    """Return the keys of settings.DATA_KEYS."""
    return _read(tuple(settings.DATA_KEYS))


class EncryptedTextField(models.TextField):
    """A text. The database may be asked only whether there is one."""

    def field_name(self) -> str:
        """Return what the text is bound to; a renamed field has to be written anew."""
        return f"{self.model._meta.label}.{self.name}"

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        if not value:
            return value
        return key_ring().decrypt(value, self.field_name()) if is_encrypted(value) else value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if hasattr(value, "as_sql"):
            raise FieldError(f"{self.field_name()} is encrypted: write a value, not an expression")
        text = self.get_prep_value(value)
        return key_ring().encrypt(text, self.field_name()) if text else text

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in _ASKED_OF_NOTHING:
            raise FieldError(f"{self.field_name()} is encrypted: the database cannot look it up by “{lookup_name}”")
        return super().get_lookup(lookup_name)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value:
            raise FieldError(f"{self.field_name()} is encrypted: the database can only be asked whether it is empty")
        return super().get_db_prep_value(value, connection, prepared)


class EncryptedJSONField(EncryptedTextField):
    """A value of JSON, as a text. What is empty is kept as ``""``, and comes back as the field's default."""

    # For the type checker: anything JSON can hold, where a text field has texts.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str | None, *given: Any) -> Any:
        text = super().from_db_value(value, *given)
        if text is None:
            return None
        return json.loads(text) if text else self.get_default()

    def get_prep_value(self, value: Any) -> Any:
        return json.dumps(value, cls=DjangoJSONEncoder) if value else value if value is None else ""

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), cls=DjangoJSONEncoder)


def encrypted_fields() -> Iterator[EncryptedTextField]:
    """Yield every encrypted field of every model."""
    for model in apps.get_models():
        yield from (field for field in model._meta.local_fields if isinstance(field, EncryptedTextField))
