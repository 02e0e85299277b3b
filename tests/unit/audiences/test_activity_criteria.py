"""Segments by whether somebody did anything of late."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from accounts.enums import Role
from audiences.selectors import people_sets
from audiences.selectors.ground import ground_of
from audiences.selectors.members import members
from audiences.selectors.people_sets import PeopleSets
from campaigns.models import Pledge
from core.id_sets import ids_in
from events.models import Attendance, Rsvp
from people.models import Supporter
from tests.factories.events import make_event, make_event_type
from tests.factories.fieldwork import make_contact, make_effort
from tests.factories.pledges import make_kind
from tests.factories.staff import NOON, World, make_user
from tests.factories.trainings import make_volunteer
from volunteers.models import HoursEntry, Volunteer


def names(rule: Any, organisation: Any) -> set[str]:
    """Return who is found, by the one query and by sets alike."""
    found = members(rule, organisation=organisation, at=NOON)
    sets = PeopleSets(ground_of(organisation.pk, NOON))
    with patch.object(people_sets, "FEW", -1):
        assert set(ids_in(sets.members(rule))) == set(found.values_list("pk", flat=True))
    return set(found.values_list("full_name", flat=True))


def lately(world: World) -> set[str]:
    return names({"is": "did_something", "days": 9}, world.lead)


def test_did_something_is_also_by_hours_given_and_conversations_recorded(ours: World, theirs: World) -> None:
    cleo = make_user("cleo", Role.MOBILISER, ours.lead)
    people = {name: make_volunteer(ours, name) for name in ("Nina", "Omar", "Pia")}
    Volunteer.objects.update(created_at=NOON - timedelta(days=30))
    assert lately(ours) == set()
    HoursEntry.objects.create(volunteer=people["Nina"], day=(NOON - timedelta(days=6)).date(), minutes=60)
    HoursEntry.objects.create(volunteer=people["Omar"], day=(NOON - timedelta(days=11)).date(), minutes=60)
    Volunteer.objects.filter(pk=people["Pia"].pk).update(user=cleo)
    make_contact(make_effort(theirs, "theirs"), cleo, at=NOON)
    assert lately(ours) == {"Nina"}
    make_contact(make_effort(ours, "ours"), cleo, at=NOON - timedelta(days=6))
    assert lately(ours) == {"Nina", "Pia"}
    assert lately(theirs) == set()


def test_did_something_is_also_by_a_step_of_a_pledge_and_a_registration_proved_anew(ours: World) -> None:
    long_ago = NOON - timedelta(days=30)
    kind = make_kind(ours.campaign)
    nina = Supporter.objects.create(full_name="Nina")
    Pledge.objects.create(
        kind=kind, campaign=ours.campaign, supporter=nina, share_code="x", step="informed", step_at=long_ago,
        locale="en", day=long_ago.date(), confirmed_at=long_ago,
    )  # fmt: skip
    event = make_event(make_event_type(ours.campaign), starts_at=NOON + timedelta(days=5))
    omar = Supporter.objects.create(full_name="Omar")
    rsvp = Rsvp.objects.create(
        event=event, timeslot=event.timeslots.get(), supporter=omar, language="en", status="coming", is_proved=True,
        decided_at=long_ago, created_at=long_ago,
    )  # fmt: skip
    assert lately(ours) == set()
    Pledge.objects.update(step_at=NOON)
    assert lately(ours) == {"Nina"}
    Rsvp.objects.update(proved_at=NOON)
    assert lately(ours) == {"Nina", "Omar"}
    Rsvp.objects.filter(pk=rsvp.pk).update(status="cancelled")
    assert lately(ours) == {"Nina"}


def test_did_something_is_also_by_coming_to_an_event_registered_for_long_ago(ours: World) -> None:
    long_ago = NOON - timedelta(days=30)
    event = make_event(make_event_type(ours.campaign), starts_at=NOON - timedelta(days=1))
    rsvp = Rsvp.objects.create(
        event=event, timeslot=event.timeslots.get(), supporter=Supporter.objects.create(full_name="Omar"),
        language="en", status="coming", is_proved=True, decided_at=long_ago, created_at=long_ago,
    )  # fmt: skip
    assert lately(ours) == set()
    moments = {"device_at": NOON, "occurred_at": NOON, "received_at": NOON}
    Attendance.objects.create(
        client_id=uuid4(), event=event, timeslot=rsvp.timeslot, rsvp=rsvp, via="search", **moments
    )
    assert lately(ours) == {"Omar"}
    Attendance.objects.update(undone_at=NOON)
    assert lately(ours) == set()


def test_did_something_is_asked_of_the_last_days_and_of_nothing_to_come(ours: World) -> None:
    for name, days in (("Nina", 10), ("Omar", 8), ("Pia", -1)):
        ours.sign(name, confirmed_at=NOON - timedelta(days=days))
    assert lately(ours) == {"Omar"}
