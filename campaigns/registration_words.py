"""What official figures are called and what does not add up in them, in sentences."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.charts.numbers import whole
from campaigns.enums import NationalityGroup, Sex
from campaigns.registration_checks import Finding, FindingKind
from core.lists import listed


def written_day(day: date, *, is_month_only: bool = False) -> str:
    """Return the day, or the month where only that is known."""
    return date_format(day, "YEAR_MONTH_FORMAT" if is_month_only else "DATE_FORMAT")


def group_name(group: str, sex: str = "") -> str:
    """Return whom a figure counts."""
    label = str(NationalityGroup(group).label)
    if not sex:
        return label
    return _("%(group)s, %(sex)s") % {"group": label, "sex": Sex(sex).label}


def short_group(group: str) -> str:
    """Return the group as tables name it."""
    return {
        NationalityGroup.ALL.value: pgettext("registered voters", "all"),
        NationalityGroup.EU.value: _("EU"),
        NationalityGroup.NON_EU.value: _("non-EU"),
    }[group]


def rate(value: Decimal | float, places: int = 2) -> str:
    """Return a percentage with its decimals."""
    return _("%(number)s %%") % {"number": number_format(round(Decimal(value), places), decimal_pos=places)}


def figure_name(figure: str) -> str:
    return {
        "registered": pgettext("registrations", "registered"),
        "potential": _("could register"),
        "rate": _("rate"),
    }[figure]


def describe(finding: Finding, names: Mapping[int, str]) -> str:
    """Return a disagreement as a sentence that says who publishes what and what the rest makes of it."""
    words = {
        "place": names.get(finding.territory_id, "?"),
        "day": written_day(finding.as_of_date, is_month_only=finding.is_month_only),
        "who": group_name(finding.group, finding.sex),
        "figure": figure_name(finding.figure),
        "said": _amount(finding.said, finding.figure),
        "found": _amount(finding.found, finding.figure),
        "sources": listed(finding.sources),
    }
    return _sentences()[finding.kind] % words


def _amount(value: Decimal, figure: str) -> str:
    if figure != "rate":
        return whole(int(value))
    return rate(value, max(0, -int(value.as_tuple().exponent)))


def _sentences() -> dict[FindingKind, str]:
    return {
        FindingKind.RATE: _(
            "%(place)s, %(day)s, %(who)s: the published rate is %(said)s, but the published counts give %(found)s. "
            "Source: %(sources)s."
        ),
        FindingKind.MORE_THAN_POTENTIAL: _(
            "%(place)s, %(day)s, %(who)s: %(said)s registered of only %(found)s who could. Source: %(sources)s."
        ),
        FindingKind.GROUPS: _(
            "%(place)s, %(day)s, %(who)s, %(figure)s: %(said)s is published, EU and non-EU together make %(found)s. "
            "Sources: %(sources)s."
        ),
        FindingKind.SEXES: _(
            "%(place)s, %(day)s, %(who)s, %(figure)s: %(said)s is published, women and men together make %(found)s. "
            "Sources: %(sources)s."
        ),
        FindingKind.COMMUNES: _(
            "%(place)s, %(day)s, %(who)s, %(figure)s: %(said)s is published, its communes together make %(found)s. "
            "Sources: %(sources)s."
        ),
        FindingKind.SOURCES: _(
            "%(place)s, %(day)s, %(who)s, %(figure)s: sources differ, %(said)s and %(found)s. Sources: %(sources)s."
        ),
    }
