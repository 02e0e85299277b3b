"""An election's rules in words, line by line, and what changed between two versions of them. No database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from campaigns.eligibility_enums import GroupAnswer, Register
from core.lists import listed


@dataclass(frozen=True)
class RuleLine:
    """One line of the rules: what it is about, and what it says."""

    label: str
    said: str


@dataclass(frozen=True)
class RuleChange:
    """One line that differs between two versions; an empty side was not there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class WrittenRules:
    """Everything a version says: its rules as JSON, and the source of the whole."""

    rules: Mapping[str, Any]
    source_text: str
    source_url: str
    checked_on: date


def lines_of(written: WrittenRules) -> list[RuleLine]:
    """Return what the rules say, in the order of the editor; what is not set is left out."""
    rules = written.rules
    application, age, register = _part(rules, "application"), _part(rules, "minimum_age"), _part(rules, "register")
    kept, leaving = _part(rules, "registrations"), _part(rules, "deregistration")
    closed = [f"{_day(span.get('from'))} – {_day(span.get('to'))}" for span in application.get("closed", [])]
    months = leaving.get("closed_months_before")
    groups = [group for group in rules.get("groups", []) if isinstance(group, dict)]
    lines = [
        (gettext("Last day to apply"), _day(application.get("last_day"))),
        (gettext("Closed for applications"), listed(closed)),
        (gettext("Source of the days"), application.get("source")),
        (gettext("Minimum age"), age.get("years")),
        (gettext("Minimum age counted on"), _day(age.get("on"))),
        (gettext("Source of the minimum age"), age.get("source")),
        (gettext("Registers that count"), listed([_choice(Register, one) for one in register.get("accepted", [])])),
        (gettext("In the register by"), _day(register.get("by"))),
        (gettext("Source of the register"), register.get("source")),
        (gettext("Source on losing the vote"), _part(rules, "deprived").get("source")),
        (gettext("Order of the groups"), listed([str(group.get("name", "")) for group in groups])),
        *(line for group in groups for line in _group(group)),
        (gettext("Earlier registration for local elections"), _stays(kept.get("local"))),
        (gettext("Registration for the European Parliament"), _stays(kept.get("european"))),
        (gettext("Source on registrations"), kept.get("source")),
        (gettext("Source for a country that left the Union"), kept.get("changed_group")),
        (gettext("Leaving the list: months closed before the election"), months),
        (gettext("Source on leaving the list"), leaving.get("source")),
        *(line for name, source in _part(rules, "sources").items() for line in _source(name, source)),
        (gettext("Law"), written.source_text),
        (gettext("Address of the law"), written.source_url),
        (gettext("Law looked up on"), _day(written.checked_on.isoformat())),
    ]
    return [RuleLine(str(label), str(said)) for label, said in lines if said not in (None, "")]


def changes_between(before: WrittenRules, after: WrittenRules) -> list[RuleChange]:
    """Return the lines that differ, in the order of the later version, with what is gone behind them."""
    old = {line.label: line.said for line in lines_of(before)}
    new = {line.label: line.said for line in lines_of(after)}
    changed = [RuleChange(label, old.get(label, ""), said) for label, said in new.items() if old.get(label, "") != said]
    return changed + [RuleChange(label, said, "") for label, said in old.items() if label not in new]


def _part(rules: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = rules.get(name)
    return found if isinstance(found, dict) else {}


def _day(text: Any) -> str:
    try:
        return str(date_format(date.fromisoformat(str(text)), "DATE_FORMAT"))
    except ValueError:
        return str(text or "")


def _choice(choices: Any, value: Any) -> str:
    try:
        return str(choices(value).label)
    except ValueError:
        return str(value)


def _stays(value: Any) -> str:
    words = {"stays_valid": gettext("stays valid"), "does_not_count": gettext("does not count")}
    return words.get(str(value), str(value or ""))


def _group(group: Mapping[str, Any]) -> list[tuple[str, Any]]:
    name = group.get("name", "")

    def label(text: str) -> str:
        return gettext("Group “%(name)s”: %(what)s") % {"name": name, "what": text}

    who = _part(group, "who")
    if "countries" in who:
        people = gettext("citizens of %(countries)s") % {"countries": listed([str(one) for one in who["countries"]])}
    elif "union" in who:
        people = gettext("citizens of the European Union")
    else:
        people = gettext("everybody else")
    declaration = gettext("yes") if group.get("declaration") else gettext("no")
    return [
        (label(gettext("who")), people),
        (label(pgettext("what the law says", "answer")), _choice(GroupAnswer, group.get("answer"))),
        (label(gettext("years of legal residence")), group.get("residence_years", 0)),
        (label(gettext("signed declaration")), declaration),
        (label(gettext("source")), group.get("source")),
    ]


def _source(name: str, source: Any) -> list[tuple[str, Any]]:
    held = source if isinstance(source, dict) else {}
    texts = held.get("text")

    def label(text: str) -> str:
        return gettext("Source “%(name)s”: %(what)s") % {"name": name, "what": text}

    said = texts.items() if isinstance(texts, dict) else [("", texts)]
    return [
        *((label(f"{gettext('text')} ({code})" if code else gettext("text")), text) for code, text in said),
        (label(gettext("address")), held.get("url")),
        (label(gettext("looked up on")), _day(held.get("checked_on"))),
    ]
