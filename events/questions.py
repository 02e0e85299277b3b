"""The questions an event type asks who registers: how they read in a language, as form fields, and their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.plain_text import refuse_unprintable
from events.enums import QuestionKind

YES, NO = "yes", "no"
LONGEST_ANSWER = 500


@dataclass(frozen=True)
class Question:
    """One question as one language reads it; ``options`` are (key, words)."""

    key: str
    kind: str
    label: str
    options: tuple[tuple[str, str], ...]
    is_required: bool

    @property
    def field_name(self) -> str:
        return f"question_{self.key}"


def questions_in(raw: Sequence[Mapping[str, Any]], language: str, fallback: str) -> tuple[Question, ...]:
    """Return a type's questions in ``language``; words that are missing stand in ``fallback``, else in any language."""
    return tuple(
        Question(
            key=str(each["key"]),
            kind=str(each["kind"]),
            label=_words(each.get("text") or {}, language, fallback),
            options=tuple(
                (str(option["key"]), _words(option.get("text") or {}, language, fallback))
                for option in each.get("options") or ()
            ),
            is_required=bool(each.get("is_required")),
        )
        for each in raw
    )


def _words(texts: Mapping[str, str], language: str, fallback: str) -> str:
    return texts.get(language) or texts.get(fallback) or next(iter(texts.values()), "")


def question_fields(questions: Sequence[Question]) -> dict[str, forms.Field]:
    """Return one form field per question, by its field name."""
    return {question.field_name: _field(question) for question in questions}


def _field(question: Question) -> forms.Field:
    if question.kind == QuestionKind.TEXT:
        return forms.CharField(
            label=question.label,
            required=question.is_required,
            max_length=LONGEST_ANSWER,
            validators=[refuse_unprintable],
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    options = question.options
    if question.kind == QuestionKind.YES_NO:
        options = ((YES, gettext("yes")), (NO, gettext("no")))
    return forms.ChoiceField(
        label=question.label,
        required=question.is_required,
        choices=options if question.is_required else [("", _("no answer")), *options],
        widget=forms.RadioSelect,
    )


def answers_from(told: Mapping[str, Any], questions: Sequence[Question]) -> dict[str, str]:
    """Return the answers given, by the question's key, out of a valid form."""
    return {each.key: told[each.field_name] for each in questions if told.get(each.field_name)}


def answers_shown(answers: Mapping[str, str], questions: Sequence[Question]) -> list[tuple[str, str]]:
    """Return (question, answer) in words, for those that were answered."""
    shown = []
    for each in questions:
        if each.key in answers:
            words = {YES: gettext("yes"), NO: gettext("no")} if each.kind == QuestionKind.YES_NO else dict(each.options)
            shown.append((each.label, words.get(answers[each.key], answers[each.key])))
    return shown
