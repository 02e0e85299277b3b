"""Visits passed on to the form: what is written of one, and what staff are told of many."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from campaigns.actions.support_visits import record_support_visit
from campaigns.models import PledgeKind, SupportVisit
from campaigns.selectors import support_visits as selector
from campaigns.selectors.support_visits import DayVisits, PartnerVisits, SourceVisits, support_visits
from tests.factories.campaigns import make_partnership, make_source, sign
from tests.factories.cms import make_petition
from tests.factories.pledges import make_kind
from tests.factories.staff import World

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture
def ours(db: None) -> World:
    return World("ours")


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign, "support-an-initiative")


def visit(kind: PledgeKind, times: int = 1, **fields: Any) -> None:
    SupportVisit.objects.bulk_create(
        SupportVisit(**{"kind": kind, "locale": "en", "day": FIRST, **fields}) for _time in range(times)
    )


def visit_all_ways(kind: PledgeKind, ours: World) -> None:
    visit(kind, 3, source="ours-link", bucket="ours-link", partnership=ours.partnership)
    visit(kind, 2, day=SECOND, is_generated=True)
    visit(kind, source="~abc", bucket="ours-link", partnership=ours.partnership, day=SECOND)
    visit(kind, source="~def")


def test_visit_holds_the_origin_the_language_and_the_day_alone(kind: PledgeKind, ours: World) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # the next day in Brussels
    made = record_support_visit(kind=kind, source="ours-link", locale="ar", at=late)
    assert (made.partnership, made.source, made.bucket) == (ours.partnership, "ours-link", "ours-link")
    assert (made.locale, made.day) == ("ar", SECOND)
    assert {field.name for field in SupportVisit._meta.get_fields()} == {
        "id", "kind", "partnership", "source", "bucket", "locale", "day", "is_generated",
    }  # fmt: skip


def test_visit_by_a_supporters_own_link_credits_who_brought_them(kind: PledgeKind, ours: World, at: datetime) -> None:
    signature = sign(ours.petition, at=at, source="ours-link")
    made = record_support_visit(kind=kind, source=f"~{signature.share_code}", locale="en", at=at)
    assert (made.partnership, made.bucket) == (ours.partnership, "ours-link")


def test_visit_by_the_link_of_a_partner_that_left_credits_nobody(kind: PledgeKind, ours: World, at: datetime) -> None:
    ours.partnership.left_at = at
    ours.partnership.save()
    assert record_support_visit(kind=kind, source="ours-link", locale="en", at=at).partnership is None


def test_same_press_twice_is_two_visits(kind: PledgeKind, at: datetime) -> None:
    for _press in range(2):
        record_support_visit(kind=kind, source="", locale="en", at=at)
    assert SupportVisit.objects.count() == 2


@pytest.mark.parametrize("source", ["x" * 41, "a b", "\x00", "~", "x" * 100_000, "é"])
def test_what_cannot_be_a_code_is_left_out(kind: PledgeKind, at: datetime, source: str) -> None:
    assert record_support_visit(kind=kind, source=source, locale="en", at=at).source == ""


def test_figures_by_link_partner_and_day(kind: PledgeKind, ours: World) -> None:
    visit_all_ways(kind, ours)
    figures = support_visits(ours.coordinator, kind)
    assert (figures.total, figures.generated) == (7, 2)
    assert figures.by_source == (
        SourceVisits("ours-link", "ours leaflet", 3),
        SourceVisits("", "no link", 2),
        SourceVisits("~", "supporters' own links", 2),
    )
    assert figures.by_partner == (
        PartnerVisits(ours.partnership.pk, "ours partner", 4),
        PartnerVisits(None, "no partner", 3),
    )
    assert figures.by_day == (DayVisits(FIRST, 4), DayVisits(SECOND, 3))


def test_figures_of_some_days(kind: PledgeKind, ours: World) -> None:
    visit_all_ways(kind, ours)
    assert support_visits(ours.coordinator, kind, since=SECOND).total == 3
    assert support_visits(ours.coordinator, kind, until=FIRST).total == 4
    assert support_visits(ours.coordinator, kind, since=SECOND, until=FIRST).by_day == ()


def test_figures_without_a_visit_are_empty(kind: PledgeKind, ours: World) -> None:
    figures = support_visits(ours.coordinator, kind)
    assert (figures.total, figures.generated, figures.by_source, figures.by_partner) == (0, 0, (), ())


def test_partner_sees_its_own_visits_while_it_takes_part(kind: PledgeKind, ours: World, at: datetime) -> None:
    visit_all_ways(kind, ours)
    figures = support_visits(ours.manager, kind)
    assert figures.total == 4
    assert [row.partnership_id for row in figures.by_partner] == [ours.partnership.pk]
    assert [row.code for row in figures.by_source] == ["ours-link", "~"]
    ours.partnership.left_at = at
    ours.partnership.save()
    assert support_visits(ours.manager, kind).total == 0


def test_others_see_no_visit(kind: PledgeKind, ours: World) -> None:
    theirs = World("theirs")
    visit_all_ways(kind, ours)
    visit(make_kind(theirs.campaign, "support-an-initiative"), source="theirs-link", partnership=theirs.partnership)
    for outsider in (theirs.coordinator, theirs.manager, theirs.analyst):
        assert support_visits(outsider, kind).total == 0
    assert support_visits(ours.analyst, kind).total == 7


def test_link_of_another_campaign_keeps_its_name_to_itself(kind: PledgeKind, ours: World) -> None:
    elsewhere = make_petition().campaign
    make_source(elsewhere, "secret", make_partnership(elsewhere))
    visit(kind, source="secret")
    assert support_visits(ours.coordinator, kind).by_source == (SourceVisits("secret", "secret", 1),)


def test_made_up_codes_do_not_make_an_endless_list(
    kind: PledgeKind, ours: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "MOST_SOURCES", 2)
    for number in range(4):
        visit(kind, 4 - number, source=f"code{number}")
    figures = support_visits(ours.coordinator, kind)
    assert figures.by_source == (
        SourceVisits("code0", "code0", 4),
        SourceVisits("code1", "code1", 3),
        SourceVisits(None, "further links", 3),
    )
    assert sum(row.visits for row in figures.by_source) == figures.total


@pytest.mark.parametrize("times", [1, 3])
def test_figures_cost_four_queries_however_many_visits(
    kind: PledgeKind, ours: World, django_assert_num_queries: Any, times: int
) -> None:
    for number in range(times):
        partnership = make_partnership(ours.campaign)
        make_source(ours.campaign, f"link{number}", partnership)
        visit(kind, source=f"link{number}", partnership=partnership, day=date(2026, 3, 1 + number))
    with django_assert_num_queries(4):
        figures = support_visits(ours.coordinator, kind)
    assert len(figures.by_source) == len(figures.by_partner) == len(figures.by_day) == times
