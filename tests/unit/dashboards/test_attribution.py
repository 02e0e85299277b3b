"""Official gains beside our pledges: bounds that hold, and nothing where nothing is known."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from campaigns.models import PledgeKind
from campaigns.selectors.registration_figures import registration_figures
from core.small_counts import FewerThan
from dashboards.attribution import Attribution, attribution, registration_kinds
from tests.factories.pledges import make_kind
from tests.factories.registrations import REGION, bring_in, make_election
from tests.factories.staff import World
from tests.factories.told import tell

pytestmark = pytest.mark.django_db
JUNE, JULY = date(2018, 6, 1), date(2018, 7, 28)
WITHIN, BEFORE, AFTER = (datetime(2018, month, 15, 12, tzinfo=UTC) for month in (6, 5, 8))


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    election = make_election()
    ours.campaign.election = election
    ours.campaign.save(update_fields=["election"])
    bring_in(
        election,
        f"2018-06-01,{REGION},,all,20000,200000,,provisional,first.example",
        f"2018-07-28,{REGION},,all,20100,200000,,provisional,last.example",
        "2018-06-01,Ixelles,21009,all,500,5000,,provisional,first.example",
        "2018-07-28,Ixelles,21009,all,505,5000,,provisional,last.example",
        "2018-06-01,Evere,21006,all,300,4000,,provisional,first.example",
        "2018-07-28,Evere,21006,all,290,4000,,provisional,last.example",
        "2018-07-28,Jette,21010,all,100,4000,,provisional,last.example",
    )
    return make_kind(ours.campaign, election=election)


def found(world: World, *, since: date | None = JUNE, on: date = JULY, user: object = None) -> Attribution:
    figures = registration_figures(world.campaign, on=on)
    assert figures is not None
    return attribution(user or world.coordinator, figures, since=since, at=AFTER)  # type: ignore[arg-type]


def test_gain_and_what_was_told_in_the_same_time_stand_apart(ours: World, kind: PledgeKind) -> None:
    tell(kind, 8, step="sent", at=WITHIN, territory_code="NIS 21009")
    tell(kind, 2, step="confirmed", at=WITHIN, territory_code="NIS 21009")
    tell(kind, 40, step="sent", at=BEFORE, territory_code="NIS 21009")
    tell(kind, 40, step="sent", at=AFTER, territory_code="NIS 21009")
    tell(kind, 40, step="form_given", at=WITHIN, territory_code="NIS 21009")
    tell(kind, 3, step="sent", at=WITHIN)
    seen = found(ours)
    whole = seen.whole
    assert (whole.gained, whole.points, whole.sent, whole.confirmed) == (100, Decimal("0.05"), 13, 2)
    assert (whole.at_most, whole.share_at_most) == (13, 0.13)
    assert seen.sources == ("first.example", "last.example")


def test_bound_never_passes_the_gain(ours: World, kind: PledgeKind) -> None:
    tell(kind, 9, step="sent", at=WITHIN, territory_code="NIS 21009")
    ixelles = next(line for line in found(ours).communes if line.code == "NIS 21009")
    assert (ixelles.gained, ixelles.sent, ixelles.at_most, ixelles.share_at_most) == (5, 9, 5, 1.0)


def test_place_that_lost_people_has_no_share(ours: World, kind: PledgeKind) -> None:
    tell(kind, 2, step="sent", at=WITHIN, territory_code="NIS 21006")
    evere = next(line for line in found(ours).communes if line.code == "NIS 21006")
    assert (evere.gained, evere.sent, evere.at_most, evere.share_at_most) == (-10, 2, None, None)


def test_place_with_one_figure_has_no_gain(ours: World, kind: PledgeKind) -> None:
    jette = next(line for line in found(ours).communes if line.code == "NIS 21010")
    assert (jette.gained, jette.points, jette.at_most) == (None, None, None)


def test_one_figure_twice_is_no_gain_of_zero(ours: World, kind: PledgeKind) -> None:
    assert found(ours, since=date(2018, 7, 28)).whole.gained is None
    assert not found(ours, since=date(2018, 7, 28)).is_known


def test_without_a_first_day_it_begins_with_the_first_figure(ours: World, kind: PledgeKind) -> None:
    assert found(ours, since=None).since == JUNE
    assert found(ours, since=date(2018, 1, 1)).whole.gained is None


def test_who_took_a_pledge_back_is_counted_nowhere(ours: World, kind: PledgeKind) -> None:
    tell(kind, 4, step="sent", at=WITHIN, standing="withdrawn")
    assert found(ours).whole.sent == 0


def test_analyst_reads_tens_and_a_bound_that_still_is_one(ours: World, kind: PledgeKind) -> None:
    tell(kind, 13, step="sent", at=WITHIN)
    tell(kind, 2, step="confirmed", at=WITHIN)
    whole = found(ours, user=ours.analyst).whole
    assert (whole.sent, whole.at_most) == (10, 20)
    assert isinstance(whole.confirmed, FewerThan)


def test_partner_reads_the_official_gain_beside_its_own_pledges(ours: World, kind: PledgeKind) -> None:
    tell(kind, 30, step="sent", at=WITHIN)
    tell(kind, 21, step="sent", at=WITHIN, partnership=ours.partnership)
    whole = found(ours, user=ours.manager).whole
    assert (whole.gained, whole.sent, whole.at_most) == (100, 20, 30)


def test_kinds_of_another_election_are_left_out(ours: World, kind: PledgeKind) -> None:
    make_kind(ours.campaign, "apply-for-citizenship")
    assert registration_kinds(ours.campaign) == [kind]
