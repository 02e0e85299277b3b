"""Figures equal a recount, by whoever looks, at a cost that does not grow."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from outreach.actions.revocations import Session, revoke_session
from outreach.charts import draw_columns, draw_commune_map
from outreach.enums import CONVERSATIONS, Outcome, RecordType
from outreach.models import OutreachContact
from outreach.selectors.figures import Filters, contact_figures, figure_choices
from outreach.selectors.pace import judge_rate, paces
from outreach.selectors.sessions import sessions_for
from places.models import Territory
from tests.factories.fieldwork import STALL, generate_contacts, make_contact, make_effort, make_team, make_volunteer
from tests.factories.staff import World, make_user

ALL = Filters()


def test_each_breakdown_adds_up_to_the_whole(ours: World, territories: None) -> None:
    team = make_team(ours, "Canal")
    generate_contacts(make_effort(ours), [make_volunteer(ours, name, team=team) for name in "ABC"], 300)
    found = contact_figures(ours.coordinator, ALL, at=STALL)
    assert found.total.attempts == 300
    talked = OutreachContact.objects.filter(outcome__in=CONVERSATIONS).count()
    assert found.total.conversations == talked
    for lines in (found.outcomes, found.communes, found.languages, found.hours, found.days):
        assert sum(line.attempts for line in lines) == 300
        assert sum(line.conversations for line in lines) == talked
    named = [key for keys in OutreachContact.objects.values_list("barriers", flat=True) for key in keys]
    assert {line.key: line.attempts for line in found.barriers} == {key: named.count(key) for key in set(named)}
    assert sum(each.line.attempts for each in found.mobilisers) == 300
    assert found.is_generated


def test_what_was_undone_corrected_or_revoked_is_not_in_it(ours: World) -> None:
    effort, cleo = make_effort(ours), make_volunteer(ours)
    kept = make_contact(effort, cleo.user)
    make_contact(effort, cleo.user, root=kept, record_type=RecordType.CORRECTION, outcome=Outcome.PLEDGED)
    undone = make_contact(effort, cleo.user)
    make_contact(effort, cleo.user, root=undone, record_type=RecordType.UNDO)
    session = uuid.uuid4()
    make_contact(effort, cleo.user, session_id=session)
    assert cleo.user_id
    revoke_session(session=Session(effort.pk, cleo.user_id, ours.lead.pk, session), reason="r",
                   by=ours.coordinator, at=STALL)  # fmt: skip
    found = contact_figures(ours.coordinator, ALL, at=STALL)
    assert [(line.key, line.attempts) for line in found.outcomes] == [("pledged", 1)]


def test_lead_sees_all_a_partner_its_own_an_analyst_no_names_an_outsider_nothing(ours: World, theirs: World) -> None:
    effort = make_effort(ours)
    make_contact(effort, make_volunteer(ours).user)
    theirs_of_effort = make_volunteer(ours, "Partner's", ours.partner)
    make_contact(effort, theirs_of_effort.user, organisation=ours.partner)
    partners_analyst = make_user("ours-pia", Role.ANALYST, ours.partner)
    seen = {}
    for user in (ours.coordinator, ours.dpo, ours.manager, ours.analyst, partners_analyst, theirs.coordinator):
        found = contact_figures(user, ALL, at=STALL)
        seen[user.first_name] = found.total.attempts, [each.name for each in found.mobilisers]
    assert seen == {
        "ours-ada": (2, ["Cleo", "Partner's"]),
        "ours-gul": (2, ["Cleo", "Partner's"]),
        "ours-ben": (1, ["Partner's"]),
        "ours-finn": (2, []),
        "ours-pia": (1, []),
        "theirs-ada": (0, []),
    }
    assert [each.pk for each in figure_choices(ours.manager).efforts] == [effort.pk]
    assert figure_choices(theirs.coordinator).efforts == []


def test_filters_narrow_by_local_days_effort_team_and_organisation(ours: World) -> None:
    effort, other = make_effort(ours), make_effort(ours, "Other")
    team, cleo = make_team(ours, "Canal"), make_volunteer(ours)
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # half past midnight of the 2nd in Brussels
    make_contact(effort, cleo.user, at=late, team=team)
    make_contact(other, cleo.user, at=STALL - timedelta(days=9), organisation=ours.partner)
    second = date(2026, 3, 2)
    for filters, expected in (
        (Filters(first=second, last=second), 1),
        (Filters(last=date(2026, 3, 1)), 1),
        (Filters(effort=effort.pk), 1),
        (Filters(team=team.pk), 1),
        (Filters(organisation=ours.partner.pk), 1),
        (Filters(effort=other.pk, team=team.pk), 0),
    ):
        assert contact_figures(ours.coordinator, filters, at=STALL).total.attempts == expected, filters
    assert [line.key for line in contact_figures(ours.coordinator, Filters(team=team.pk), at=STALL).hours] == ["0"]


def test_figures_cost_the_same_for_few_and_many(ours: World, territories: None, django_assert_num_queries: Any) -> None:
    effort, people = make_effort(ours), [make_volunteer(ours, name) for name in "ABCDE"]
    generate_contacts(effort, people, 30)
    contact_figures(ours.coordinator, ALL, at=STALL)  # reads rights and names of places, once
    with django_assert_num_queries(12):
        contact_figures(ours.coordinator, ALL, at=STALL)
    generate_contacts(effort, people, 400, seed=11)
    with django_assert_num_queries(12):
        contact_figures(ours.coordinator, ALL, at=STALL)


def test_pace_is_the_middle_gap_and_odd_gaps_are_signals(ours: World) -> None:
    effort, cleo, marek = make_effort(ours), make_volunteer(ours), make_volunteer(ours, "Marek")
    steady, burst = uuid.uuid4(), uuid.uuid4()
    for minute in (0, 3, 6, 9, 200):  # the last gap is a break
        make_contact(effort, cleo.user, session_id=steady, at=STALL + timedelta(minutes=minute))
    for number in range(41):
        make_contact(effort, marek.user, session_id=burst, at=STALL + timedelta(seconds=6 * number))
    make_contact(effort, marek.user, session_id=burst, at=STALL + timedelta(seconds=6 * 40 + 2))
    found = paces(OutreachContact.objects.counting(), "mobiliser_id")
    assert found[cleo.user_id].median_minutes == pytest.approx(3.5)  # within the half minute from 3.0 on
    assert found[cleo.user_id].signals == []
    assert found[marek.user_id].signals == [
        "40 records or more within 5 minutes",
        "1 record less than 5 seconds after the one before",
    ]
    by_session = {line.mobiliser: line for line in sessions_for(ours.coordinator).lines}
    assert by_session["Marek"].pace.signals == found[marek.user_id].signals
    assert by_session["Cleo"].records == 5


def test_sessions_are_paged_by_their_end(ours: World) -> None:
    effort, cleo = make_effort(ours), make_volunteer(ours)
    for number in range(53):
        make_contact(effort, cleo.user, at=STALL - timedelta(hours=number))
    first = sessions_for(ours.coordinator)
    second = sessions_for(ours.coordinator, before=first.older)
    assert (len(first.lines), len(second.lines), second.older) == (50, 3, None)


@pytest.mark.parametrize(
    ("rate", "said"), [(None, ""), (0.05, "lower than usual"), (0.2, "usual"), (0.9, "higher than usual")]
)
def test_contact_rate_is_held_against_what_is_usual(rate: float | None, said: str) -> None:
    assert judge_rate(rate) == said


def test_map_shows_a_number_in_every_commune_with_conversations(ours: World, territories: None) -> None:
    ixelles = Territory.objects.get(code="NIS 21009")
    make_contact(make_effort(ours), make_volunteer(ours).user, territory=ixelles)
    found = contact_figures(ours.coordinator, ALL, at=STALL)
    drawing = draw_commune_map("m", found.communes, found.map)
    assert drawing is not None
    svg = drawing.inline()
    assert svg.count("<path") >= 19
    assert "Ixelles: 1 records, 1 conversations" in svg
    assert draw_commune_map("m", found.communes, None) is None
    assert draw_columns("h", "Hours", found.hours, ["13"]) is None
