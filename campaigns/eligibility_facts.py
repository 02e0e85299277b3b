"""What somebody answered about themselves, read from anything at all. No database, no clock; it never raises."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from typing import Any, Final, Self

from campaigns.eligibility_enums import Register, Wish
from campaigns.eligibility_rules import Span, read_day

UNSURE: Final = "unknown"
STATELESS: Final = "XXA"
_MOST_WORDS = 80
_ALIASES = {"EL": "GR", "UK": "GB"}
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
# Facts nobody mentions when they are not so: on the page they are asked, in a file their absence means "no".
ASSUMED_NO: Final = ("deprived", "earlier_local_registration", "ep_registration")


@dataclass(frozen=True)
class Facts:
    """Answers as far as they are known. ``None``: not answered. ``unsure``: answered with "I do not know"."""

    nationality: tuple[str, ...] | None = None
    birth_date: date | None = None
    residence_register: str | None = None
    register_since: date | None = None
    legal_residence_since: date | None = None
    residence_interruption: tuple[Span, ...] | None = None
    applied_on: date | None = None
    declaration_signed: bool | None = None
    earlier_local_registration: bool | None = None
    earlier_commune: str | None = None
    commune: str | None = None
    ep_registration: bool | None = None
    deprived: bool | None = None
    action: str | None = None
    on: date | None = None
    unsure: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()
    ignored: tuple[str, ...] = field(default=(), compare=False)

    @property
    def day(self) -> date | None:
        """The day of the application: the one named, else the day the question is asked."""
        return self.applied_on or self.on

    def knows(self, name: str) -> bool:
        """Whether there is an answer, be it "I do not know"."""
        return getattr(self, name) is not None or name in self.unsure

    def assuming(self) -> Self:
        """Return the same, where silence about what people would mention means "no".

        Whoever asks to leave the list, or names the commune of an earlier registration, has said something.
        """
        silent: dict[str, Any] = {name: False for name in ASSUMED_NO if not self.knows(name)}
        if self.action == Wish.DEREGISTER or self.earlier_commune:
            silent.pop("earlier_local_registration", None)
        if self.action == Wish.DEREGISTER:
            silent.pop("ep_registration", None)
        if not self.knows("residence_interruption"):
            silent["residence_interruption"] = ()
        return replace(self, **silent)


NAMES: Final = tuple(one.name for one in fields(Facts) if one.name not in {"unsure", "unreadable", "ignored"})
_DAYS = frozenset({"birth_date", "register_since", "legal_residence_since", "applied_on", "on"})
_TRUTH_FIELDS = frozenset({"declaration_signed", "earlier_local_registration", "ep_registration", "deprived"})


def read_facts(raw: Mapping[Any, Any]) -> Facts:
    """Return what ``raw`` says (the keys of the contract; days as YYYY-MM-DD, nationalities joined by ``+``).

    Empty values are no answers. What cannot be read is named in ``unreadable``, unknown keys in ``ignored``.
    """
    known: dict[str, Any] = {}
    unsure, unreadable = set(), []
    for name in NAMES:
        value = raw.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        if value == UNSURE:
            unsure.add(name)
            continue
        try:
            known[name] = _read(name, value)
        except ValueError:
            unreadable.append(name)
    ignored = sorted(str(key)[:40] for key in raw if key not in NAMES)
    return Facts(**known, unsure=frozenset(unsure), unreadable=tuple(unreadable), ignored=tuple(ignored))


def _read(name: str, value: Any) -> Any:
    if name in _DAYS:
        return read_day(value)
    if name in _TRUTH_FIELDS:
        return _truth(value)
    if name == "nationality":
        return _nationalities(value)
    if name == "residence_interruption":
        return _interruptions(value)
    if not isinstance(value, str) or len(value) > _MOST_WORDS:
        raise ValueError(name)
    text = value.strip()
    if name == "residence_register":
        return Register(text.lower()).value
    return Wish(text.lower()).value if name == "action" else text


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _TRUTHS.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(value)
    return found


@cache
def country_codes() -> frozenset[str]:
    """Return the two letters of every country there is, and Kosovo's, which ISO 3166 leaves to its users."""
    from django_countries.data import COUNTRIES

    return frozenset(COUNTRIES) | {"XK"}


def _nationalities(value: Any) -> tuple[str, ...]:
    if not isinstance(value, str) or len(value) > _MOST_WORDS:
        raise ValueError(value)
    codes = [part.strip().upper() for part in value.split("+")]
    codes = [_ALIASES.get(code, code) for code in codes]
    if any(code != STATELESS and code not in country_codes() for code in codes):
        raise ValueError(value)
    return tuple(dict.fromkeys(codes))


def _interruptions(value: Any) -> tuple[Span, ...]:
    """Read ``[from, to]``, ``{"from": …, "to": …}`` or a list of such; without an end it still goes on."""
    if isinstance(value, dict):
        if not value:
            return ()
        if not value.keys() <= {"from", "to"} or not value.get("from"):
            raise ValueError(value)
        return (_span(value["from"], value.get("to")),)
    if not isinstance(value, list | tuple) or len(value) > 50:
        raise ValueError(value)
    if len(value) == 2 and isinstance(value[0], str) and not isinstance(value[1], dict | list):
        return (_span(value[0], value[1]),)
    if any(not isinstance(one, dict | list | tuple) or not one for one in value):
        raise ValueError(value)
    nested = [one for one in value if isinstance(one, list | tuple) and not isinstance(one[0], str)]
    if nested:
        raise ValueError(value)
    return tuple(span for one in value for span in _interruptions(one))


def _span(first: Any, last: Any) -> Span:
    return Span(read_day(first), read_day(last) if last else date.max)
