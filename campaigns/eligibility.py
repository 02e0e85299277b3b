"""Whether somebody may register for an election, by that election's own rules.

Pure and total: no database, no clock, and every input has an outcome and a reason. A known "no" is said at once,
before anything that is missing is asked; a "yes" only when everything that matters is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from campaigns.eligibility_enums import GroupAnswer, Outcome, Wish
from campaigns.eligibility_facts import STATELESS, Facts, read_facts
from campaigns.eligibility_rules import Group, Rules, Source, memberships
from campaigns.initiative_rules import add_months


@dataclass(frozen=True)
class Verdict:
    """How it ends and why. ``code`` is stable; `eligibility_words` says it in the screen's language.

    ``names``: the facts it is about (missing, unreadable, contradictory or unsure). ``details`` fill the words.
    """

    outcome: Outcome
    code: str
    source: Source | None = None
    names: tuple[str, ...] = ()
    group: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def judge(rules: Rules, raw: Mapping[Any, Any]) -> Verdict:
    """Return the verdict on answers as they come (see `read_facts`); silence about rare things means "no"."""
    return judge_facts(rules, read_facts(raw).assuming())


def judge_facts(rules: Rules, facts: Facts) -> Verdict:
    """Return the verdict on exactly these facts; whatever matters and is not answered is named as missing."""
    if facts.unreadable:
        return Verdict(Outcome.INCOMPLETE, "unreadable", names=facts.unreadable)
    group = group_of(rules, facts)
    for step in (_by_nationality, _by_wish, _by_known_no, _by_registration, _by_day, _by_length, _by_doubt):
        verdict = step(rules, facts, group)
        if verdict is not None:
            return verdict
    assert group is not None  # noqa: S101 - _by_doubt has answered for a missing nationality
    return _yes(rules, facts, group)


def group_of(rules: Rules, facts: Facts) -> Group | None:
    """Return the first group one of the nationalities belongs to on the day of the application, else on the last day.

    The order of the groups is that of the law: somebody who is also a national is a national.
    """
    held = [code for code in facts.nationality or () if code != STATELESS]
    day = facts.day or rules.last_day
    return next((group for group in rules.groups for country in held if group.has(country, day)), None)


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March in years without it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _by_nationality(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    if facts.nationality == (STATELESS,):
        return Verdict(Outcome.NEEDS_CHECK, "stateless", rules.groups[-1].source, ("nationality",))
    if group is None or group.answer == GroupAnswer.MAY_REGISTER:
        return None
    outcomes = {
        GroupAnswer.VOTES_AUTOMATICALLY: (Outcome.NOT_APPLICABLE, "nationals_vote_automatically"),
        GroupAnswer.MUST_REGISTER: (Outcome.MUST_REGISTER, "nationals_must_register"),
        GroupAnswer.NO_RIGHT: (Outcome.NOT_ELIGIBLE, "nationality_without_vote"),
    }
    outcome, code = outcomes[group.answer]
    return Verdict(outcome, code, group.source, group=group.name)


def _by_wish(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    """Answer whoever wants to be taken off the list."""
    if facts.action != Wish.DEREGISTER:
        return None
    source, name = rules.deregistration_source, group.name if group else ""
    if all(one is False for one in _counting(rules, facts)):
        return Verdict(Outcome.NOT_APPLICABLE, "nothing_to_leave", rules.registrations_source, group=name)
    if rules.deregistration_months is None:
        return Verdict(Outcome.NEEDS_CHECK, "deregistration_unknown", source, group=name)
    if facts.day is None:
        return Verdict(Outcome.INCOMPLETE, "missing", source, ("applied_on",), name)
    closed_from = add_months(rules.election_date, -rules.deregistration_months)
    details = {"first": closed_from, "election": rules.election_date, "months": rules.deregistration_months}
    if closed_from <= facts.day <= rules.election_date:
        return Verdict(Outcome.REFUSED, "deregistration_closed", source, group=name, details=details)
    return Verdict(Outcome.ELIGIBLE_TO_DEREGISTER, "may_deregister", source, group=name, details=details)


def _counting(rules: Rules, facts: Facts) -> list[bool | None]:
    """Return what was answered about the registrations that count for this election; about both where none stays."""
    local, european = facts.earlier_local_registration, facts.ep_registration
    stays = [(local, rules.local_stays_valid), (european, rules.european_stays_valid)]
    return [one for one, counts in stays if counts] or [local, european]


def _is_over(rules: Rules, facts: Facts) -> bool:
    return facts.day is not None and facts.day > rules.election_date


def _by_known_no(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    if _is_over(rules, facts):
        return None
    name = group.name if group else ""
    if facts.birth_date and (of_age := years_after(facts.birth_date, rules.minimum_age)) > rules.age_day:
        details = {"years": rules.minimum_age, "day": rules.age_day, "of_age": of_age}
        return Verdict(Outcome.NOT_ELIGIBLE, "too_young", rules.age_source, ("birth_date",), name, details)
    if facts.deprived:
        return Verdict(Outcome.NOT_ELIGIBLE, "deprived_of_vote", rules.deprived_source, ("deprived",), name)
    if facts.residence_register and facts.residence_register not in rules.registers:
        code = f"register_{facts.residence_register}"
        details = {"by": rules.register_by}
        names = ("residence_register",)
        return Verdict(Outcome.NOT_ELIGIBLE, code, rules.register_source, names, name, details)
    return None


def _by_registration(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    """Answer whoever is on the list already: a registration stays, and follows its voter."""
    local = bool(facts.earlier_local_registration) and rules.local_stays_valid
    if not local and not (facts.ep_registration and rules.european_stays_valid):
        return None
    name = group.name if group else ""
    if local and group and _has_changed_group(rules, facts, group):
        return _of_changed_group(rules, facts, group)
    follows = facts.earlier_commune and facts.commune and facts.earlier_commune != facts.commune
    code = "registration_follows" if follows else "registration_stays"
    return Verdict(Outcome.ALREADY_REGISTERED, code, rules.registrations_source, group=name)


def _has_changed_group(rules: Rules, facts: Facts, group: Group) -> bool:
    """Whether the person may have registered as a citizen of a union their country has left since."""
    day = facts.day or rules.last_day
    unions = {one.union for one in rules.groups if one.union and one != group}
    return any(
        span.last < day
        for union in unions
        for country in facts.nationality or ()
        for span in memberships(union).get(country, ())
    )


def _of_changed_group(rules: Rules, facts: Facts, group: Group) -> Verdict:
    needed = ("legal_residence_since", "residence_interruption") if group.residence_years else ()
    if missing := tuple(one for one in needed if not facts.knows(one)):
        return Verdict(Outcome.INCOMPLETE, "missing", rules.changed_group_source, missing, group.name)
    source, details = rules.changed_group_source, {"years": group.residence_years, "day": rules.last_day}
    is_known = all(getattr(facts, one) is not None for one in needed)
    if is_known and (not needed or _residence_full_on(rules, facts, group) <= rules.last_day):
        return Verdict(Outcome.ALREADY_REGISTERED, "registration_kept", source, group=group.name, details=details)
    return Verdict(Outcome.NEEDS_CHECK, "registration_of_former_union", source, (), group.name, details)


def _by_day(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    """Answer applications that come too late, or while the lists are being drawn up."""
    name, day = group.name if group else "", facts.day
    if day is None:
        return None
    details: dict[str, Any] = {"last_day": rules.last_day, "election": rules.election_date}
    if day > rules.election_date:
        return Verdict(Outcome.NOT_APPLICABLE, "election_over", rules.application_source, (), name, details)
    if _may_be_listed(rules, facts):
        return None
    closed = next((span for span in rules.closed if span.holds(day)), None)
    if closed or day > rules.last_day:
        if closed:
            details = {"last_day": closed.first - timedelta(days=1), "election": closed.last}
        return Verdict(Outcome.INADMISSIBLE, "lists_closed", rules.application_source, (), name, details)
    return None


def _by_length(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    """Answer whoever came into the register, or into the country, too late."""
    name = group.name if group else ""
    if _may_be_listed(rules, facts):
        return None
    if rules.register_by and facts.register_since and facts.register_since > rules.register_by:
        source, names = rules.register_source, ("register_since",)
        return Verdict(Outcome.NOT_ELIGIBLE, "registered_too_late", source, names, name, {"by": rules.register_by})
    if group is None or not group.residence_years or not facts.legal_residence_since:
        return None
    full_on = _residence_full_on(rules, facts, group)
    if full_on <= _counts_until(rules, facts):
        return None
    details: dict[str, Any] = {"years": group.residence_years, "full_on": full_on, "last_day": rules.last_day}
    without = years_after(facts.legal_residence_since, group.residence_years)
    if without <= _counts_until(rules, facts):
        names = ("residence_interruption",)
        return Verdict(Outcome.NOT_ELIGIBLE, "residence_interrupted", group.source, names, name, details)
    return Verdict(Outcome.NOT_ELIGIBLE, "residence_too_short", group.source, ("legal_residence_since",), name, details)


def _counts_until(rules: Rules, facts: Facts) -> date:
    """Return the day of the application; who names none may still apply on the last day."""
    return facts.applied_on or rules.last_day


def _may_be_listed(rules: Rules, facts: Facts) -> bool:
    """Whether the person may be on the list already, not having said or not knowing: then there is no "no" yet."""
    return (rules.local_stays_valid and facts.earlier_local_registration is None) or (
        rules.european_stays_valid and facts.ep_registration is None
    )


def _residence_full_on(rules: Rules, facts: Facts, group: Group) -> date:
    """Return the first day with enough years of legal residence behind it: the count begins anew after an absence."""
    day, start = facts.day or rules.last_day, facts.legal_residence_since
    assert start is not None  # noqa: S101 - callers ask only where there is one
    for away in facts.residence_interruption or ():
        if away.last < away.first:
            continue  # a contradiction, which is answered as such
        if away.last == date.max and away.first <= day:
            return date.max
        if away.first <= day and away.last >= start:
            start = away.last + timedelta(days=1)
    return years_after(start, group.residence_years)


def _by_doubt(rules: Rules, facts: Facts, group: Group | None) -> Verdict | None:
    """Answer where something contradicts itself, is missing, or is not known to the person either."""
    name, source = (group.name, group.source) if group else ("", None)
    if odd := _contradiction(facts):
        return Verdict(Outcome.NEEDS_CHECK, "contradictory", source, odd, name)
    asked = _asked(rules, facts, group)
    missing = tuple(one for one in asked if not facts.knows(one))
    if group and group.needs_declaration and facts.declaration_signed is False:
        return Verdict(Outcome.INCOMPLETE, "declaration_not_signed", group.source, ("declaration_signed",), name)
    if missing:
        return Verdict(Outcome.INCOMPLETE, "missing", source, missing, name)
    if unsure := tuple(one for one in asked if one in facts.unsure and getattr(facts, one) is None):
        return Verdict(Outcome.NEEDS_CHECK, "unsure", source, unsure, name)
    return None


def _asked(rules: Rules, facts: Facts, group: Group | None) -> tuple[str, ...]:
    """Return the facts that matter here, in the order people are asked."""
    asked = ["nationality", "birth_date", "earlier_local_registration", "residence_register"]
    if rules.register_by:
        asked.append("register_since")
    asked.append("ep_registration")
    if group and group.residence_years:
        asked += ["legal_residence_since", "residence_interruption"]
    if group and group.needs_declaration:
        asked.append("declaration_signed")
    asked.append("deprived")
    # Whoever is registered for another kind of election is told so, whenever they ask.
    if facts.day is None and not _is_elsewhere(rules, facts):
        asked.append("applied_on")
    return tuple(asked)


def _is_elsewhere(rules: Rules, facts: Facts) -> bool:
    """Whether the person is registered, but for elections that do not count here."""
    return bool(
        (facts.ep_registration and not rules.european_stays_valid)
        or (facts.earlier_local_registration and not rules.local_stays_valid)
    )


def _contradiction(facts: Facts) -> tuple[str, ...]:
    """Return the names of facts that cannot be true together; none where all is possible."""
    born = facts.birth_date
    for name in ("register_since", "legal_residence_since"):
        since = getattr(facts, name)
        if born and since and since < born:
            return ("birth_date", name)
    if any(away.last < away.first for away in facts.residence_interruption or ()):
        return ("residence_interruption",)
    if facts.earlier_commune and facts.earlier_local_registration is False:
        return ("earlier_local_registration", "earlier_commune")
    return ()


def _yes(rules: Rules, facts: Facts, group: Group) -> Verdict:
    details = {"last_day": rules.last_day, "election": rules.election_date, "years": group.residence_years}
    has_applied = facts.applied_on is not None and facts.on is not None and facts.applied_on < facts.on
    if _is_elsewhere(rules, facts) and not has_applied:
        code = "other_registration_does_not_count"
        return Verdict(
            Outcome.MUST_REGISTER, code, rules.registrations_source, ("ep_registration",), group.name, details
        )
    code = "meets_residence_rule" if group.residence_years else "meets_rules"
    if group.residence_years and (full_on := _residence_full_on(rules, facts, group)) > (facts.day or rules.last_day):
        code, details = "may_apply_from", details | {"full_on": full_on}
    return Verdict(Outcome.ELIGIBLE, code, group.source, (), group.name, details)
