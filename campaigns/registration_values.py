"""How a cell of official figures reads: pure. What could mean two things is refused, never guessed."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from campaigns.enums import CountKind, NationalityGroup, Sex
from campaigns.models.registration_count import LONGEST_SOURCE
from core.row_faults import CellError
from core.table_columns import Wanted, plain

FIELDS = (
    Wanted("date", gettext_lazy("As of"), ("as of", "as_of_date", "day", "datum", "jour", "peildatum")),
    Wanted(
        "nis_code",
        gettext_lazy("Code of the commune (NIS)"),
        ("nis", "ins", "code ins", "code nis", "niscode", "nis5", "refnis", "cd refnis", "territory code", "territory"),
    ),
    Wanted(
        "place",
        pgettext_lazy("a commune or region", "Place"),
        ("commune", "gemeente", "lieu", "plaats", "municipality", "name", "entite"),
    ),
    Wanted(
        "group", gettext_lazy("Nationality group"), ("nationality", "groupe", "groep", "nationalite", "nationaliteit")
    ),
    Wanted("sex", gettext_lazy("Sex"), ("gender", "sexe", "genre", "geslacht")),
    Wanted(
        "registered",
        pgettext_lazy("registrations", "Registered"),
        ("registrations", "inscrits", "inscriptions", "ingeschreven", "inschrijvingen", "voters registered"),
    ),
    Wanted(
        "potential",
        gettext_lazy("Could register"),
        ("potential voters", "eligible", "electeurs potentiels", "potentiels", "potentiele kiezers", "potentieel"),
    ),
    Wanted(
        "rate_percent",
        gettext_lazy("Rate in percent"),
        ("rate", "rate %", "percent", "taux", "pourcentage", "percentage"),
    ),
    Wanted("kind", gettext_lazy("Kind"), ("status", "statut", "type", "soort", "aard")),
    Wanted("source", gettext_lazy("Source"), ("sources", "bron")),
)
GROUPS = {
    NationalityGroup.ALL: ("all", "total", "tous", "totaal", "alle", "allen", "together"),
    NationalityGroup.EU: ("EU", "UE", "European Union", "Union européenne", "Europese Unie", "EU citizens"),
    NationalityGroup.NON_EU: (
        "non-EU",
        "non_eu",
        "hors UE",
        "non-UE",
        "niet-EU",
        "noneu",
        "extra-UE",
        "outside the EU",
    ),
}
SEXES = {
    Sex.WOMEN: ("women", "woman", "female", "femmes", "vrouwen", "f", "v"),
    Sex.MEN: ("men", "man", "male", "hommes", "mannen", "m", "h"),
}
BOTH_SEXES = ("", "all", "total", "both", "tous", "totaal", "together")
KINDS = {
    CountKind.PROVISIONAL: ("provisional", "provisoire", "voorlopig"),
    CountKind.FINAL: ("final", "définitif", "definitief", "official"),
    CountKind.ANNOUNCEMENT: ("commune announcement", "announcement", "annonce", "aankondiging"),
}
MAX_COUNT = 1_000_000_000
MAX_PLACES = 4
_DIGITS = re.compile(r"[0-9]{1,10}")
# A blank of any kind between groups of three is how several countries write thousands, and no decimal sign anywhere.
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+")
_RATE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,4}))?(\s?%)?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


@dataclass(frozen=True)
class AsOf:
    """A day, or a month (then the day is its first)."""

    day: date
    is_month_only: bool

    @property
    def known_on(self) -> date:
        """The day by which the figure was surely known."""
        if not self.is_month_only:
            return self.day
        return self.day.replace(day=monthrange(self.day.year, self.day.month)[1])


def _shown(text: str) -> dict[str, str]:
    return {"text": text[:40]}


def read_as_of(text: str) -> AsOf:
    """Return the day (YYYY-MM-DD) or month (YYYY-MM). Raises CellError; 03/04/2018 means two days in two countries."""
    found = _DAY.fullmatch(text)
    if not text:
        raise CellError(_("The day is missing."))
    try:
        if found:
            return AsOf(date(int(found[1]), int(found[2]), int(found[3] or 1)), found[3] is None)
    except ValueError:
        pass
    raise CellError(_("“%(text)s” is not a day; write it as YYYY-MM-DD, or YYYY-MM for a month.") % _shown(text))


def read_count(text: str) -> int | None:
    """Return a whole number, digits with or without blanks between thousands; none when empty. Raises CellError."""
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\s", "", text)
    if not _DIGITS.fullmatch(text):
        if re.fullmatch(r"[0-9]{1,3}(?:[.,][0-9]{3})+", text):
            raise CellError(_("“%(text)s” may be thousands or a fraction; write it with digits only.") % _shown(text))
        raise CellError(_("“%(text)s” is not a whole number written with digits only.") % _shown(text))
    if int(text) > MAX_COUNT:
        raise CellError(_("“%(text)s” is too large.") % _shown(text))
    return int(text)


def says_percent(name: str) -> bool:
    """Whether the name of a column says that its numbers are percent."""
    return "%" in name or bool(re.search("percent|pourcent|procent|prozent", plain(name)))


def read_rate(text: str, *, is_percent: bool = False) -> tuple[Decimal, int] | None:
    """Return percent and how many decimals were written; none when empty. Raises CellError.

    A comma or a point can only be a decimal sign: thousands of percent do not exist. 0.17 may be a share or a
    percentage and is refused, but where it has a percent sign or the name of its column says so (``is_percent``).
    """
    if not text:
        return None
    found = _RATE.fullmatch(text)
    if not found:
        raise CellError(_("“%(text)s” is not a percentage; write it like 13.97.") % _shown(text))
    places = found[2] or ""
    value = Decimal(f"{found[1]}.{places or 0}")
    if value > 100:
        raise CellError(_("“%(text)s” is more than 100 percent.") % _shown(text))
    if 0 < value <= 1 and not found[3] and not is_percent:
        raise CellError(_("“%(text)s” may be a share or a percentage; write it with a percent sign.") % _shown(text))
    return value, len(places)


def _words(choices: "dict[object, tuple[str, ...]]") -> dict[str, str]:
    return {plain(word): str(choice) for choice, words in choices.items() for word in words}


_GROUP_WORDS = _words(GROUPS)  # type: ignore[arg-type]  # enums are objects
_SEX_WORDS = _words(SEXES)  # type: ignore[arg-type]
_KIND_WORDS = _words(KINDS)  # type: ignore[arg-type]


def read_group(text: str) -> tuple[str, str]:
    """Return nationality group and, where the words name it ("EU women"), sex. Raises CellError."""
    words = plain(text)
    if words in _GROUP_WORDS:
        return _GROUP_WORDS[words], ""
    group, _blank, sex = words.rpartition(" ")
    if group in _GROUP_WORDS and sex in _SEX_WORDS:
        return _GROUP_WORDS[group], _SEX_WORDS[sex]
    if not text:
        raise CellError(_("The nationality group is missing."))
    raise CellError(_("“%(text)s” is none of EU, non-EU, all (with “women” or “men” after it).") % _shown(text))


def read_sex(text: str) -> str:
    """Return women, men or blank for both together. Raises CellError."""
    words = plain(text)
    if words in BOTH_SEXES:
        return ""
    if words not in _SEX_WORDS:
        raise CellError(_("“%(text)s” is neither women nor men.") % _shown(text))
    return _SEX_WORDS[words]


def read_kind(text: str) -> str:
    """Return how settled a figure is. Raises CellError: whether it is final is never assumed."""
    words = plain(text)
    if words not in _KIND_WORDS:
        raise CellError(
            _("“%(text)s” is none of provisional, final, commune announcement.") % _shown(text)
            if text
            else _("It is not said whether the figure is provisional or final.")
        )
    return _KIND_WORDS[words]


def read_source(text: str) -> str:
    """Return the source. Raises CellError: a figure without one is not taken."""
    if not text:
        raise CellError(_("The source is missing."))
    if len(text) > LONGEST_SOURCE:
        raise CellError(_("The source is longer than %(most)d characters.") % {"most": LONGEST_SOURCE})
    return text
