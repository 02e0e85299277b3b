"""The script editor's form: questions and answers as fields, its buttons as small changes of the list.

Nothing of it is stored before it is published. Every press posts the whole form and gets it back changed, so the editor
needs no script and a keyboard is enough.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from outreach.script_rules import FOLLOWING, INHERITED, KINDS, MOST_OPTIONS, MOST_QUESTIONS

_KEY = re.compile(r"[a-z0-9_-]{1,30}\Z")
# PostgreSQL keeps no NUL in JSON; other controls are nobody's words.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLACE = re.compile(r"(?P<do>[a-z-]+)(?::(?P<question>\d{1,3}))?(?::(?P<option>\d{1,3}))?\Z")
LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]


def new_key(prefix: str) -> str:
    """Return a key no other question or answer has: answers on phones name it, so it is never used again."""
    return f"{prefix}{secrets.token_hex(3)}"


def blank_option() -> dict[str, Any]:
    return {"key": new_key("a"), "text": {}, "next": INHERITED}


def blank_question(kind: str = "choice") -> dict[str, Any]:
    options = [blank_option(), blank_option()] if kind == "choice" else []
    return {"key": new_key("q"), "kind": kind, "text": {}, "next": FOLLOWING, "options": options}


def drafts_of(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return stored questions as the editor shows them: what goes on to the next in the list says so.

    Moving a question then moves the path with it.
    """
    drafts = []
    for index, question in enumerate(questions):
        following = questions[index + 1]["key"] if index + 1 < len(questions) else ""
        drafts.append(
            {
                "key": question["key"],
                "kind": question["kind"],
                "text": dict(question["text"]),
                "next": _shown(question["next"], following),
                "options": [
                    {
                        "key": each["key"],
                        "text": dict(each["text"]),
                        "next": _shown(each["next"], following, or_else=INHERITED if question["next"] else ""),
                    }
                    for each in question["options"]
                ],
            }
        )
    return drafts


def _shown(target: str, following: str, *, or_else: str = "") -> str:
    """Return what the editor says of a stored target; ``or_else``: what an empty one means (see `script_rules`)."""
    if not target:
        return or_else
    return FOLLOWING if target == following else target


def read_drafts(posted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the editor's questions from a posted form; what no editor sends is left out."""
    drafts = []
    for number in range(MOST_QUESTIONS + 1):
        prefix = f"q{number}-"
        if f"{prefix}key" not in posted:
            break
        kind = posted.get(f"{prefix}kind", "")
        question = {
            "key": _key(posted[f"{prefix}key"], "q"),
            "kind": kind if kind in KINDS else "choice",
            "text": _text(posted, prefix),
            "next": posted.get(f"{prefix}next", FOLLOWING)[:30],
            "options": _read_options(posted, prefix),
        }
        if question["kind"] == "choice" and not question["options"]:
            question["options"] = [blank_option(), blank_option()]
        drafts.append(question)
    return drafts


def _read_options(posted: Mapping[str, str], prefix: str) -> list[dict[str, Any]]:
    options = []
    for place in range(MOST_OPTIONS + 1):
        own = f"{prefix}o{place}-"
        if f"{own}key" not in posted:
            break
        options.append(
            {
                "key": _key(posted[f"{own}key"], "a"),
                "text": _text(posted, own),
                "next": posted.get(f"{own}next", INHERITED)[:30],
            }
        )
    return options


def _key(text: str, prefix: str) -> str:
    return text if _KEY.match(text) else new_key(prefix)


def _text(posted: Mapping[str, str], prefix: str) -> dict[str, str]:
    told = {code: _UNWRITABLE.sub("", posted.get(f"{prefix}text-{code}", "")) for code in LANGUAGE_CODES}
    return {code: words for code, words in told.items() if words}


def press(drafts: list[dict[str, Any]], button: str) -> str:
    """Do what a button says to the list, and return the id of the field to go on at ("" for none).

    Buttons: ``add-question``, ``up:2``, ``down:2``, ``remove:2``, ``add-option:2``, ``option-up:2:1``,
    ``option-down:2:1``, ``remove-option:2:1`` (places from 0). A place that is not there changes nothing.
    """
    found = _PLACE.match(button)
    if found is None:
        return ""
    do, question, option = found["do"], int(found["question"] or 0), int(found["option"] or 0)
    if do == "add-question":
        if len(drafts) < MOST_QUESTIONS:
            drafts.append(blank_question())
        return f"q{len(drafts) - 1}-text-en"
    if question >= len(drafts):
        return ""
    if do == "remove":
        drafts.pop(question)
        return f"q{max(question - 1, 0)}-text-en" if drafts else ""
    if do in {"up", "down"}:
        return f"q{_swap(drafts, question, do)}-text-en"
    options = drafts[question]["options"]
    if do == "add-option":
        if len(options) < MOST_OPTIONS:
            options.append(blank_option())
        return f"q{question}-o{len(options) - 1}-text-en"
    if option < len(options) and do == "remove-option":
        options.pop(option)
        return f"q{question}-o{max(option - 1, 0)}-text-en"
    if option < len(options) and do in {"option-up", "option-down"}:
        return f"q{question}-o{_swap(options, option, do.removeprefix('option-'))}-text-en"
    return ""


def _swap(rows: list[Any], place: int, way: str) -> int:
    other = place + (-1 if way == "up" else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        return other
    return place
