"""Two supporters become one: their volunteering follows, whole."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from people.actions.supporters import merge_supporters
from tests.factories.volunteers import NOON, make_agreement, make_campaign, make_volunteer
from volunteers.actions.agreements import accept_agreement
from volunteers.actions.care import add_note
from volunteers.enums import AcceptedThrough, Stage
from volunteers.models import HoursEntry, Shift, ShiftAssignment, Volunteer

pytestmark = pytest.mark.django_db


def test_merge_moves_a_volunteer_of_another_campaign() -> None:
    kept, other = make_volunteer(), make_volunteer()
    merge_supporters(keep=kept.supporter, absorb=other.supporter, by="tests")
    assert set(Volunteer.objects.filter(supporter=kept.supporter)) == {kept, other}


@pytest.mark.parametrize("further", ["kept", "absorbed"])
def test_merge_unites_two_of_one_campaign_without_losing_anything(further: str) -> None:
    campaign = make_campaign()
    stages = {"kept": Stage.APPLIED, "absorbed": Stage.APPLIED, further: Stage.ACTIVE}
    kept = make_volunteer(campaign, languages=("fr",), stage=stages["kept"])
    other = make_volunteer(campaign, languages=("ar", "fr"), stage=stages["absorbed"])
    text = make_agreement(campaign.organisation)
    for each in (kept, other):
        accept_agreement(volunteer=each, text=text, through=AcceptedThrough.FORM, at=NOON)
        add_note(volunteer=each, body=f"note of {each.pk}", by="tests", at=timezone.now())
        HoursEntry.objects.create(volunteer=each, day=date(2026, 3, 1), minutes=60)
    shift = Shift.objects.create(
        campaign=campaign, organisation=campaign.organisation, title="Stall", starts_at=NOON,
        ends_at=NOON + timedelta(hours=2),
    )  # fmt: skip
    for each in (kept, other):
        ShiftAssignment.objects.create(shift=shift, volunteer=each, decided_at=NOON)
    merge_supporters(keep=kept.supporter, absorb=other.supporter, by="tests")
    one = Volunteer.objects.get()
    assert one == (kept if further == "kept" else other)
    assert (one.supporter, one.stage) == (kept.supporter, Stage.ACTIVE)
    assert {row.language for row in one.languages.all()} == {"ar", "fr"}
    assert one.notes.count() == one.hours.count() == one.stage_changes.count() == 2
    assert one.acceptances.count() == one.assignments.count() == 1
