"""What a script must be to lead every conversation to an end. Pure: questions in, problems or a tree out.

A question is {"key", "kind": "choice"|"text", "text": {language: words}, "next", "options": [{"key", "text", "next"}]}.
``next`` names a later question; "" is the end. After a choice the option's ``next`` decides; `resolve` writes it so
that reading an empty one as "the question's own" and reading it as "the end" come to the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.lists import listed

Question = Mapping[str, Any]
KINDS = ("choice", "text")
# In the editor only: "the question that follows in the list", and "as the question says".
FOLLOWING, INHERITED = "+", "="
MOST_QUESTIONS = 30
MOST_OPTIONS = 12
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Problem:
    """One thing to mend; ``question`` counts from 1, 0 is the script itself."""

    question: int
    message: str


@dataclass(frozen=True)
class Step:
    """One question as it comes up in a conversation; ``repeats`` it when it is written out elsewhere in the tree."""

    number: int
    question: Question
    repeats: bool = False
    branches: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class Branch:
    """One answer (None: any text) and the step it leads to (None: the end)."""

    option: Mapping[str, Any] | None
    step: Step | None


def resolve(drafts: Sequence[Question]) -> list[dict[str, Any]]:
    """Return an editor's questions as they are stored: ``+`` and ``=`` replaced by keys, blank words left out."""
    keys = [draft["key"] for draft in drafts]
    stored = []
    for index, draft in enumerate(drafts):
        following = keys[index + 1] if index + 1 < len(keys) else ""
        own = following if draft["next"] == FOLLOWING else draft["next"]
        question = {"key": draft["key"], "kind": draft["kind"], "text": _words(draft["text"]), "next": own}
        question["options"] = [
            {
                "key": option["key"],
                "text": _words(option["text"]),
                "next": own if option["next"] == INHERITED else following if option["next"] == FOLLOWING
                else option["next"],
            }
            for option in (draft["options"] if draft["kind"] == "choice" else [])
        ]  # fmt: skip
        if any(not option["next"] for option in question["options"]):
            question["next"] = ""
        stored.append(question)
    return stored


def _words(text: Mapping[str, str]) -> dict[str, str]:
    return {language: " ".join(words.split()) for language, words in sorted(text.items()) if words.strip()}


def check(questions: Sequence[Question], *, names: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with stored questions: nothing when every path ends and every text has its words.

    ``names``: the interface's languages by code. A script speaks the languages that any of its texts has; each text
    then needs all of them.
    """
    if not questions:
        return [Problem(0, _("A script has at least one question."))]
    problems = [*_check_sizes(questions), *_check_texts(questions, names), *_check_targets(questions)]
    if not problems:
        problems = [*_check_loops(questions), *_check_reach(questions)]
    return sorted(problems, key=lambda problem: problem.question)


def _check_sizes(questions: Sequence[Question]) -> Iterator[Problem]:
    if len(questions) > MOST_QUESTIONS:
        yield Problem(0, _("A script has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        if not question["key"] or question["key"] in seen:
            yield Problem(number, _("Question %(number)s has no key of its own.") % {"number": number})
        seen.add(question["key"])
        if question["kind"] not in KINDS:
            yield Problem(number, _("Question %(number)s is of no known kind.") % {"number": number})
        options = [option["key"] for option in question["options"]]
        if question["kind"] == "choice" and len(options) < 2:
            yield Problem(number, _("Question %(number)s needs at least two answers to choose from.") % {
                "number": number})  # fmt: skip
        if len(options) > MOST_OPTIONS:
            yield Problem(number, _("Question %(number)s has more than %(most)s answers.") % {
                "number": number, "most": MOST_OPTIONS})  # fmt: skip
        if len(set(options)) < len(options) or "" in options:
            yield Problem(number, _("Two answers of question %(number)s have the same key.") % {"number": number})


def _check_texts(questions: Sequence[Question], names: Mapping[str, str]) -> Iterator[Problem]:
    spoken = languages_of(questions)
    for number, question in enumerate(questions, start=1):
        if not question["text"]:
            yield Problem(number, _("Question %(number)s has no words.") % {"number": number})
        elif missing := _missing(question["text"], spoken, names):
            yield Problem(number, _("Question %(number)s has no words in %(languages)s.") % {
                "number": number, "languages": missing})  # fmt: skip
        for place, option in enumerate(question["options"], start=1):
            told = {"number": number, "place": place}
            if not option["text"]:
                yield Problem(number, _("Answer %(place)s of question %(number)s has no words.") % told)
            elif missing := _missing(option["text"], spoken, names):
                yield Problem(number, _("Answer %(place)s of question %(number)s has no words in %(languages)s.") % {
                    **told, "languages": missing})  # fmt: skip
        texts = [question["text"], *(option["text"] for option in question["options"])]
        if any(len(words) > LONGEST_TEXT for text in texts for words in text.values()):
            yield Problem(number, _("A text of question %(number)s is longer than %(most)s characters.") % {
                "number": number, "most": LONGEST_TEXT})  # fmt: skip


def languages_of(questions: Sequence[Question]) -> list[str]:
    """Return the codes of the languages any text of the script has words in."""
    texts = [text for question in questions for text in (
        question["text"], *(option["text"] for option in question["options"]))]  # fmt: skip
    return sorted({language for text in texts for language in text})


def _missing(text: Mapping[str, str], spoken: Sequence[str], names: Mapping[str, str]) -> str:
    return listed(names.get(language, language) for language in spoken if language not in text)


def _check_targets(questions: Sequence[Question]) -> Iterator[Problem]:
    known = {question["key"] for question in questions}
    for number, question in enumerate(questions, start=1):
        targets = [question["next"], *(option["next"] for option in question["options"])]
        if any(target and target not in known for target in targets):
            yield Problem(number, _("Question %(number)s goes to a question that is not there.") % {"number": number})


def targets_of(question: Question) -> list[str]:
    """Return the keys of the questions that can come after this one, "" for the end, each once."""
    if question["kind"] == "choice" and question["options"]:
        return list(dict.fromkeys(option["next"] or question["next"] for option in question["options"]))
    return [question["next"]]


def _check_loops(questions: Sequence[Question]) -> Iterator[Problem]:
    """Yield a problem for each question from which the conversation can come back to it."""
    by_key = {question["key"]: question for question in questions}
    for number, question in enumerate(questions, start=1):
        seen: set[str] = set()
        waiting = [target for target in targets_of(question) if target]
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            waiting += [target for target in targets_of(by_key[key]) if target]
        if question["key"] in seen:
            yield Problem(number, _("The conversation can come back to question %(number)s: it would never end.") % {
                "number": number})  # fmt: skip


def _check_reach(questions: Sequence[Question]) -> Iterator[Problem]:
    by_key = {question["key"]: question for question in questions}
    reached: set[str] = set()
    waiting = [questions[0]["key"]]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += [target for target in targets_of(by_key[key]) if target]
    for number, question in enumerate(questions, start=1):
        if question["key"] not in reached:
            yield Problem(number, _("No answer leads to question %(number)s.") % {"number": number})


def tree(questions: Sequence[Question]) -> Step | None:
    """Return the conversation as a tree from the first question; a question that came before is named, not repeated.

    For questions without problems: on a loop the second coming is named like any other.
    """
    if not questions:
        return None
    numbers = {question["key"]: number for number, question in enumerate(questions, start=1)}
    by_key = {question["key"]: question for question in questions}
    written: set[str] = set()

    def step(key: str) -> Step | None:
        if key not in by_key:
            return None
        question, number = by_key[key], numbers[key]
        if key in written:
            return Step(number, question, repeats=True)
        written.add(key)
        if question["kind"] == "choice" and question["options"]:
            branches = [Branch(option, step(option["next"] or question["next"])) for option in question["options"]]
        else:
            branches = [Branch(None, step(question["next"]))]
        return Step(number, question, branches=branches)

    return step(questions[0]["key"])
