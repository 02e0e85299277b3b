"""Adding a volunteer by hand: matched or made, proved only when told, refused twice."""

from datetime import timedelta

import pytest

from people.actions.supporters import Introduction
from people.models import ConsentEvent, ContactPoint, Supporter
from tests.factories.staff import World
from tests.factories.volunteers import NOON, make_agreement, make_team, make_volunteer
from volunteers.actions.adding import KnownToOthers, NotTakingPart, VolunteersAlready, add_volunteer
from volunteers.actions.agreements import NotTheirAgreement
from volunteers.enums import AcceptedThrough, Stage
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
ELIF = Introduction(email="elif@example.org", full_name="Elif Example", phone="+32 470 12 34 56", language="fr")


def add(ours: World, **told: object) -> Volunteer:
    wanted = {"introduction": ELIF, "is_proved": False, "organisation": ours.lead, "by": ours.coordinator, "at": NOON}
    return add_volunteer(campaign=ours.campaign, **{**wanted, **told})  # type: ignore[arg-type]


def test_person_unknown_before_is_made_unverified_with_everything_told(ours: World) -> None:
    text, team = make_agreement(ours.lead), make_team(ours.campaign)
    signed_at = NOON - timedelta(days=3)
    volunteer = add(ours, languages=["fr", "tr"], team=team, signed=[text], signed_at=signed_at)
    points = dict(volunteer.supporter.contact_points.values_list("channel", "verified_at"))
    acceptance = volunteer.acceptances.get()
    assert points == {"email": None, "sms": None}
    assert (volunteer.stage, volunteer.team, volunteer.supporter.full_name) == (Stage.APPLIED, team, "Elif Example")
    assert sorted(row.language for row in volunteer.languages.all()) == ["fr", "tr"]
    assert (acceptance.through, acceptance.at) == (AcceptedThrough.PAPER, signed_at)
    assert acceptance.actor == volunteer.stage_changes.get().actor == f"user:{ours.coordinator.pk}"
    assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize(("is_proved", "verified_at"), [(True, NOON), (False, None)])
def test_address_is_verified_only_when_told(ours: World, is_proved: bool, verified_at: object) -> None:
    volunteer = add(ours, is_proved=is_proved)
    assert volunteer.supporter.contact_points.get(channel="email").verified_at == verified_at


def test_person_known_by_the_address_is_found_and_left_as_they_are(ours: World) -> None:
    known = make_volunteer(ours.campaign, "Elif Elsewhere", organisation=ours.partner, email="elif@example.org")
    volunteer = add(ours)
    assert volunteer.supporter == known.supporter
    assert Supporter.objects.get().full_name == "Elif Elsewhere"
    assert not ContactPoint.objects.filter(channel="sms").exists()


@pytest.mark.parametrize("is_proved", [False, True])
def test_address_of_somebody_one_may_not_see_opens_no_record(ours: World, is_proved: bool) -> None:
    known = make_volunteer(ours.campaign, "Elif Elsewhere", organisation=ours.lead, email="elif@example.org")
    with pytest.raises(KnownToOthers):
        add(ours, organisation=ours.partner, by=ours.manager, is_proved=is_proved)
    assert list(Volunteer.objects.all()) == [known]
    assert Supporter.objects.get().full_name == "Elif Elsewhere"
    assert not Supporter.objects.visible_to(ours.manager).exists()


def test_second_call_is_refused_and_names_the_first(ours: World) -> None:
    first = add(ours)
    with pytest.raises(VolunteersAlready) as refusal:
        add(ours, is_proved=True)
    assert refusal.value.volunteer == first
    assert Volunteer.objects.count() == 1
    assert not ContactPoint.objects.filter(verified_at__isnull=False).exists()


def test_foreign_organisation_or_agreement_leaves_nothing_behind(ours: World, theirs: World) -> None:
    with pytest.raises(NotTakingPart):
        add(ours, organisation=theirs.lead)
    with pytest.raises(NotTheirAgreement):
        add(ours, signed=[make_agreement(theirs.lead)])
    assert not Volunteer.objects.exists()
    assert not Supporter.objects.exists()
