"""The editor of a type's questions: every press posts the whole form and gets it back changed, without a script."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from events.enums import QuestionKind

MOST_QUESTIONS, MOST_OPTIONS = 10, 12
LONGEST = 200
_KEY = re.compile(r"[a-z0-9_-]{1,30}\Z")
# PostgreSQL keeps no NUL in JSON; other controls are nobody's words.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f]")
_PLACE = re.compile(r"(?P<do>[a-z-]+)(?::(?P<question>\d{1,3}))?(?::(?P<option>\d{1,3}))?\Z")


def blank_option() -> dict[str, Any]:
    return {"key": f"a{secrets.token_hex(3)}", "text": {}}


def blank_question() -> dict[str, Any]:
    return {
        "key": f"q{secrets.token_hex(3)}",
        "kind": QuestionKind.TEXT.value,
        "text": {},
        "options": [],
        "is_required": False,
    }


def read_questions(posted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the editor's questions from a posted form, in the shape EventType keeps; what no editor sends is left out.

    A key stays with its question: answers name it.
    """
    questions = []
    for number in range(MOST_QUESTIONS):
        prefix = f"q{number}-"
        if f"{prefix}key" not in posted:
            break
        kind = posted.get(f"{prefix}kind", "")
        question = {
            "key": _key(posted[f"{prefix}key"], blank_question),
            "kind": kind if kind in QuestionKind.values else QuestionKind.TEXT.value,
            "text": _text(posted, prefix),
            "options": _options(posted, prefix),
            "is_required": f"{prefix}required" in posted,
        }
        if question["kind"] == QuestionKind.CHOICE and not question["options"]:
            question["options"] = [blank_option(), blank_option()]
        questions.append(question)
    return questions


def _options(posted: Mapping[str, str], prefix: str) -> list[dict[str, Any]]:
    options = []
    for place in range(MOST_OPTIONS):
        own = f"{prefix}o{place}-"
        if f"{own}key" not in posted:
            break
        options.append({"key": _key(posted[f"{own}key"], blank_option), "text": _text(posted, own)})
    return options


def _key(text: str, blank: Any) -> str:
    return text if _KEY.match(text) else str(blank()["key"])


def _text(posted: Mapping[str, str], prefix: str) -> dict[str, str]:
    told = {
        code: _UNWRITABLE.sub("", posted.get(f"{prefix}text-{code}", ""))[:LONGEST].strip()
        for code, _name in settings.LANGUAGES
    }
    return {code: words for code, words in told.items() if words}


def press(questions: list[dict[str, Any]], button: str) -> bool:
    """Do what a button says to the list; return whether it was a button of this editor.

    Buttons: ``add-question``, ``up:2``, ``down:2``, ``remove:2``, ``add-option:2``, ``remove-option:2:1``, ``shape:2``
    (places from 0). A place that is not there changes nothing.
    """
    found = _PLACE.match(button)
    if found is None:
        return False
    do, number, option = found["do"], int(found["question"] or 0), int(found["option"] or 0)
    if do == "add-question":
        if len(questions) < MOST_QUESTIONS:
            questions.append(blank_question())
        return True
    if do not in {"up", "down", "remove", "add-option", "remove-option", "shape"}:
        return False
    if number < len(questions):
        _press_on(questions, do, number, option)
    return True


def _press_on(questions: list[dict[str, Any]], do: str, number: int, option: int) -> None:
    options = questions[number]["options"]
    if do == "remove":
        questions.pop(number)
    elif do == "up" and number:
        questions[number - 1 : number + 1] = [questions[number], questions[number - 1]]
    elif do == "down" and number + 1 < len(questions):
        questions[number : number + 2] = [questions[number + 1], questions[number]]
    elif do == "shape":
        questions[number]["kind"] = QuestionKind.CHOICE.value
        options.extend(blank_option() for _place in range(2 - len(options)))
    elif do == "add-option" and len(options) < MOST_OPTIONS:
        options.append(blank_option())
    elif do == "remove-option" and option < len(options):
        options.pop(option)


def problems_of(questions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what keeps the questions from being asked, as sentences; nothing when they are fine."""
    problems = []
    for number, question in enumerate(questions, start=1):
        if not question["text"]:
            problems.append(_("Question %(number)s has no words in any language.") % {"number": number})
        if question["kind"] == QuestionKind.CHOICE:
            worded = [each for each in question["options"] if each["text"]]
            if len(worded) < 2:
                problems.append(_("Question %(number)s needs two answers at least.") % {"number": number})
            elif len(worded) < len(question["options"]):
                problems.append(_("An answer of question %(number)s has no words.") % {"number": number})
    if len({question["key"] for question in questions}) < len(questions):
        problems.append(_("Two questions are the same one; remove one of them."))
    return problems


def settled(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions as they are kept: answers only where somebody chooses among them."""
    return [
        {**question, "options": question["options"] if question["kind"] == QuestionKind.CHOICE else []}
        for question in questions
    ]


@dataclass(frozen=True)
class WordsField:
    """One text field of one language."""

    name: str
    code: str
    language: str
    is_rtl: bool
    value: str


def words_fields(prefix: str, text: Mapping[str, str]) -> list[WordsField]:
    """Return the fields of a text, one per language of the site."""
    return [
        WordsField(f"{prefix}text-{code}", code, name, bool(get_language_info(code)["bidi"]), text.get(code, ""))
        for code, name in settings.LANGUAGES
    ]


def question_rows(questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions ready to be written as fields."""
    return [
        {
            **question,
            "number": number + 1,
            "index": number,
            "prefix": f"q{number}-",
            "words": words_fields(f"q{number}-", question["text"]),
            "is_first": number == 0,
            "is_last": number + 1 == len(questions),
            "kinds": [(kind.value, kind.label, kind.value == question["kind"]) for kind in QuestionKind],
            "choices": [
                {
                    **option,
                    "place": place + 1,
                    "button": f"{number}:{place}",
                    "prefix": f"q{number}-o{place}-",
                    "words": words_fields(f"q{number}-o{place}-", option["text"]),
                }
                for place, option in enumerate(question["options"])
            ],
        }
        for number, question in enumerate(questions)
    ]
