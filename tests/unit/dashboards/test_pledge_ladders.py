"""How far people say they are: cumulative, by anything, and no more than the viewer may read."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from campaigns.enums import SourceKind
from campaigns.models import PledgeKind, Source
from core.small_counts import FewerThan, in_tens
from dashboards.pledge_ladders import By, LadderTable, pledge_ladder, sight_of
from outreach.models import HandoverLink
from tests.factories.events import make_event, make_event_type
from tests.factories.fieldwork import make_contact, make_effort, make_volunteer
from tests.factories.pledges import make_kind
from tests.factories.staff import World, make_user
from tests.factories.told import tell

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign)


def lines(table: LadderTable) -> dict[str, tuple[int | None, tuple[int, ...], int]]:
    return {line.key: (line.informed, line.steps, line.ended) for line in table.lines}


def test_steps_count_everybody_who_got_at_least_so_far(ours: World, kind: PledgeKind) -> None:
    tell(kind, 3, at=AT, territory_code="NIS 21004")
    tell(kind, 2, step="sent", at=AT, territory_code="NIS 21004")
    tell(kind, 1, step="confirmed", at=AT, territory_code="NIS 21009")
    tell(kind, 1, step="form_given", ending="gave_up", at=AT)
    tell(kind, 4, step="sent", at=AT, standing="withdrawn")
    table = pledge_ladder(ours.coordinator, kind, By.COMMUNE, at=AT)
    assert table.step_names == ("promised", "has the form", "form sent", "confirmed by the commune’s letter")
    assert table.total.steps == (7, 4, 3, 1)
    assert table.total.ended == 1
    assert lines(table) == {
        "NIS 21004": (0, (5, 2, 2, 0), 0),
        "NIS 21009": (0, (1, 1, 1, 1), 0),
        "": (0, (1, 1, 0, 0), 1),
    }


def test_step_that_was_removed_since_counts_as_promised_alone(ours: World, kind: PledgeKind) -> None:
    pledges = tell(kind, 2, at=AT)
    type(pledges[0]).objects.update(step="gone")
    assert pledge_ladder(ours.coordinator, kind, By.COMMUNE, at=AT).total.steps == (2, 0, 0, 0)


def test_by_link_own_links_of_supporters_are_one_line(ours: World, kind: PledgeKind) -> None:
    tell(kind, 1, at=AT, source="~aaa")
    tell(kind, 1, at=AT, source="~bbb")
    tell(kind, 1, at=AT, source=ours.source.code)
    tell(kind, 1, at=AT)
    table = pledge_ladder(ours.coordinator, kind, By.SOURCE, at=AT)
    assert {line.name: line.promised for line in table.lines} == {
        "people’s own links": 2, ours.source.label: 1, "no link": 1,
    }  # fmt: skip
    assert all(line.informed is None for line in table.lines)


def test_by_mobiliser_and_event_links_are_their_owners(ours: World, kind: PledgeKind) -> None:
    effort, cleo = make_effort(ours), make_volunteer(ours, "Cleo")
    event = make_event(make_event_type(ours.campaign), "Market day", starts_at=AT)
    for code, at_event in (("m1", None), ("m2", event)):
        source = Source.objects.create(campaign=ours.campaign, code=code, label=code, kind=SourceKind.MOBILISER)
        HandoverLink.objects.create(effort=effort, user=cleo.user, event=at_event, source=source)
        tell(kind, 2, at=AT, source=code)
    Source.objects.create(campaign=ours.campaign, code="stand", label="The stand", kind=SourceKind.EVENT)
    tell(kind, 1, at=AT, source="stand")
    make_contact(effort, cleo.user, at=AT)
    by_person = pledge_ladder(ours.coordinator, kind, By.MOBILISER, at=AT)
    assert [(line.name, line.promised, line.informed) for line in by_person.lines] == [("Cleo", 4, 1)]
    by_event = pledge_ladder(ours.coordinator, kind, By.EVENT, at=AT)
    assert {line.name: line.promised for line in by_event.lines} == {str(event): 2, "The stand": 1}


def test_conversation_stands_beside_the_pledges_of_its_commune_partner_and_language(
    ours: World, kind: PledgeKind
) -> None:
    effort = make_effort(ours)
    make_contact(effort, None, at=AT, language="fr")
    make_contact(effort, None, at=AT, language="fr", outcome="nobody")
    tell(kind, 1, at=AT, locale="fr", partnership=ours.partnership)
    table = pledge_ladder(ours.coordinator, kind, By.LANGUAGE, at=AT)
    assert lines(table) == {"fr": (1, (1, 0, 0, 0), 0)}
    assert table.total.informed == 1
    by_partner = pledge_ladder(ours.coordinator, kind, By.PARTNER, at=AT)
    assert {line.name: (line.informed, line.promised) for line in by_partner.lines} == {
        ours.partner.name: (0, 1), ours.lead.name: (1, 0)
    }  # fmt: skip


def test_partner_reads_its_own_in_tens_and_nobody_elses(ours: World, kind: PledgeKind) -> None:
    tell(kind, 23, at=AT, partnership=ours.partnership, territory_code="NIS 21004")
    tell(kind, 4, at=AT, partnership=ours.partnership, territory_code="NIS 21009")
    tell(kind, 50, at=AT, territory_code="NIS 21004")
    table = pledge_ladder(ours.manager, kind, By.COMMUNE, at=AT)
    assert (table.total.promised, table.sight.is_whole) == (20, False)
    found = {line.key: line.promised for line in table.lines}
    assert found["NIS 21004"] == 20
    assert isinstance(found["NIS 21009"], FewerThan)


def test_analyst_reads_everybody_in_tens_and_no_mobilisers(ours: World, kind: PledgeKind) -> None:
    tell(kind, 57, at=AT, source="m1")
    tell(kind, 3, step="sent", at=AT)
    Source.objects.create(campaign=ours.campaign, code="m1", label="Stall · Cleo", kind=SourceKind.MOBILISER)
    table = pledge_ladder(ours.analyst, kind, By.MOBILISER, at=AT)
    assert table.by == By.COMMUNE
    assert table.total.promised == 60
    assert isinstance(table.total.steps[2], FewerThan)
    assert "Cleo" not in "".join(line.name for line in pledge_ladder(ours.analyst, kind, By.SOURCE, at=AT).lines)


@pytest.mark.parametrize(
    ("role", "is_exact"),
    [(Role.COORDINATOR, True), (Role.ORGANISER, True), (Role.DATA_PROTECTION_OFFICER, True), (Role.ANALYST, False)],
)
def test_only_who_sees_people_reads_exact_numbers(ours: World, role: Role, is_exact: bool) -> None:
    sight = sight_of(make_user("nora", role, ours.lead), ours.campaign)
    assert (sight.is_whole, sight.is_exact) == (True, is_exact)


def test_partner_that_left_reads_nothing(ours: World, kind: PledgeKind) -> None:
    tell(kind, 30, at=AT, partnership=ours.partnership)
    ours.partnership.left_at = AT
    ours.partnership.save()
    assert pledge_ladder(ours.manager, kind, By.COMMUNE, at=AT).total.promised == 0


@pytest.mark.parametrize("by", list(By))
def test_ladder_asks_no_more_for_many_than_for_one(ours: World, kind: PledgeKind, by: By) -> None:
    tell(kind, 1, at=AT, source=ours.source.code, territory_code="NIS 21004")
    pledge_ladder(ours.coordinator, kind, by, at=AT)
    with CaptureQueriesContext(connection) as of_one:
        pledge_ladder(ours.coordinator, kind, by, at=AT)
    for number in range(30):
        tell(kind, 3, at=AT, source=f"s{number % 3}", territory_code=f"NIS 2100{number % 9}", locale="fr")
    with CaptureQueriesContext(connection) as of_many:
        pledge_ladder(ours.coordinator, kind, by, at=AT)
    assert len(of_many) == len(of_one)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (10, 10), (19, 10), (20, 20), (104, 100)])
def test_in_tens_rounds_down(count: int, shown: int) -> None:
    assert in_tens(count) == shown
    assert not isinstance(in_tens(count), FewerThan)


@pytest.mark.parametrize("count", [1, 9])
def test_in_tens_hides_small_counts(count: int) -> None:
    assert isinstance(in_tens(count), FewerThan)
