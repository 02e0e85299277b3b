"""One question at a time: what to ask next, given the answers so far. Pure; the rules of the election lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from campaigns.eligibility import Verdict, judge_facts
from campaigns.eligibility_facts import read_facts
from campaigns.eligibility_rules import Rules

# In the order people are asked; which of them, the rules decide.
QUESTIONS: Final = (
    "nationality",
    "birth_date",
    "commune",
    "earlier_local_registration",
    "residence_register",
    "register_since",
    "ep_registration",
    "legal_residence_since",
    "residence_interruption",
    "declaration_signed",
    "deprived",
)
NO_INTERRUPTION: Final = "no"
_BEFORE_COMMUNE = frozenset(QUESTIONS[:2])


@dataclass(frozen=True)
class Step:
    """Where somebody stands: the next question, or the end. ``answers`` are those that could be read, in order."""

    answers: dict[str, str]
    verdict: Verdict
    question: str | None


def take_step(rules: Rules, given: Mapping[str, str], *, day: date, asks_commune: bool) -> Step:
    """Return what comes after these answers on that day. An answer that cannot be read is asked again."""
    answers = {name: given[name].strip() for name in QUESTIONS if given.get(name, "").strip()}
    unreadable = read_facts(as_facts(answers, day)).unreadable
    answers = {name: value for name, value in answers.items() if name not in unreadable}
    verdict = judge_facts(rules, read_facts(as_facts(answers, day)))
    question = verdict.names[0] if verdict.code == "missing" else None
    if question and question not in _BEFORE_COMMUNE and asks_commune and "commune" not in answers:
        question = "commune"
    return Step(answers, verdict, question)


def as_facts(answers: Mapping[str, str], day: date) -> dict[str, Any]:
    """Return answers as they stand in a form as `read_facts` takes them."""
    facts: dict[str, Any] = {**answers, "on": day.isoformat()}
    away = facts.get("residence_interruption")
    if away == NO_INTERRUPTION:
        facts["residence_interruption"] = []
    elif away and "/" in away:
        facts["residence_interruption"] = away.split("/")[:2]
    return facts


def last_question(step: Step) -> str | None:
    """Return the question answered last, which "back" leads to."""
    return next(reversed(step.answers), None)
