"""Reads the small files the initiative commands and forms are given, with errors a person can act on."""

import sys
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from campaigns.initiative_counts import CountsError
from campaigns.initiative_rules import InitiativeRuleError

MAX_BYTES = 5_000_000


def parse_day(text: str) -> date:
    """Return an ISO day (YYYY-MM-DD). Raises InitiativeRuleError for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no time zone
    except ValueError:
        raise InitiativeRuleError(_("“%(text)s” is not a day; write it as YYYY-MM-DD.") % {"text": text[:40]}) from None


def read_bytes(name: str) -> bytes:
    """Return the content of a file (``-``: standard input). Raises CountsError when it cannot be read."""
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CountsError(_("%(file)s cannot be read: %(reason)s.") % {"file": name, "reason": reason}) from error
    if len(content) > MAX_BYTES:
        raise CountsError(_("%(file)s is larger than 5 MB.") % {"file": name})
    return content
