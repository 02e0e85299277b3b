"""A file of official figures brought in: rows a second, whole, and again without effect."""

import csv
import io
import time
from datetime import date, timedelta

from django.utils import timezone

from bench.context import Bench
from campaigns.actions.registration_counts import import_registration_counts, undo_import
from campaigns.enums import ElectionKind
from campaigns.models import Election, RegistrationCount
from places.actions.load import load_places
from places.models import Territory

ROWS = 100_000
LEAST_PER_SECOND = {"PostgreSQL": 10_000, "SQLite": 3_000}
ELECTION_DAY = date(2024, 10, 13)
_GROUPS = [f"{group}{sex}" for group in ("EU", "non-EU", "all") for sex in ("", " women", " men")]


def write_file(rows: int) -> bytes:
    """Return a CSV of so many different figures: places, days and groups of one election."""
    places = [("", "Brussels-Capital Region"), *Territory.objects.brussels_communes().values_list("code", "names__fr")]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["date", "place", "nis_code", "group", "registered", "potential", "rate_percent", "kind", "source"])
    wanted = rows
    for day in range(-(-rows // (len(places) * len(_GROUPS)))):
        for place, (code, name) in enumerate(places):
            for group, (registered, potential) in zip(_GROUPS, _figures(day, place, len(places) - 1), strict=True):
                if wanted:
                    writer.writerow(
                        [
                            (ELECTION_DAY - timedelta(days=700 - day)).isoformat(), name, code.removeprefix("NIS "),
                            group, registered, potential, f"{100 * registered / potential:.2f}", "provisional",
                            "bench.example.org",
                        ]
                    )  # fmt: skip
                    wanted -= 1
    return text.getvalue().encode()


def _figures(day: int, place: int, communes: int) -> list[tuple[int, int]]:
    """Return registered and potential by group as an office publishes them: parts add up, the region is the sum."""
    if place == 0:
        each = [_figures(day, commune, communes) for commune in range(1, communes + 1)]
        return [(sum(one[0] for one in group), sum(one[1] for one in group)) for group in zip(*each, strict=True)]
    parts = [(day + 7 * place + number, 2_000 + 31 * place + number) for number in range(4)]
    eu_women, eu_men, other_women, other_men = parts
    both = ((eu_women, eu_men), (other_women, other_men), (eu_women, other_women), (eu_men, other_men))
    eu, other, women, men = [(one[0] + two[0], one[1] + two[1]) for one, two in both]
    everybody = (eu[0] + other[0], eu[1] + other[1])
    return [eu, eu_women, eu_men, other, other_women, other_men, everybody, women, men]


def measure_registrations(bench: Bench) -> None:
    """Import a file of 100,000 figures, then the same again; the figures are counted afterwards."""
    load_places()
    election, _ = Election.objects.get_or_create(
        key="bench-local-2024",
        defaults={
            "kind": ElectionKind.LOCAL,
            "country": "BE",
            "territory": Territory.objects.get(code="BE-BRU"),
            "election_date": ELECTION_DAY,
        },
    )
    content, now = write_file(ROWS), timezone.now()

    def bring_in() -> tuple[float, int]:
        started = time.perf_counter()
        found, plan = import_registration_counts(
            election=election, content=content, file_name="bench.csv", by="job:bench", at=now, today=now.date()
        )
        if found is not None:
            imports.append(found)
        return ROWS / (time.perf_counter() - started), len(plan.created)

    imports: list = []
    first, created = bring_in()
    again, created_again = bring_in()
    stored = RegistrationCount.objects.filter(election=election).count()
    if (created, created_again, stored) != (ROWS, 0, ROWS):
        raise AssertionError(f"{created} figures were new, {created_again} the second time; {stored} are stored")
    started = time.perf_counter()
    undo_import(registration_import=imports[0], by="job:bench", at=now)
    undone = ROWS / (time.perf_counter() - started)
    least = LEAST_PER_SECOND[bench.database]
    bench.add(
        f"import of {ROWS:,} official figures",
        f"{first:,.0f} rows/s",
        f"≥ {least:,} rows/s",
        is_met=first >= least,
        detail=f"read, checked, compared, stored, what does not add up found; {len(content) / 1e6:.0f} MB; "
        f"the same file again without effect {again:,.0f} rows/s; undone {undone:,.0f} rows/s",
    )
