"""What who looks after a campaign's materials reads: languages there are and lack, and how often each was taken."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from campaigns.models import Campaign
from coalition.models import Material, MaterialDownload, MaterialVersion
from core.spreadsheets import safe_cell
from places.country_names import country_name
from places.languages import language_name

COLUMNS = (
    "material", "kind", "language", "version", "partner", "country", "downloads", "first_day", "last_day",
)  # fmt: skip
GROUPS = {
    "partner": ("partnership", "partnership__organisation__name"),
    "language": ("version__language",),
    "version": ("version__material__title", "version__language", "version__number", "version__material"),
}


def with_downloads(rows: QuerySet[Material]) -> QuerySet[Any]:
    """Add ``taken``: how often each material was taken, in all its versions."""
    counts = MaterialDownload.objects.filter(version__material=OuterRef("pk")).order_by()
    total = counts.values("version__material").annotate(total=Sum("count")).values("total")
    return rows.annotate(taken=Coalesce(Subquery(total, output_field=IntegerField()), 0))


@dataclass(frozen=True)
class Languages:
    """The languages a material is offered in, and those the campaign speaks elsewhere and it lacks."""

    offered: list[str]
    missing: list[str]


def languages_of(materials: Iterable[Material]) -> dict[int, Languages]:
    """Return what each material is offered in and lacks, by id, in two queries.

    A campaign speaks the site's languages, and every other one that one of its materials is offered in.
    """
    rows = list(materials)
    offered: dict[int, set[str]] = defaultdict(set)
    spoken: dict[int, set[str]] = defaultdict(lambda: set(settings.LANGUAGE_NAMES))
    campaigns = {row.campaign_id for row in rows}
    versions = MaterialVersion.objects.offered()
    of_campaigns = versions.filter(material__campaign__in=campaigns).order_by()
    for campaign, language in of_campaigns.values_list("material__campaign", "language").distinct():
        spoken[campaign].add(language)
    for material, language in versions.filter(material__in=rows).order_by().values_list("material", "language"):
        offered[material].add(language)
    return {row.pk: _languages(offered[row.pk], spoken[row.campaign_id]) for row in rows}


def _languages(offered: set[str], spoken: set[str]) -> Languages:
    return Languages(_named(offered), _named(spoken - offered))


def _named(codes: set[str]) -> list[str]:
    return sorted((language_name(code) for code in codes), key=str.casefold)


def taken_of(versions: Iterable[MaterialVersion]) -> dict[int, int]:
    """Return how often each version was taken, by id; those never taken are not among them."""
    counts = MaterialDownload.objects.filter(version__in=list(versions)).order_by().values_list("version")
    return dict(counts.annotate(total=Sum("count")))


@dataclass(frozen=True)
class Line:
    """One line of a table of downloads."""

    label: str
    count: int
    address: int | None = None


def downloads_by(rows: QuerySet[MaterialDownload], what: str) -> list[Line]:
    """Return downloads summed by ``partner``, ``language`` or ``version``, the most taken first."""
    wanted = GROUPS[what]
    sums = rows.order_by().values_list(*wanted).annotate(total=Sum("count"))
    lines = [_line(what, row[:-1], row[-1]) for row in sums]
    return sorted(lines, key=lambda line: (-line.count, line.label.casefold()))


def _line(what: str, keys: tuple[Any, ...], count: int) -> Line:
    if what == "partner":
        return Line(keys[1] or gettext("the lead's own people"), count, keys[0])
    if what == "language":
        return Line(language_name(keys[0]), count)
    title, language, number, material = keys
    return Line(f"{title} · {language_name(language)} · {number}", count, material)


def downloads_csv(rows: QuerySet[MaterialDownload]) -> Iterator[bytes]:
    """Yield every material, version and partner with its downloads, as CSV that no spreadsheet runs."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in _sums(rows).iterator(chunk_size=1_000):
        writer.writerow([safe_cell(str(cell)) if isinstance(cell, str) else cell for cell in _cells(*row)])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def _sums(rows: QuerySet[MaterialDownload]) -> QuerySet[Any, tuple[Any, ...]]:
    keys = (
        "version__material__title", "version__material__kind", "version__language", "version__number",
        "partnership__organisation__name", "partnership__organisation__country", "version", "partnership",
    )  # fmt: skip
    leads_first = F("partnership").asc(nulls_first=True)  # databases differ about where nobody stands
    rows = rows.order_by("version__material", "version__language", "version__number", leads_first)
    sums = rows.values_list(*keys)
    return sums.annotate(total=Sum("count"), first=Min("day"), last=Max("day"))


def _cells(
    title: str, kind: str, language: str, number: int, partner: str | None, country: str | None, *told: Any
) -> list[Any]:
    _version, _partnership, total, first, last = told
    name = country_name(country) if country else ""
    return [title, kind, language, number, partner or "", name, total, first.isoformat(), last.isoformat()]


def _taken(buffer: io.StringIO) -> bytes:
    told = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return told


def campaigns_with_materials(user: Any) -> QuerySet[Campaign]:
    """Return the campaigns whose downloads the user may read."""
    return Campaign.objects.filter(pk__in=Material.objects.visible_to(user).values("campaign")).order_by("title")
