"""What a verdict says to people, in the language of the screen. Numbers and days come from the election's rules."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from campaigns.eligibility import Verdict
from core.lists import listed

FACT_NAMES = {
    "nationality": _("nationality"),
    "birth_date": _("date of birth"),
    "residence_register": _("the register you are in"),
    "register_since": _("since when you are in the register"),
    "legal_residence_since": _("since when you live here legally"),
    "residence_interruption": _("time you lived in another country"),
    "applied_on": _("day of the application"),
    "declaration_signed": _("the signed declaration"),
    "earlier_local_registration": _("an earlier registration as a voter"),
    "earlier_commune": _("the commune of the earlier registration"),
    "commune": _("commune"),
    "ep_registration": _("registration for the European Parliament"),
    "deprived": _("loss of the right to vote"),
    "action": _("what you want to do"),
    "on": _("the day of the question"),
}

_WORDS: dict[str, Any] = {
    "unreadable": _("This cannot be read: %(names)s."),
    "missing": _("Still needed for an answer: %(names)s."),
    "declaration_not_signed": _(
        "You must sign a declaration that you will respect the constitution, the laws and the European Convention on "
        "Human Rights. Without it the application is not complete."
    ),
    "contradictory": _("These answers do not fit together: %(names)s. Please look at them again, or ask the commune."),
    "unsure": _("Only the commune can tell you for certain. What is not clear: %(names)s."),
    "stateless": _("The law goes by nationality, and you have none. Ask the commune which rule applies to you."),
    "nationals_vote_automatically": _("As a citizen of this country you vote without registering."),
    "nationals_must_register": _("As a citizen of this country you vote once you are on the electoral register."),
    "nationality_without_vote": _("Citizens of your country have no vote in this election."),
    "too_young": _("You must be %(years)s years old on %(day)s. You will be on %(of_age)s."),
    "deprived_of_vote": _("If a court has taken away your right to vote, you cannot register until you have it back."),
    "register_waiting": _(
        "The waiting register is not enough: you must be in the population register or the foreigners' register."
    ),
    "register_none": _("You must be in the register of residents of the commune you live in."),
    "register_population": _("For this election, being in the population register is not enough."),
    "register_foreigners": _("For this election, being in the foreigners' register is not enough."),
    "registered_too_late": _("You must be in the commune's register by %(by)s."),
    "residence_interrupted": _(
        "You must have lived here legally for %(years)s years without a break before you apply. Time in another "
        "country does not count, and the years start again when you come back."
    ),
    "residence_interrupted_until": _(
        "You must have lived here legally for %(years)s years without a break before you apply. Time in another "
        "country does not count, and the years start again when you come back. You will have them on %(full_on)s."
    ),
    "residence_too_short": _(
        "You must have lived here legally for %(years)s years before you apply. You will have them on %(full_on)s."
    ),
    "registration_stays": _("You are registered already, and the registration stays valid. You need to do nothing."),
    "registration_follows": _(
        "You are registered already. The registration stays valid and follows you to your new commune. You need to do "
        "nothing."
    ),
    "registration_kept": _(
        "You are registered already. The registration is kept, even if it dates from when your country was in the "
        "European Union, because you have lived here long enough."
    ),
    "registration_of_former_union": _(
        "You are registered already. If you registered when your country was in the European Union, whether that still "
        "holds depends on how long you have lived here: ask the commune."
    ),
    "election_over": _(
        "This election was on %(election)s. An application made now counts for the next one: ask the commune."
    ),
    "lists_closed": _(
        "The last day to apply was %(last_day)s. The commune cannot accept applications until the election on "
        "%(election)s is over; from then on you can apply for the next one."
    ),
    "nothing_to_leave": _("You are not registered, so there is nothing to leave."),
    "deregistration_unknown": _("These rules say nothing about leaving the list: ask the commune."),
    "deregistration_closed": _(
        "From %(first)s until the election on %(election)s nobody can be taken off the list. Ask again after it."
    ),
    "may_deregister": _("You can ask the commune in writing to take you off the list."),
    "other_registration_does_not_count": _(
        "You are registered for another kind of election. That does not count here: register for this one too, by "
        "%(last_day)s."
    ),
    "may_apply_from": _("You can apply from %(full_on)s until %(last_day)s."),
    "meets_rules": _("You can register. Hand in your application by %(last_day)s."),
    "meets_residence_rule": _(
        "You can register: you have lived here for at least %(years)s years. Hand in your application, with the signed "
        "declaration, by %(last_day)s."
    ),
}
CODES = frozenset(_WORDS)


# What stands above the reason where the outcome's own name would say too little.
_HEADLINES: dict[str, Any] = {
    "nationals_vote_automatically": _("You do not need to register"),
    "nothing_to_leave": _("There is nothing to do"),
    "election_over": _("This election is over"),
    "declaration_not_signed": _("The declaration is still missing"),
    "nationals_must_register": _("You must register first"),
    "other_registration_does_not_count": _("You still have to register"),
}


def headline_of(verdict: Verdict) -> str:
    """Return in a few words how it ends, for who asked about themselves."""
    return str(_HEADLINES.get(verdict.code) or capfirst(verdict.outcome.label))


def words_of(verdict: Verdict, name_of: Callable[[str], str] | None = None) -> str:
    """Return the reason in the language of the screen. ``name_of`` says how a fact is called, if not in plain words."""
    code, details = verdict.code, verdict.details
    if code == "residence_interrupted" and details["full_on"] != date.max:
        code = "residence_interrupted_until"
    filled = {name: _shown(value) for name, value in details.items()}
    filled["names"] = listed((name_of or _called)(name) for name in verdict.names)
    return str(_WORDS[code]) % filled


def _called(name: str) -> str:
    return str(FACT_NAMES[name])


def _shown(value: Any) -> str:
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value)
