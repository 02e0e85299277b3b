"""Columns worked out from others."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import Lookup

LAST_CODE_POINT = "\U0010ffff"


def name_key(full_name: str) -> str:
    """Return a name as it is looked for: case, accents and double spaces aside (``Émile  Zola`` → ``emile zola``)."""
    plain = unicodedata.normalize("NFKD", full_name.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


class NameKeyField(models.CharField):
    """The row's ``full_name`` as it is looked for, kept whenever the row is saved.

    ``last_word_first``: turned round, so that somebody is found by surname too (``zola emile``). The ``begins`` lookup
    reads an index on both databases; the index needs ``varchar_pattern_ops`` on PostgreSQL.
    """

    def __init__(self, *args: Any, last_word_first: bool = False, **kwargs: Any) -> None:
        self.last_word_first = last_word_first
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "last_word_first": self.last_word_first}

    def key_of(self, full_name: str) -> str:
        """Return what this column holds for a name."""
        words = name_key(full_name).split()
        return " ".join([*words[-1:], *words[:-1]] if self.last_word_first else words)[: self.max_length]

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = self.key_of(model_instance.full_name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, key)
        return key


@NameKeyField.register_lookup
class Begins(Lookup):
    """``column LIKE 'text%'`` where that reads an index; SQLite's LIKE does not, so there it is a range."""

    lookup_name = "begins"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", (*params, f"{connection.ops.prep_for_like_query(self.rhs)}%")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, f"{self.rhs}{LAST_CODE_POINT}")
