"""Turns a table of partners into rows to take in; every fault with its line and column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email, validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_countries import countries

from campaigns.enums import PartnerRole
from coalition.enums import PartnerMetric
from core.plain_text import refuse_line_breaks, refuse_unprintable
from core.row_faults import CellError, RowFaults
from core.table_columns import Wanted, misplaced_columns, missing_columns, plain
from core.table_files import Fault, Table, TableError
from places.country_names import country_choices

Value = TypeVar("Value")
MOST_ROWS = 500
HIGHEST_GOAL = 1_000_000_000
LANGUAGES = ("en", "fr", "nl", "ar", "de", "es", "it")
FIELDS = (
    Wanted("organisation", gettext_lazy("Organisation"), ("name", "nom", "naam", "organization", "organisatie")),
    Wanted("short_name", gettext_lazy("Short name"), ("slug", "nom court", "korte naam")),
    Wanted("country", gettext_lazy("Country"), ("pays", "land", "country code")),
    Wanted("role", gettext_lazy("Role"), ("rôle", "rol")),
    Wanted("website", gettext_lazy("Website"), ("site", "site web", "url", "web")),
    Wanted("contact_name", gettext_lazy("Contact person"), ("contact", "personne de contact", "contactpersoon")),
    Wanted("contact_function", gettext_lazy("Function"), ("function", "fonction", "functie")),
    Wanted("contact_email", gettext_lazy("E-mail address of the contact"), ("email", "e-mail", "courriel")),
    *(
        Wanted(f"goal_{metric.value}", metric.label, (f"goal {metric.value}", f"target {metric.value}"))
        for metric in PartnerMetric
    ),
    Wanted("goal_due", gettext_lazy("Goals reached by"), ("due", "goal due", "by")),
)
REQUIRED = ("organisation", "country", "contact_email")
_ROLES = {
    PartnerRole.PARTNER: ("", "partner", "partenaire", "شريك"),
    PartnerRole.SUPPORTER: ("supporter", "supporting organisation", "soutien", "steunende organisatie", "داعم"),
}
_URL = URLValidator(schemes=["http", "https"])
_LONGEST = {"organisation": 200, "contact_name": 150, "contact_function": 120, "website": 200, "contact_email": 254}


@dataclass(frozen=True)
class PartnerRow:
    """One partner as a file says it."""

    line: int
    organisation: str
    country: str
    role: str
    contact_email: str
    short_name: str = ""
    website: str = ""
    contact_name: str = ""
    contact_function: str = ""
    goals: Mapping[str, int] = field(default_factory=dict)
    goal_due: date | None = None


def check_columns(header: tuple[str, ...], columns: Mapping[str, int]) -> None:
    """Refuse a mapping that leaves out what every partner needs, or that names a column twice. Raises TableError."""
    faults = missing_columns(columns, REQUIRED, FIELDS) + misplaced_columns(header, columns)
    if faults:
        raise TableError(*faults)


def read_partners(table: Table, columns: Mapping[str, int], faults: RowFaults) -> list[PartnerRow]:
    """Return the table's partners in the order of the file, without the rows that have a fault; add their faults.

    A partner that is there twice, by short name or by name and country, is a fault of the second.
    """
    check_columns(table.header, columns)
    if table.rows > MOST_ROWS:
        raise TableError(Fault(_("There are more than %(most)d rows; divide the file.") % {"most": MOST_ROWS}))
    rows: list[PartnerRow] = []
    seen: dict[tuple[str, ...], int] = {}
    for line, cells in zip(table.lines(), table.frame.itertuples(index=False), strict=True):
        before = faults.count
        row = _row(line, {key: str(cells[position]) for key, position in columns.items()}, faults)
        if faults.count > before:
            continue
        for key, name in (("short_name", (row.short_name,)), ("organisation", (plain(row.organisation), row.country))):
            if not name[0]:
                continue
            if name in seen:
                said = _("This organisation is there twice, also on line %(line)d.") % {"line": seen[name]}
                faults.add(line, key, said)
                break
            seen[name] = line
        else:
            rows.append(row)
    return rows


def _row(line: int, cells: Mapping[str, str], faults: RowFaults) -> PartnerRow:
    def read(key: str, reader: Callable[[str], Value], default: Value) -> Value:
        try:
            text = cells.get(key, "")
            _refuse_odd(key, text)
            return reader(text)
        except CellError as error:
            faults.add(line, key, str(error))
        except ValidationError as error:
            faults.add(line, key, " ".join(error.messages))
        return default

    goals = {metric.value: read(f"goal_{metric.value}", _goal, None) for metric in PartnerMetric}
    return PartnerRow(
        line=line,
        organisation=read("organisation", _needed, ""),
        country=read("country", _country, ""),
        role=read("role", _role, PartnerRole.PARTNER.value),
        contact_email=read("contact_email", _email, ""),
        short_name=read("short_name", _slug, ""),
        website=read("website", _website, ""),
        contact_name=read("contact_name", str, ""),
        contact_function=read("contact_function", str, ""),
        goals={metric: target for metric, target in goals.items() if target is not None},
        goal_due=read("goal_due", _day, None),
    )


def _refuse_odd(key: str, text: str) -> None:
    """Refuse what no name or address begins with: a spreadsheet would run it as a formula, here or where it is sent."""
    if text[:1] in ("=", "+", "@", "-"):
        raise CellError(_("This begins like a formula (%(sign)s). Write plain text.") % {"sign": text[0]})
    if len(text) > _LONGEST.get(key, 200):
        raise CellError(_("This is longer than %(most)d characters.") % {"most": _LONGEST.get(key, 200)})
    refuse_unprintable(text)
    refuse_line_breaks(text)


def _needed(text: str) -> str:
    if not text:
        raise CellError(_("The name of the organisation is missing."))
    return text


@cache
def _countries() -> dict[str, str]:
    """Return country codes by code and by name in the languages of the site and of some neighbours."""
    found = {plain(code): code for code, _name in countries}
    for language in LANGUAGES:
        with override(language):
            for code, name in (*countries, *country_choices(language)):
                found.setdefault(plain(name), code)
    return found


def _country(text: str) -> str:
    if not text:
        raise CellError(_("The country is missing."))
    code = _countries().get(plain(text))
    if code is None:
        raise CellError(_("“%(text)s” is no country. Write its code of two letters, for instance BE.") % {"text": text})
    return code


def _role(text: str) -> str:
    for role, names in _ROLES.items():
        if plain(text) in {plain(name) for name in names}:
            return role.value
    raise CellError(_("“%(text)s” is no role a file can give: write partner or supporter.") % {"text": text})


def _email(text: str) -> str:
    if not text:
        raise CellError(_("The e-mail address of the contact is missing: nobody could be invited."))
    try:
        validate_email(text)
    except ValidationError:
        raise CellError(_("“%(text)s” is no e-mail address.") % {"text": text}) from None
    return text.lower()


def _slug(text: str) -> str:
    if text:
        try:
            validate_slug(text)
        except ValidationError:
            raise CellError(_("A short name has letters, digits and hyphens only.")) from None
        if len(text) > 60:
            raise CellError(_("This is longer than %(most)d characters.") % {"most": 60})
    return text.lower()


def _website(text: str) -> str:
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        _URL(address)
    except ValidationError:
        raise CellError(_("“%(text)s” is no web address.") % {"text": text}) from None
    return address


def _goal(text: str) -> int | None:
    if not text:
        return None
    digits = "".join(text.split())
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits[:12]) <= HIGHEST_GOAL:
        raise CellError(_("“%(text)s” is no goal: write a whole number, 1 or more.") % {"text": text})
    return int(digits)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError(_("“%(text)s” is no day: write it as 2026-05-31.") % {"text": text}) from None


def template_rows() -> list[list[Any]]:
    """Return the rows of the file people begin with: names of columns, and two invented partners."""
    return [
        [wanted.key for wanted in FIELDS],
        [
            "Example Federation", "example-federation", "BE", "partner", "https://federation.example", "Nora Example",
            "Director", "nora@federation.example", 5000, 200, 6, 1500, "2026-12-31",
        ],
        ["Example Network", "", "France", "supporter", "", "", "", "hello@network.example", "", "", "", "", ""],
    ]  # fmt: skip
