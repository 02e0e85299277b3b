"""Codes of links, as they are printed, read aloud and typed. Pure but for chance."""

import secrets
from typing import Final

# No vowels and no look-alikes: codes are read aloud, and spell no words.
LETTERS: Final = "23456789bcdfghjkmnpqrstvwxz"
LENGTH: Final = 8


def new_source_code() -> str:
    """Return 8 random letters and digits: 27^8 codes, so guessing one finds nobody's."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """Return a code as somebody typed it from paper: without blanks, full stops and slashes around it."""
    return typed.strip().strip("./").replace(" ", "")[:40]
