"""Values handed in by key, for one UPDATE that writes another value into every row."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, F, Func


class GivenByKey(Func):
    """The text given for the row's primary key: ``update(provider_id=GivenByKey({7: "a", 8: "b"}))``.

    NULL for a row nothing was given for.
    """

    output_field = CharField()

    def __init__(self, given: Mapping[int, str]) -> None:
        super().__init__(F("pk"))
        self.given = json.dumps({str(key): text for key, text in given.items()})

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        key, parameters = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"(%s::jsonb ->> {key}::text)", (self.given, *parameters)
        return f"json_extract(%s, '$.\"' || {key} || '\"')", (self.given, *parameters)
