"""What the page of the eligibility check shows: a question, or the result. It reads; it keeps nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_facts import STATELESS, UNSURE, read_facts
from campaigns.eligibility_questions import NO_INTERRUPTION, QUESTIONS, Step, as_facts, month_of, take_step
from campaigns.eligibility_rules import Span
from campaigns.eligibility_words import headline_of, words_of
from campaigns.models import CommuneOffice
from campaigns.selectors.elections import RulesInForce, has_rules_of_regions, rules_in_force
from campaigns.selectors.sources import clean_source_code
from campaigns.zones import local_day
from cms.commune_form_context import form_section
from cms.eligibility_forms import FORMS, HELP, TITLES, QuestionForm
from cms.eligibility_panels import CheckResult, panels_for
from cms.petition_context import SOURCE_PLACEHOLDER
from core.lists import listed
from places.country_names import country_name
from places.models import Territory

if TYPE_CHECKING:
    from cms.models import RegistrationPage

# With these, what to do next in the commune is of use.
_GO_ON = frozenset({Outcome.ELIGIBLE, Outcome.MUST_REGISTER, Outcome.INCOMPLETE, Outcome.NEEDS_CHECK})
_GOOD = frozenset({Outcome.ELIGIBLE, Outcome.ALREADY_REGISTERED})
_PREFIX = "known_"


@dataclass(frozen=True)
class Hours:
    """When an office is open: "Monday–Friday, 09:00–12:00"."""

    days: str
    times: str


def check_context(page: "RegistrationPage", *, sent: Mapping[str, str] | None = None, at: datetime) -> dict[str, Any]:
    """Return the template's context: the first question, or what follows what was sent.

    Where regions have rules of their own, the commune is asked first, and its rules are those that count.
    """
    today = local_day(at, page.campaign)
    communes = communes_of(page)
    known = {name: sent.get(f"{_PREFIX}{name}", "")[:80] for name in QUESTIONS} if sent else {}
    chooses = sent is not None and sent.get("question") == "commune" and "back" not in sent
    commune = _territory(communes, sent.get("choice", "") if sent and chooses else known.get("commune", ""))
    in_force = rules_in_force(page.election, commune)
    context: dict[str, Any] = {
        "action_url": reverse("eligibility_check", args=[page.pk or 0]),
        "is_generated": page.election.is_generated,
        "election": page.election,
        "in_force": in_force,
        "form": None,
        "result": None,
        "known": [],
        "visit_source": clean_source_code(sent.get("source", "")[:40]) if sent else SOURCE_PLACEHOLDER,
    }
    commune_first = bool(communes) and has_rules_of_regions(page.election)
    if commune_first and commune is None:
        return context | _question(
            "commune", {}, communes, form=_form("commune", communes, data=sent if chooses else None)
        )
    if in_force is None:
        return context
    if sent is None and today <= page.election.election_date:
        return context | _question("nationality", {}, communes)
    return context | _after(page, in_force, sent or {}, known, communes, today, commune_first)


def communes_of(page: "RegistrationPage") -> list[Territory]:
    """Return the communes of the election, in the order of their names in the reader's language."""
    place = page.election.territory
    code = place.code if place else page.election.country
    return sorted(Territory.objects.communes_of(code).without_outlines(), key=lambda one: one.name)


def _territory(communes: list[Territory], code: str) -> Territory | None:
    return next((one for one in communes if one.code == code), None)


def _after(
    page: "RegistrationPage",
    in_force: RulesInForce,
    sent: Mapping[str, str],
    known: dict[str, str],
    communes: list[Territory],
    today: date,
    commune_first: bool,
) -> dict[str, Any]:
    """Return the next question, the same one with its errors, the one before, or the result."""

    def step_of(answers: Mapping[str, str]) -> Step:
        return take_step(in_force.rules, answers, day=today, asks_commune=bool(communes), commune_first=commune_first)

    known = {name: value for name, value in known.items() if name != "commune" or _territory(communes, value)}
    if "back" in sent:
        before = list(step_of(known).answers)
        again = before[-1] if before else "nationality"
        shorter = step_of({name: known[name] for name in before[:-1]})
        return _question(again, shorter.answers, communes, answer=known.get(again, ""))
    asked = sent.get("question", "")
    if asked in FORMS:
        if "unsure" in sent and FORMS[asked].may_be_unsure:
            known[asked] = UNSURE
        else:
            form = _form(asked, communes, data=sent)
            if not form.is_valid():
                return _question(asked, step_of(known).answers, communes, form=form)
            known[asked] = form.answer
    step = step_of(known)
    if step.question:
        return _question(step.question, step.answers, communes)
    return _result(page, in_force, step, communes, today, clean_source_code(sent.get("source", "")[:40]))


def _form(name: str, communes: list[Territory], **kwargs: Any) -> QuestionForm:
    if name == "commune":
        kwargs["choices"] = [(one.code, one.name) for one in communes]
    form: QuestionForm = FORMS[name](**kwargs)
    return form


def _question(
    name: str,
    answers: Mapping[str, str],
    communes: list[Territory],
    *,
    form: QuestionForm | None = None,
    answer: str = "",
) -> dict[str, Any]:
    if form is None:
        form = _form(name, communes, initial=FORMS[name].initial_of(answer) if answer and answer != UNSURE else {})
    return {
        "form": form,
        "question": name,
        "question_title": TITLES[name],
        "question_help": HELP[name],
        "known": [(f"{_PREFIX}{key}", value) for key, value in answers.items()],
        "number": len(answers) + 1,
    }


def _result(
    page: "RegistrationPage", in_force: RulesInForce, step: Step, communes: list[Territory], today: date, source: str
) -> dict[str, Any]:
    verdict, rules = step.verdict, in_force.rules
    commune = _territory(communes, step.answers.get("commune", ""))
    office = CommuneOffice.objects.filter(election=page.election, territory=commune).first() if commune else None
    takes_email = office is not None and office.accepts_email is True
    is_open = today <= rules.last_day
    days_left = (rules.last_day - today).days if is_open else None
    code = commune.code if commune else ""
    result = CheckResult(page, verdict, code, office, rules.last_day, days_left, source)
    rule_text, rule_language = verdict.source.said_in(get_language() or "en") if verdict.source else ("", "")
    return {
        "result": result,
        "tone": "good" if verdict.outcome in _GOOD else "warn" if verdict.outcome in _GO_ON else "plain",
        "headline": headline_of(verdict),
        "reason": words_of(verdict),
        "source": verdict.source,
        "rule_text": rule_text,
        "rule_language": rule_language,
        "commune": commune,
        "goes_on": verdict.outcome in _GO_ON and is_open,
        "office": office,
        "hours": hours_of(office) if office else [],
        "answers": [(TITLES[name], _said(name, value, communes, today)) for name, value in step.answers.items()],
        "known": [(f"{_PREFIX}{key}", value) for key, value in step.answers.items()],
        "panels": panels_for(result),
        "section": form_section(page, verdict, rules, step.answers, commune, takes_email=takes_email)
        if is_open
        else None,
    }


def hours_of(office: CommuneOffice) -> list[Hours]:
    """Return the opening hours in the reader's language."""
    return [Hours(_days(row["days"]), f"{row['from']}–{row['to']}") for row in office.opening_hours]


def _days(numbers: list[int]) -> str:
    names = [str(WEEKDAYS[number - 1]) for number in numbers]
    is_row = len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1))
    return f"{names[0]}–{names[-1]}" if is_row else listed(names)


def _said(name: str, value: str, communes: list[Territory], today: date) -> str:
    """Return an answer as people read it."""

    if value == UNSURE:
        return gettext("I do not know")
    if name == "nationality":
        return _nationalities(value)
    if month := month_of(value):
        return date_format(month, "YEAR_MONTH_FORMAT")
    if name in {"birth_date", "register_since", "legal_residence_since"}:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    if name == "commune":
        found = _territory(communes, value)
        return found.name if found else value
    if name == "residence_interruption" and value != NO_INTERRUPTION:
        return listed(_away(span) for span in read_facts(as_facts({name: value}, today)).residence_interruption or ())
    return str(dict(FORMS[name].choices).get(value, value))


def _away(span: Span) -> str:
    ends = "" if span.last == date.max else date_format(span.last, "DATE_FORMAT")
    return f"{date_format(span.first, 'DATE_FORMAT')} – {ends}".strip()


def _nationalities(value: str) -> str:

    if value == STATELESS:
        return gettext("none (stateless)")
    return listed(country_name(code) for code in value.split("+"))
