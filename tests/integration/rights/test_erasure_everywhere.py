"""One person met everywhere and erased: nothing is left of them in any table, cache, file, session or log.

What is asked of each field is what its register says; a field the person was never in fails as well.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import DatabaseError, models, transaction

from campaigns.actions.pledge_tallies import count_pledges
from campaigns.actions.tallies import count_signatures, find_drift
from core.models import AuditEntry
from core.personal_data import Erasure
from core.personal_data_register import our_apps, read_register
from events.models import Attendance, Rsvp
from people.models import Supporter
from rights.actions.erasure import Erased, erase_supporter
from tests.architecture.test_erasers import of_others, reached
from tests.factories.one_person import MARKS, meet_everywhere, places_of
from tests.factories.one_person_more import meet_the_rest
from tests.factories.outreach import Stall

pytestmark = pytest.mark.django_db

# Blank in the cast and append-only, so that nothing can be put there; their rows are deleted with the others.
EMPTY_IN_THE_CAST = {
    "volunteers.AgreementAcceptance.actor", "volunteers.StageChange.actor", "volunteers.StageChange.from_stage",
}  # fmt: skip
TEXTS = (models.CharField, models.TextField, models.JSONField)
EMPTY = (None, "", {}, [])
Row = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One personal field of a table a person is let go of in."""

    label: str
    name: str
    rule: Erasure

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def column(self) -> Any:
        return self.model._meta.get_field(self.name)

    def __str__(self) -> str:
        return f"{self.label}.{self.name}"


def fields() -> list[Field]:
    found = [
        Field(f"{app.label}.{name.partition('.')[0]}", name.partition(".")[2], field.erasure)
        for app in our_apps()
        for name, field in read_register(app).personal.items()
    ]
    return [each for each in found if each.label in reached() and str(each) not in of_others()]


def rows_of(label: str) -> dict[Any, Row]:
    return {row["pk"]: row for row in apps.get_model(label)._base_manager.values("pk", *_names(label))}


def _names(label: str) -> list[str]:
    return [each.attname for each in apps.get_model(label)._meta.concrete_fields]


def fill(each: Field, rows: dict[Any, Row], pks: list[Any]) -> None:
    """Give an empty text of the person's rows something to lose, where the database lets it be changed."""
    if each.rule == Erasure.KEPT or each.column.is_relation or not isinstance(each.column, TEXTS):
        return
    value: Any = {"x": 1} if isinstance(each.column, models.JSONField) else "x"
    for pk in (pk for pk in pks if rows[pk][each.name] in EMPTY):
        try:
            with transaction.atomic():
                each.model._base_manager.filter(pk=pk).update(**{each.name: value})
        except DatabaseError:  # append-only
            return


def honoured(each: Field, before: Row, after: Row | None) -> bool:
    """Whether one row shows that the field's rule was applied to it."""
    value = before[each.column.attname]
    if each.rule == Erasure.ROW_DELETED:
        return value not in EMPTY and after is None
    if after is None:
        return each.rule == Erasure.KEPT  # it went with the row of a field that says so
    now = after[each.column.attname]
    if each.rule == Erasure.UNLINKED:
        return value is not None and now is None
    if each.rule == Erasure.BLANKED:
        return value not in EMPTY and now != value and not any(m in str(now).lower() for m in MARKS)
    return bool(now == value)


def files() -> Iterator[Path]:
    yield from (path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_erased_person_is_nowhere_and_every_field_is_treated_as_its_register_says(
    stall: Stall, at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    known = {label: set(rows_of(label)) for label in reached()}
    supporter = meet_everywhere(stall, at)
    upcoming = meet_the_rest(stall, supporter, at)
    count_signatures(at=at)
    count_pledges(at=at)
    theirs = {label: [pk for pk in rows_of(label) if pk not in known[label]] for label in reached()}
    assert {label for label, pks in theirs.items() if not pks} == set(), "the person is not in these tables"
    for each in fields():
        fill(each, rows_of(each.label), theirs[each.label])
    before = {label: rows_of(label) for label in reached()}
    came = Attendance.objects.standing().count()
    assert len(set(places_of(MARKS))) > 30
    assert not find_drift()

    erased = erase_supporter(supporter=supporter, by=stall.world.coordinator, at=at)

    assert set(places_of(MARKS)) == set()
    after = {label: rows_of(label) for label in reached()}
    broken = {
        str(each)
        for each in fields()
        if not any(honoured(each, before[each.label][pk], after[each.label].get(pk)) for pk in theirs[each.label])
    }
    assert sorted(broken) == sorted(EMPTY_IN_THE_CAST)
    assert not find_drift()
    assert (count_signatures(at=at), count_pledges(at=at)) == (0, 0), "nothing waits to be counted"
    assert Attendance.objects.standing().count() == came
    waits = Rsvp.objects.get(event=upcoming)
    assert (waits.full_name, waits.status) == ("Wanda Waits", "offered")
    assert Supporter.objects.filter(full_name="Sam Stranger").exists()
    sessions = [str(each.get_decoded()) for each in Session.objects.all()]
    kept = [str(getattr(each, "_cache", "")) for each in caches.all()]
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    stored = [path.read_bytes().decode("utf-8", "ignore") for path in files()]
    for text in (*sessions, *kept, *logged, *stored):
        assert not any(mark in text.lower() for mark in MARKS)
    entry = AuditEntry.objects.get(action="rights.supporter.erased")
    assert (entry.target, entry.details["records"]) == (f"people.supporter:{supporter.pk}", 2)
    assert erased.counts["people.Supporter"] == 2
    assert erase_supporter(supporter=supporter, by="again", at=at) == Erased()
