"""The kinds of pledges Carillon is shipped with: one JSON file each under ``campaigns/data/pledges``."""

import json
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from campaigns.pledge_rules import LadderError, read_ladder

FOLDER: Final = Path(__file__).parent / "data" / "pledges"
_NEEDED = {"key", "names", "steps", "endings", "barriers", "reminders", "texts"}


class PledgeFileError(ValueError):
    """A file of a kind cannot be used; the message says which, and why."""


def shipped_kinds(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """Return the shipped kinds by key. Raises PledgeFileError."""
    return {kind["key"]: kind for kind in (_read(path) for path in sorted(folder.glob("*.json")))}


def _read(path: Path) -> dict[str, Any]:
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PledgeFileError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": path.name, "reason": error}
        ) from error
    lacking = sorted(_NEEDED - raw.keys()) if isinstance(raw, dict) else sorted(_NEEDED)
    if lacking:
        raise PledgeFileError(_("%(file)s lacks %(names)s.") % {"file": path.name, "names": ", ".join(lacking)})
    try:
        read_ladder(raw["steps"], raw["endings"], raw["barriers"])
    except LadderError as error:
        raise PledgeFileError(_("%(file)s: %(reason)s.") % {"file": path.name, "reason": error}) from error
    return raw


def blank_kind(key: str, name: str, language: str) -> dict[str, Any]:
    """Return a kind that begins with two steps and no reminders, in the shape of a shipped one."""
    return {
        "key": key,
        "names": {language: name, "en": name},
        "steps": [
            {"key": "promised", "names": {"en": "promised"}, "buttons": {}},
            {"key": "done", "acted": True, "names": {"en": "done"}, "buttons": {"en": "I have done it"}},
        ],
        "endings": [
            {"key": "gave_up", "asks_barrier": True, "names": {"en": "gave up"}, "buttons": {"en": "I gave up"}}
        ],
        "barriers": [{"key": "other", "names": {"en": "something else"}}],
        "reminders": [],
        "texts": {language: {"promise": name}},
    }
