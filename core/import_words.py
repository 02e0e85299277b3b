"""What is said to who applies a file that somebody else had in hand meanwhile; and what its columns are known by."""

import hashlib
import json
from collections.abc import Mapping

from django.utils.translation import gettext


def gone() -> str:
    return gettext("Somebody applied this file or left it meanwhile. Choose it again if something is missing.")


def mapped_anew() -> str:
    return gettext("Somebody chose other columns for this file meanwhile. Look at it again before you apply it.")


def seal_of(columns: Mapping[str, int]) -> str:
    """Return what a choice of columns is known by: it goes with the look at a file and comes back with the press."""
    return hashlib.sha256(json.dumps(dict(columns), sort_keys=True).encode()).hexdigest()[:32]
