"""Reads what the public register of initiatives answers (``GET /details/{year}/{number}``): pure, refused whole.

Only what a campaign needs is read. No organiser's e-mail address is kept, members who asked for privacy are skipped,
and of sponsors only organisations are named. Shape: `FACTS` of the register's public answers, where ``submission``
replaces ``sosReport`` once the authorities have certified the statements.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from campaigns.initiative_rules import (
    Count,
    InitiativeRuleError,
    canonical_country,
    canonical_number,
    period_of,
    unknown_country,
)

_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_MOMENT = re.compile(r"(\d{2})/(\d{2})/(\d{4}) (\d{2}):(\d{2})(?::\d{2})?", re.ASCII)
_CODE = re.compile(r"[A-Za-z][A-Za-z_]{0,39}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}", re.ASCII)
MAX_COUNT = 1_000_000_000


class RegisterError(ValueError):
    """An answer of the register that is refused whole. ``path`` says where: ``sosReport.entry[3].total``."""

    def __init__(self, path: str, message: str) -> None:
        self.path, self.message = path, message
        super().__init__(f"{path}: {message}" if path else message)


@dataclass(frozen=True)
class Reading:
    """Counts as the register shows them on one day; ``is_certified`` once the authorities have verified them."""

    as_of: date
    is_certified: bool
    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(count.statements for count in self.counts if not count.is_late)


@dataclass(frozen=True)
class LanguageVersion:
    """The initiative's words in one language; ``language`` in lower case."""

    language: str
    title: str
    objectives: str
    support_url: str
    website_url: str
    is_original: bool


@dataclass(frozen=True)
class RegisterEntry:
    """One initiative as the register shows it. Days are calendar days, money is euros."""

    registration_number: str
    status: str
    updated_at: datetime | None
    registered: date
    collection_start: date | None
    deadline: date | None
    early_closure: date | None
    versions: tuple[LanguageVersion, ...]
    organisers: tuple[dict[str, str], ...]
    funding_total: Decimal | None
    funding_updated: date | None
    sponsors: tuple[dict[str, str], ...]
    reading: Reading | None
    steps: tuple[dict[str, str], ...] = field(default_factory=tuple)

    @property
    def original(self) -> LanguageVersion:
        return next((version for version in self.versions if version.is_original), self.versions[0])


class _Node:
    """One JSON value that knows where it stands, so that every refusal can name the place."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.value, self.path = value, path

    def refuse(self, message: str) -> RegisterError:
        return RegisterError(self.path, message)

    def child(self, key: str) -> "_Node":
        """Return the member ``key`` (an empty node when it is not there). Refuses what is not an object."""
        if not isinstance(self.value, dict):
            raise self.refuse(_("an object was expected."))
        return _Node(self.value.get(key), f"{self.path}.{key}" if self.path else key)

    def items(self) -> "list[_Node]":
        """Return a list's items; nothing for an absent list."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.refuse(_("a list was expected."))
        return [_Node(item, f"{self.path}[{index}]") for index, item in enumerate(self.value)]

    def text(self, *, required: bool = False, limit: int = 20_000) -> str:
        if self.value is None or self.value == "":
            if required:
                raise self.refuse(_("is missing."))
            return ""
        if not isinstance(self.value, str):
            raise self.refuse(_("text was expected."))
        if len(self.value) > limit or "\x00" in self.value:
            raise self.refuse(_("the text is too long or holds characters that are not text."))
        return self.value.strip()

    def code(self, *, required: bool = False) -> str:
        text = self.text(required=required, limit=40)
        if text and not _CODE.fullmatch(text):
            raise self.refuse(_("a word in capitals was expected."))
        return text.upper()

    def url(self) -> str:
        """Return a web address; anything that is not http(s) is refused (it becomes a link on our pages)."""
        text = self.text(limit=500)
        if text and not re.match(r"https?://[^\s<>\"']+$", text, re.IGNORECASE):
            raise self.refuse(_("a web address beginning with https:// was expected."))
        return text

    def day(self, *, required: bool = False) -> date | None:
        """Return a day written dd/mm/yyyy (a time after it is passed over); none when empty."""
        text = self.text(required=required, limit=40)
        if not text:
            return None
        match = _DAY.fullmatch(text) or _MOMENT.fullmatch(text)
        try:
            return date(int(match[3]), int(match[2]), int(match[1])) if match else self._no_day()
        except ValueError:
            return self._no_day()

    def moment(self) -> datetime | None:
        """Return a local moment written dd/mm/yyyy hh:mm; none when empty."""
        text = self.text(limit=40)
        if not text:
            return None
        match = _MOMENT.fullmatch(text)
        try:
            if match is None:
                return datetime.combine(self.day() or date.min, datetime.min.time())
            day, month, year, hour, minute = (int(part) for part in match.groups())
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the register names no zone
        except ValueError:
            return self._no_day()

    def _no_day(self) -> Any:
        raise self.refuse(_("a day written dd/mm/yyyy was expected."))

    def number(self) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise self.refuse(_("a whole number was expected."))
        if not 0 <= self.value <= MAX_COUNT:
            raise self.refuse(_("a number between 0 and %(most)d was expected.") % {"most": MAX_COUNT})
        return self.value

    def money(self) -> Decimal | None:
        """Return euros; none when absent."""
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int | float | Decimal):
            raise self.refuse(_("an amount was expected."))
        amount = Decimal(str(self.value))
        if not amount.is_finite() or not 0 <= amount <= MAX_COUNT:
            raise self.refuse(_("an amount that is not negative was expected."))
        return amount.quantize(Decimal("0.01"))

    def flag(self) -> bool:
        if self.value is None:
            return False
        if not isinstance(self.value, bool):
            raise self.refuse(_("true or false was expected."))
        return self.value


def read_entry(content: bytes) -> RegisterEntry:
    """Return what the register says about one initiative. Raises RegisterError naming the place of the first fault."""
    root = _Node(_load(content))
    registered = root.child("registrationDate").day(required=True)
    if registered is None:  # unreachable for a required day; tells the type checker so
        raise root.refuse(_("is missing."))
    funding = root.child("funding")
    return RegisterEntry(
        registration_number=_read_number(root.child("comRegNum")),
        status=root.child("status").code(required=True),
        updated_at=root.child("latestUpdateDate").moment(),
        registered=_check_registered(root.child("registrationDate"), registered),
        collection_start=root.child("startCollectionDate").day(),
        deadline=root.child("deadline").day(),
        early_closure=root.child("earlyClosureDate").day(),
        versions=_read_versions(root.child("linguisticVersions")),
        organisers=_read_organisers(root.child("members")),
        funding_total=funding.child("totalAmount").money() if funding.value else None,
        funding_updated=funding.child("lastUpdate").day() if funding.value else None,
        sponsors=_read_sponsors(funding.child("sponsors")) if funding.value else (),
        reading=_read_reading(root, registered),
        steps=_read_steps(root.child("progress")),
    )


def _load(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except UnicodeDecodeError as error:
        raise RegisterError("", _("The file is not UTF-8 text.")) from error
    except json.JSONDecodeError as error:
        raise RegisterError(
            "",
            _("This is not JSON: line %(line)d, column %(column)d: %(reason)s.")
            % {"line": error.lineno, "column": error.colno, "reason": error.msg},
        ) from error
    except RecursionError as error:
        raise RegisterError("", _("The JSON is nested too deeply.")) from error
    except ValueError as error:
        if isinstance(error, RegisterError):
            raise
        raise RegisterError("", _("The JSON holds a number that is too long.")) from error
    if not isinstance(value, dict):
        raise RegisterError("", _("An object was expected, as the register gives for one initiative."))
    return value


def _refuse_constant(name: str) -> Any:
    raise RegisterError("", _("%(name)s is not JSON.") % {"name": name})


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RegisterError(twice[:40], _("this member is there twice in one object."))
    return found


def _read_number(node: _Node) -> str:
    try:
        return canonical_number(node.text(required=True, limit=40))
    except InitiativeRuleError as error:
        raise node.refuse(str(error)) from error


def _check_registered(node: _Node, registered: date) -> date:
    try:
        period_of(registered)
    except InitiativeRuleError as error:
        raise node.refuse(str(error)) from error
    return registered


def _read_versions(node: _Node) -> tuple[LanguageVersion, ...]:
    versions = []
    for item in node.items():
        language = item.child("languageCode").text(required=True, limit=10)
        if not _LANGUAGE.fullmatch(language):
            raise item.child("languageCode").refuse(_("a language code was expected."))
        versions.append(
            LanguageVersion(
                language=language.lower(),
                title=item.child("title").text(required=True, limit=500),
                objectives=item.child("objectives").text(),
                support_url=item.child("supportLink").url(),
                website_url=item.child("website").url(),
                is_original=item.child("original").flag(),
            )
        )
    if not versions:
        raise node.refuse(_("at least one language is needed."))
    return tuple(versions)


def _read_organisers(node: _Node) -> tuple[dict[str, str], ...]:
    """Return the members who did not ask for privacy, without their addresses."""
    organisers = []
    for item in node.items():
        if item.child("privacyApplied").flag():
            continue
        organisers.append(
            {
                "role": item.child("type").code(),
                "name": item.child("fullName").text(limit=200),
                "country": canonical_country(item.child("residenceCountry").text(limit=10)),
            }
        )
    return tuple(organisers)


def _read_sponsors(node: _Node) -> tuple[dict[str, str], ...]:
    """Return the sponsoring organisations with their amounts; private sponsors are in the total only."""
    sponsors = []
    for item in node.items():
        amount = item.child("amount").money()
        given = item.child("date").day()
        if item.child("privateSponsor").flag() or item.child("anonymized").flag():
            continue
        sponsors.append(
            {
                "name": item.child("name").text(limit=300),
                "amount": str(amount if amount is not None else ""),
                "date": given.isoformat() if given else "",
            }
        )
    return tuple(sponsors)


def _read_steps(node: _Node) -> tuple[dict[str, str], ...]:
    steps = []
    for item in node.items():
        day = item.child("date").day()
        steps.append({"name": item.child("name").code(required=True), "date": day.isoformat() if day else ""})
    return tuple(steps)


def _read_reading(root: _Node, registered: date) -> Reading | None:
    """Return the counts: of ``submission`` once there is one, else of ``sosReport``; none when neither is there."""
    submission, report = root.child("submission"), root.child("sosReport")
    node = submission if submission.value else report
    if not node.value:
        return None
    as_of = node.child("updateDate").day() or root.child("latestUpdateDate").day()
    if as_of is None:
        raise node.child("updateDate").refuse(_("is missing, and so is latestUpdateDate: as of when is this?"))
    reading = Reading(
        as_of=as_of, is_certified=node is submission, counts=_read_entries(node.child("entry"), registered)
    )
    stated = node.child("totalSignatures")
    if stated.number() != reading.total:
        raise stated.refuse(
            _("says %(stated)d, but the countries add up to %(sum)d.")
            % {"stated": stated.number(), "sum": reading.total}
        )
    return reading


def _read_entries(node: _Node, registered: date) -> tuple[Count, ...]:
    minimums = period_of(registered).minimums
    counts: dict[str, Count] = {}
    for item in node.items():
        code = item.child("countryCodeType")
        country = canonical_country(code.text(required=True, limit=20))
        if country not in minimums:
            raise code.refuse(unknown_country(code.text(), registered))
        if country in counts:
            raise code.refuse(_("%(country)s is there twice.") % {"country": country})
        counts[country] = Count(country, item.child("total").number(), item.child("afterSubmission").flag())
    return tuple(counts[country] for country in sorted(counts))
