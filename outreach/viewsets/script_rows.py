"""The editor's questions ready to be written as fields: names, values and choices of every one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, get_language_info, gettext

from outreach.script_rules import FOLLOWING, INHERITED


@dataclass(frozen=True)
class Words:
    """One text field of one language."""

    name: str
    code: str
    language: str
    is_rtl: bool
    value: str
    has_focus: bool


@dataclass(frozen=True)
class OptionRow:
    place: int
    prefix: str
    button: str
    key: str
    next: str
    words: list[Words]
    targets: list[tuple[str, str, bool]]
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class QuestionRow:
    number: int
    prefix: str
    button: str
    key: str
    kind: str
    words: list[Words]
    targets: list[tuple[str, str, bool]]
    options: list[OptionRow]
    is_first: bool
    is_last: bool


def question_rows(drafts: Sequence[Mapping[str, Any]], *, focus: str = "") -> list[QuestionRow]:
    """Return one row per question; ``focus`` names the field to go on at."""
    names = [(each["key"], _target_name(number, each["text"])) for number, each in enumerate(drafts, start=1)]
    rows = []
    for index, question in enumerate(drafts):
        others = [(key, name) for key, name in names if key != question["key"]]
        prefix = f"q{index}-"
        options = question["options"]
        rows.append(
            QuestionRow(
                number=index + 1,
                prefix=prefix,
                button=str(index),
                key=question["key"],
                kind=question["kind"],
                words=_words(prefix, question["text"], focus),
                targets=_targets(question["next"], others, [_following(), _end()]),
                options=[
                    OptionRow(
                        place=place + 1,
                        prefix=f"{prefix}o{place}-",
                        button=f"{index}:{place}",
                        key=option["key"],
                        next=option["next"],
                        words=_words(f"{prefix}o{place}-", option["text"], focus),
                        targets=_targets(option["next"], others, [_inherited(), _following(), _end()]),
                        is_first=place == 0,
                        is_last=place == len(options) - 1,
                    )
                    for place, option in enumerate(options)
                ],
                is_first=index == 0,
                is_last=index == len(drafts) - 1,
            )
        )
    return rows


def _following() -> tuple[str, str]:
    return FOLLOWING, gettext("the question that follows")


def _inherited() -> tuple[str, str]:
    return INHERITED, gettext("as the question says")


def _end() -> tuple[str, str]:
    return "", gettext("the end")


def _targets(chosen: str, others: list[tuple[str, str]], special: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    known = [*special, *others]
    if chosen not in {key for key, _name in known}:
        known.append((chosen, gettext("a question that is gone")))
    return [(key, name, key == chosen) for key, name in known]


def _target_name(number: int, text: Mapping[str, str]) -> str:
    words = text.get((get_language() or "en").split("-")[0]) or next(iter(text.values()), "")
    short = words if len(words) <= 40 else f"{words[:39]}…"
    return gettext("Question %(number)s: %(words)s") % {"number": number, "words": short or "…"}


def _words(prefix: str, text: Mapping[str, str], focus: str) -> list[Words]:
    found = []
    for code, language in settings.LANGUAGES:
        name = f"{prefix}text-{code}"
        is_rtl = bool(get_language_info(code)["bidi"])
        found.append(Words(name, code, str(language), is_rtl, text.get(code, ""), name == focus))
    return found
