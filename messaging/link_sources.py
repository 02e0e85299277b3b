"""The code of where a visit came from, put into the links of a text to our own site. Pure."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

PARAMETER = "s"
# What ends a sentence or a bracket around an address is not of it.
_AFTER = ".,;:!?…»”’'"


def with_source(body: list[dict[str, Any]], code: str, home: str) -> list[dict[str, Any]]:
    """Return a wording's blocks in which every link to ``home`` carries ``?s=<code>``; one that has a code keeps it."""
    if not code:
        return body
    return [{**block, "value": _in_value(block["value"], code, home)} for block in body]


def _in_value(value: Any, code: str, home: str) -> Any:
    if isinstance(value, Mapping):
        return {name: add_source(each, code, home) if name == "url" else each for name, each in value.items()}
    return add_source(value, code, home) if isinstance(value, str) else value


def add_source(words: str, code: str, home: str) -> str:
    """Return the words with the code in every address of ``home`` that stands in them."""
    return _addresses(home.rstrip("/")).sub(lambda found: _with_code(found[0], code), words)


@cache
def _addresses(home: str) -> re.Pattern[str]:
    return re.compile(re.escape(home) + r"(?![\w.:-])[^\s()<>\[\]{}\"|]*")


def _with_code(address: str, code: str) -> str:
    kept = address.rstrip(_AFTER)
    parts = urlsplit(kept)
    if any(part.partition("=")[0] == PARAMETER for part in parts.query.split("&")):
        return address
    query = "&".join(filter(None, [parts.query, f"{PARAMETER}={code}"]))
    return urlunsplit(parts._replace(query=query, path=parts.path or "/")) + address[len(kept) :]
