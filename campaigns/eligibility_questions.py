"""One question at a time: what to ask next, given the answers so far. Pure; the rules of the election lead."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from campaigns.eligibility import Verdict, judge_facts
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_facts import read_facts
from campaigns.eligibility_rules import Rules, read_day

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
# May be answered with a month alone, YYYY-MM.
_MONTHS: Final = ("register_since", "legal_residence_since")


@dataclass(frozen=True)
class Step:
    """Where somebody stands: the next question, or the end. ``answers`` are those that could be read, in order."""

    answers: dict[str, str]
    verdict: Verdict
    question: str | None


def take_step(
    rules: Rules, given: Mapping[str, str], *, day: date, asks_commune: bool, commune_first: bool = False
) -> Step:
    """Return what comes after these answers on that day. An answer that cannot be read is asked again.

    ``commune_first``: the rules hang on the commune, so it was asked before all else.
    """
    order = sorted(QUESTIONS, key=lambda name: name != "commune") if commune_first else QUESTIONS
    answers = {name: given[name].strip() for name in order if given.get(name, "").strip()}
    unreadable = read_facts(as_facts(_with_days(answers)[-1], day)).unreadable
    answers = {name: value for name, value in answers.items() if name not in unreadable}
    verdict = _judge_months(rules, answers, day)
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


def month_of(answer: str) -> date | None:
    """Return the first day of a month written YYYY-MM; None for anything else, a whole day among it."""
    try:
        return read_day(f"{answer}-01")
    except ValueError:
        return None


def _judge_months(rules: Rules, answers: Mapping[str, str], day: date) -> Verdict:
    """Return the verdict; where it hangs on the day of a month, the commune has to check.

    Of verdicts that end alike the one on the month's last day is given: it promises least.
    """

    def judged(said: Mapping[str, str]) -> list[Verdict]:
        return [judge_facts(rules, read_facts(as_facts(one, day))) for one in _with_days(said)]

    verdicts = judged(answers)
    if missing := next((one for one in verdicts if one.code == "missing"), None):
        return missing
    last = verdicts[-1]
    if len({one.outcome for one in verdicts}) == 1:
        return last
    months = tuple(name for name in _MONTHS if month_of(answers.get(name, "")))
    ends = _with_days(answers)[-1]
    alone = tuple(
        name for name in months if len({one.outcome for one in judged(ends | {name: answers[name]})}) > 1
    )  # fmt: skip
    return Verdict(Outcome.NEEDS_CHECK, "unsure", last.source, alone or months, last.group)


def _with_days(answers: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the answers with the first and with the last day of every month named without a day; the last come last.

    Nobody was in a register before the day they were born.
    """
    found = [dict(answers)]
    for name in _MONTHS:
        first = month_of(answers.get(name, ""))
        if first is None:
            continue
        last = first.replace(day=monthrange(first.year, first.month)[1])
        born = answers.get("birth_date", "")
        begins = max(first.isoformat(), born) if born[:7] == first.isoformat()[:7] else first.isoformat()
        found = [one | {name: day} for day in (begins, last.isoformat()) for one in found]
    return found
