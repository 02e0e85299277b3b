"""Elections in Brussels and files of official figures."""

from datetime import UTC, date, datetime

from campaigns.actions.registration_counts import import_registration_counts
from campaigns.enums import ElectionKind
from campaigns.models import Election, RegistrationImport
from places.actions.load import load_places
from places.models import Territory

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)
HEADER = "date,place,nis_code,group,registered,potential,rate_percent,kind,source\n"
REGION = "Brussels-Capital Region"


def make_election(year: int = 2018, *, day: date | None = None, deadline: date | None = None) -> Election:
    """Return a local election in Brussels; the places are loaded."""
    if not Territory.objects.filter(code="BE-BRU").exists():
        load_places()
    return Election.objects.create(
        key=f"be-brussels-local-{year}",
        titles={"en": f"Brussels local elections {year}"},
        kind=ElectionKind.LOCAL,
        country="BE",
        territory=Territory.objects.get(code="BE-BRU"),
        election_date=day or date(year, 10, 14),
        registration_deadline=deadline or date(year, 7, 31),
    )


def csv_of(*rows: str) -> bytes:
    return (HEADER + "".join(f"{row}\n" for row in rows)).encode()


def bring_in(election: Election, *rows: str, name: str = "figures.csv") -> RegistrationImport:
    """Import rows that change something, and return their import."""
    found, _plan = import_registration_counts(
        election=election, content=csv_of(*rows), file_name=name, by="test", at=AT, today=TODAY
    )
    assert found is not None
    return found
