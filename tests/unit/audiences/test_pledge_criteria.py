"""Segments of people by what they promised: whose it is to know, and one pledge for all that is asked of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audiences.criteria import choices
from audiences.criteria.base import known_parameters
from audiences.segment_rules import parse_rule
from audiences.selectors.descriptions import describe_rule
from audiences.selectors.ground import ground_of
from audiences.selectors.members import members
from campaigns.actions.pledges import move_pledge, withdraw_pledge
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import ToldBy
from places.models import Territory
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import NOON, World

LATER = NOON + timedelta(days=2)


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign, due_date=date(2026, 7, 31))


def names(rule: Any, organisation: Any) -> set[str]:
    return set(members(rule, organisation=organisation, at=LATER).values_list("full_name", flat=True))


def promised(kind: PledgeKind, name: str, **told: Any) -> Pledge:
    at = told.pop("at", NOON)
    return make_pledge(kind, f"{name.lower()}@example.org", at=at, full_name=name, **told)


def moved(pledge: Pledge, step: str, **fields: str) -> None:
    move_pledge(pledge=pledge, step=step, told_by=ToldBy.OWN_PAGE, at=NOON, **fields)


def test_pledged_is_by_kind_and_day_and_not_who_took_it_back(ours: World, kind: PledgeKind) -> None:
    other = make_kind(ours.campaign, "apply-for-citizenship")
    promised(kind, "Nina")
    promised(kind, "Omar", at=NOON + timedelta(days=1))
    promised(other, "Pia")
    withdraw_pledge(pledge=promised(kind, "Rosa"), at=NOON)
    assert names({"is": "pledged"}, ours.lead) == {"Nina", "Omar", "Pia"}
    assert names({"is": "pledged", "kinds": [kind.pk]}, ours.lead) == {"Nina", "Omar"}
    assert names({"is": "pledged", "since": "2026-03-03"}, ours.lead) == {"Omar"}
    assert names({"is": "pledged", "until": "2026-03-02"}, ours.lead) == {"Nina", "Pia"}
    assert names({"not": {"is": "pledged"}}, ours.lead) == {"Rosa"}


def test_promised_and_not_done_yet(ours: World, kind: PledgeKind) -> None:
    promised(kind, "Nina")
    moved(promised(kind, "Omar"), "sent")
    moved(promised(kind, "Pia"), "form_given")
    asked = {"is": "pledge_stands", "kinds": [kind.pk]}
    assert names({**asked, "standings": ["open"]}, ours.lead) == {"Nina", "Pia"}
    assert names({**asked, "steps": [f"{kind.pk}:form_given"]}, ours.lead) == {"Pia"}
    assert names({**asked, "standings": ["acted", "complete"]}, ours.lead) == {"Omar"}


def test_gave_up_because_of_something(ours: World, kind: PledgeKind) -> None:
    moved(promised(kind, "Nina"), "informed", ending="gave_up", barrier="language")
    moved(promised(kind, "Omar"), "informed", ending="gave_up", barrier="no_time")
    moved(promised(kind, "Pia"), "informed", ending="not_eligible")
    asked = {"is": "pledge_stands", "endings": [f"{kind.pk}:gave_up"]}
    assert names(asked, ours.lead) == {"Nina", "Omar"}
    assert names({**asked, "barriers": [f"{kind.pk}:language"]}, ours.lead) == {"Nina"}


def test_what_is_asked_is_true_of_one_pledge_and_keys_are_their_own_kinds(ours: World, kind: PledgeKind) -> None:
    other = make_kind(ours.campaign, "apply-for-citizenship")
    promised(kind, "Nina")
    moved(promised(other, "Nina"), "handed_in")
    assert names({"is": "pledge_stands", "kinds": [kind.pk], "standings": ["acted"]}, ours.lead) == set()
    assert names({"is": "pledge_stands", "steps": [f"{other.pk}:informed"]}, ours.lead) == set()
    assert names({"is": "pledge_stands", "steps": [f"{kind.pk}:informed"]}, ours.lead) == {"Nina"}


@pytest.mark.parametrize("told", ["sent", "x:sent", "٣:sent", "99999999999999999999:sent", ":"])
def test_key_nobody_offered_is_nobody(ours: World, kind: PledgeKind, told: str) -> None:
    moved(promised(kind, "Nina"), "sent")
    assert names({"is": "pledge_stands", "steps": [told]}, ours.lead) == set()


def test_pledged_for_a_commune_or_a_region_with_its_communes(ours: World, kind: PledgeKind) -> None:
    region, _ = Territory.objects.get_or_create(
        code="BE-BRU", defaults={"level": Territory.Level.REGION, "names": {"en": "Brussels"}}
    )
    Territory.objects.get_or_create(
        code="NIS 21009", defaults={"level": Territory.Level.COMMUNE, "parent": region, "names": {"en": "Ixelles"}}
    )
    promised(kind, "Nina", commune="NIS 21009")
    promised(kind, "Omar", nationality="FR")
    promised(kind, "Pia")
    for place, expected in (("NIS 21009", {"Nina"}), ("BE-BRU", {"Nina"}), ("FR", {"Omar"}), ("BE", set())):
        assert names({"is": "pledged_for", "places": [place]}, ours.lead) == expected, place


def test_partner_knows_pledges_it_brought_of_those_who_agreed(ours: World, kind: PledgeKind) -> None:
    brought = promised(kind, "Nina", source=ours.source.code)
    promised(kind, "Omar", source=ours.source.code)
    elsewhere = promised(make_kind(ours.campaign, "apply-for-citizenship"), "Nina")
    promised(kind, "Pia")
    ours.consent(brought, ours.partner)  # type: ignore[arg-type]
    everybody: dict[str, Any] = {"all": []}
    assert names(everybody, ours.partner) == {"Nina"}
    assert names({"is": "pledged"}, ours.partner) == {"Nina"}
    assert names({"is": "pledged", "kinds": [elsewhere.kind_id]}, ours.partner) == set()
    assert names({"is": "link", "links": [ours.source.code]}, ours.partner) == {"Nina"}
    assert names({"is": "partner", "partners": [ours.partnership.pk]}, ours.lead) == {"Nina", "Omar"}
    assert names(everybody, ours.lead) == {"Nina", "Omar", "Pia"}


def test_pledges_of_somebody_elses_campaign_are_nobodys(ours: World, theirs: World, kind: PledgeKind) -> None:
    promised(kind, "Nina")
    for rule in ({"is": "pledged", "kinds": [kind.pk]}, {"is": "pledge_stands", "steps": [f"{kind.pk}:informed"]}):
        assert names(rule, theirs.lead) == set()
    assert choices.pledge_steps(ground_of(theirs.lead.pk, LATER)) == []


def test_known_since_is_since_they_pledged(ours: World, kind: PledgeKind) -> None:
    promised(kind, "Nina", at=datetime(2026, 3, 3, 9, tzinfo=UTC))
    assert names({"is": "known", "since": "2026-03-03"}, ours.lead) == {"Nina"}
    assert names({"is": "known", "since": "2026-03-04"}, ours.lead) == set()


def test_rule_reads_as_a_sentence(ours: World, kind: PledgeKind) -> None:
    rule = {
        "is": "pledge_stands", "kinds": [kind.pk], "standings": ["open"], "steps": [f"{kind.pk}:form_given"],
        "barriers": [f"{kind.pk}:language"],
    }  # fmt: skip
    said = describe_rule(parse_rule(rule, known_parameters()), ground_of(ours.lead.pk, LATER))
    assert said == (
        "Everybody who pledged: Register to vote which is still to do and is at the step "
        "Register to vote · has the form because: Register to vote · It was not in my language."
    )


def test_members_by_pledges_are_one_query(ours: World, kind: PledgeKind, django_assert_num_queries: Any) -> None:
    rule = {"all": [{"is": "pledged", "kinds": [kind.pk]}, {"not": {"is": "pledge_stands", "standings": ["open"]}}]}
    rows = members(rule, organisation=ours.lead, at=LATER)
    with django_assert_num_queries(1):
        rows.count()
