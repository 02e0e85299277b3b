"""Segments by where people live, as far as they said, and by the shifts they worked."""

from datetime import timedelta
from typing import Any

import pytest

from audiences.selectors.members import members
from people.models import Supporter
from places.models import Postcode, Territory
from tests.factories.staff import NOON, World
from tests.factories.trainings import make_shift, make_volunteer
from volunteers.actions.shifts import assign_volunteer
from volunteers.enums import AssignmentStatus
from volunteers.models import ShiftAssignment

LATER = NOON + timedelta(days=2)


def names(rule: Any, organisation: Any) -> set[str]:
    return set(members(rule, organisation=organisation, at=LATER).values_list("full_name", flat=True))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("BE", {"Nina", "Omar", "Pia", "Rosa"}),
        ("FR", {"Sami"}),
        ("NIS 21009", {"Nina", "Omar", "Pia"}),
        ("BE-BRU", {"Nina", "Omar", "Pia", "Rosa"}),
        ("XX", set()),
    ],
)
def test_lives_in_is_the_commune_told_else_that_of_the_postcode(ours: World, place: str, expected: set[str]) -> None:
    region = territory("BE-BRU", Territory.Level.REGION)
    ixelles, uccle = (territory(f"NIS {code}", Territory.Level.COMMUNE, parent=region) for code in (21009, 21016))
    for code in ("BE", "FR"):
        territory(code, Territory.Level.COUNTRY)
    Postcode.objects.filter(code="1050").delete()
    Postcode.objects.create(country="BE", code="1050", territory=ixelles, is_main=True)
    for name, columns in {
        "Nina": {"residence_country": "BE", "territory": ixelles},
        "Omar": {"residence_country": "BE", "postcode": "1050"},
        "Pia": {"residence_country": "BE", "postcode": "B-1050"},
        "Rosa": {"residence_country": "BE", "postcode": "1050", "territory": uccle},  # told, so the code says nothing
        "Sami": {"residence_country": "FR", "postcode": "1050"},
    }.items():
        Supporter.objects.filter(pk=ours.sign(name).supporter_id).update(**columns)
    assert names({"is": "lives_in", "places": [place]}, ours.lead) == expected


def territory(code: str, level: str, **columns: Any) -> Territory:
    found, _ = Territory.objects.update_or_create(
        code=code, defaults={"level": level, "names": {"en": code}, **columns}
    )
    return found


def test_worked_is_by_shifts_done_on_these_days_for_the_organisation(ours: World, theirs: World) -> None:
    shift = {world.name: make_shift(world, NOON + timedelta(days=3)) for world in (ours, theirs)}
    for world, name, is_done in ((ours, "Nina", True), (ours, "Omar", False), (theirs, "Pia", True)):
        place = assign_volunteer(shift=shift[world.name], volunteer=make_volunteer(world, name), by="tests", at=NOON)
        if is_done:
            ShiftAssignment.objects.filter(pk=place.pk).update(status=AssignmentStatus.DONE)
    assert names({"is": "worked"}, ours.lead) == {"Nina"}
    assert names({"is": "worked", "since": "2026-03-05", "until": "2026-03-05"}, ours.lead) == {"Nina"}
    assert names({"is": "worked", "since": "2026-03-06"}, ours.lead) == set()
    assert names({"is": "worked", "until": "2026-03-04"}, ours.lead) == set()
