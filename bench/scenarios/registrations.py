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
    for number in range(rows):
        rest, group = divmod(number, len(_GROUPS))
        day, place = divmod(rest, len(places))
        code, name = places[place]
        potential = 5_000 + number % 4_000
        registered = number % 3_000
        writer.writerow(
            [
                (ELECTION_DAY - timedelta(days=700 - day)).isoformat(), name, code.removeprefix("NIS "), _GROUPS[group],
                registered, potential, f"{100 * registered / potential:.2f}", "provisional", "bench.example.org",
            ]
        )  # fmt: skip
    return text.getvalue().encode()


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
