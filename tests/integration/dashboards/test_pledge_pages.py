"""Pledges in the staff area's figures: who sees what, and that nothing passes for an official figure."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from campaigns.enums import Metric
from campaigns.models import Campaign, Goal, Initiative, PledgeKind, SupportVisit
from core.models import AuditEntry
from tests.factories.initiatives import make_initiative
from tests.factories.pledges import make_kind
from tests.factories.registrations import REGION, bring_in, make_election
from tests.factories.staff import World, browse, make_user
from tests.factories.told import tell_and_count

pytestmark = pytest.mark.django_db
NAMES = ("dashboards_pledge", "dashboards_pledge_chart", "dashboards_pledge_table")


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    """A kind to register for an election with two official figures, and some pledges."""
    election = make_election()
    ours.campaign.election = election
    ours.campaign.save(update_fields=["election"])
    bring_in(
        election,
        f"2018-06-01,{REGION},,all,20000,200000,,provisional,first.example",
        f"2018-07-28,{REGION},,all,20100,200000,,provisional,last.example",
    )
    kind = make_kind(ours.campaign, election=election)
    now = timezone.now()
    tell_and_count(kind, 12, at=now, territory_code="NIS 21009", partnership=ours.partnership)
    tell_and_count(kind, 3, step="sent", at=now - timedelta(days=3), territory_code="NIS 21004")
    tell_and_count(kind, 1, at=now, ending="gave_up", barrier="language")
    return kind


def read(user: Any, name: str, *args: Any, **query: str) -> str:
    response = browse(user).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def rows_of(user: Any, name: str, *args: Any, **query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read(user, name, *args, **query))))


def test_list_shows_each_kind_with_what_was_promised_and_kept(ours: World, kind: PledgeKind) -> None:
    body = read(ours.coordinator, "dashboards_pledges")
    assert "Register to vote" in body
    assert ">16<" in body
    assert ">3<" in body
    of_analyst = read(ours.analyst, "dashboards_pledges")
    assert ">10<" in of_analyst
    assert "fewer than 10" in of_analyst


def test_list_asks_no_more_for_three_kinds_than_for_one(ours: World, theirs: World, kind: PledgeKind) -> None:
    client, url = browse(ours.coordinator), reverse("dashboards_pledges")
    client.get(url)
    with CaptureQueriesContext(connection) as of_one:
        client.get(url)
    make_kind(ours.campaign, "apply-for-citizenship")
    make_kind(ours.campaign, "support-an-initiative")
    make_kind(theirs.campaign)
    with CaptureQueriesContext(connection) as of_three:
        body = client.get(url).content.decode()
    assert len(of_three) == len(of_one)
    assert body.count("progress-row--wide") == 3


def test_page_shows_steps_endings_and_days_as_people_told_us(ours: World, kind: PledgeKind) -> None:
    body = read(ours.coordinator, "dashboards_pledge", kind.pk)
    for words in ("form sent", "gave up", "It is no official figure", "Ixelles", "16 in the last seven days", "CSV"):
        assert words in body
    assert "data-png" in body


def test_page_before_the_first_pledge_says_so(ours: World) -> None:
    kind = make_kind(ours.campaign)
    assert "Nobody has promised anything yet" in read(ours.coordinator, "dashboards_pledge", kind.pk)


def test_initiative_shows_visits_passed_on_as_visits(ours: World) -> None:
    initiative: Initiative = make_initiative()
    kind = make_kind(ours.campaign, "support-an-initiative", initiative=initiative)
    tell_and_count(kind, 1, step="promised", at=timezone.now())
    for _ in range(4):
        SupportVisit.objects.create(kind=kind, locale="en", day=date(2026, 3, 2))
    body = read(ours.coordinator, "dashboards_pledge", kind.pk)
    assert "Visits passed on" in body
    assert '<dd class="progress-number">4</dd>' in body


@pytest.mark.parametrize("by", ["commune", "language", "source", "partner", "mobiliser", "event", "nonsense"])
def test_every_breakdown_has_its_page_and_its_file(ours: World, kind: PledgeKind, by: str) -> None:
    read(ours.coordinator, "dashboards_pledge", kind.pk, by=by)
    rows = rows_of(ours.coordinator, "dashboards_pledge_table", kind.pk, "ladder", by=by)
    assert (rows[0]["by"], rows[0]["promised"], rows[0]["sent_told"]) == ("total", "16", "3")
    assert all(row["source"] == "as people told us" for row in rows)


def test_files_are_audited(ours: World, kind: PledgeKind) -> None:
    for name in ("days", "ladder", "endings"):
        assert rows_of(ours.coordinator, "dashboards_pledge_table", kind.pk, name)
    entries = AuditEntry.objects.filter(action="campaigns.pledge_figures.exported").order_by("pk")
    assert [entry.details["table"] for entry in entries] == ["days", "ladder", "endings"]


def test_analysts_files_hold_no_small_number(ours: World, kind: PledgeKind) -> None:
    rows = rows_of(ours.analyst, "dashboards_pledge_table", kind.pk, "ladder")
    assert {row["sent_told"] for row in rows} == {"fewer than 10", "0"}
    days = rows_of(ours.analyst, "dashboards_pledge_table", kind.pk, "days")
    assert all("week_from" in row and row["promised"] in ("10", "fewer than 10") for row in days)


def test_partner_sees_its_own_pledges_alone(ours: World, kind: PledgeKind) -> None:
    rows = rows_of(ours.manager, "dashboards_pledge_table", kind.pk, "ladder")
    assert [(row["key"], row["promised"]) for row in rows] == [("", "10"), ("NIS 21009", "10")]
    assert rows_of(ours.manager, "dashboards_pledge_table", kind.pk, "endings") == []
    body = read(ours.manager, "dashboards_pledge", kind.pk)
    assert "Only your own organisation’s figures are shown" in body
    assert "gave up" not in body


@pytest.mark.parametrize("name", ["days", "ladder"])
def test_charts_are_saved_saying_that_people_told_us(ours: World, kind: PledgeKind, name: str) -> None:
    tell_and_count(kind, 1, at=timezone.now() - timedelta(days=1))
    body = read(ours.coordinator, "dashboards_pledge_chart", kind.pk, name)
    assert body.startswith("<svg")
    assert "as people told us" in body


def test_outsider_learns_nothing_and_who_has_no_role_is_refused(ours: World, theirs: World, kind: PledgeKind) -> None:
    addresses = [
        reverse("dashboards_pledge", args=[kind.pk]),
        reverse("dashboards_pledge_chart", args=[kind.pk, "ladder"]),
        reverse("dashboards_pledge_table", args=[kind.pk, "ladder"]),
        reverse("dashboards_attribution", args=[ours.campaign.pk]),
        reverse("dashboards_attribution_table", args=[ours.campaign.pk]),
        reverse("dashboards_goals_detail", args=[ours.campaign.pk]),
    ]
    for url in addresses:
        assert browse(theirs.coordinator).get(url).status_code == 404, url
        assert browse(make_user(f"nora{len(url)}{url[-3]}", None)).get(url).status_code in (302, 403), url
        assert Client().get(url).status_code == 302, url
    for name in NAMES[1:]:
        assert browse(ours.coordinator).get(reverse(name, args=[kind.pk, "nothing"])).status_code == 404


def test_registration_page_sets_our_ladder_beside_the_official_figures(ours: World, kind: PledgeKind) -> None:
    body = read(ours.coordinator, "dashboards_registrations_detail", ours.campaign.pk, by="language")
    for words in ("What people told us", "never mixed with them", "20,100", 'value="language" selected'):
        assert words in body
    kind.election = None
    kind.save(update_fields=["election"])
    assert "asks for no pledge" in read(ours.coordinator, "dashboards_registrations_detail", ours.campaign.pk)


def test_attribution_names_a_bound_and_never_a_cause(ours: World, kind: PledgeKind) -> None:
    when = datetime(2018, 6, 20, 12, tzinfo=UTC)
    tell_and_count(kind, 13, step="sent", at=when)
    query = {"from": "2018-06-01", "on": "2018-07-28"}
    body = read(ours.coordinator, "dashboards_attribution", ours.campaign.pk, **query)
    for words in ("+100", "+0.05 points", "13.0 % of the gain; it may be none", "nobody outside it can look up"):
        assert words in body
    rows = rows_of(ours.coordinator, "dashboards_attribution_table", ours.campaign.pk, **query)
    assert (rows[0]["gained_people"], rows[0]["told_us_sent"], rows[0]["at_most_of_the_gain"]) == ("100", "13", "13")
    assert len(rows) == 20
    assert "never a cause" in rows[0]["what_it_says"]
    assert AuditEntry.objects.filter(action="campaigns.pledge_figures.exported", details__table="attribution").exists()


def test_attribution_without_two_figures_says_so(ours: World, kind: PledgeKind) -> None:
    body = read(ours.coordinator, "dashboards_attribution", ours.campaign.pk, **{"from": "2018-07-28"})
    assert "no gain is known" in body
    assert "What they do not support" in body


def test_report_says_what_people_told_us_on_its_one_page(ours: World, kind: PledgeKind) -> None:
    response = browse(ours.coordinator).get(reverse("dashboards_registrations_paper", args=[ours.campaign.pk]))
    pages = PdfReader(io.BytesIO(response.content)).pages
    assert len(pages) == 1
    told = " ".join(pages[0].extract_text().split())
    assert "What people told us" in told
    assert "promised 16" in told
    assert "it says nothing of a cause" in told


def test_goals_are_on_one_page_and_on_the_home_page(ours: World, kind: PledgeKind) -> None:
    for metric in (Metric.EVENTS, Metric.PLEDGES, Metric.REGISTERED):
        Goal.objects.create(campaign=ours.campaign, metric=metric, target=49_406)
    body = read(ours.coordinator, "dashboards_goals_detail", ours.campaign.pk)
    assert body.count("<progress") == 3
    assert "pledges: 16 of 49,406" in body
    assert "In the last 7 days: 16, 2.3 a day." in body
    assert "last.example" in body
    assert ours.campaign.title in read(ours.coordinator, "dashboards_goals")
    assert "pledges: 16 of 49,406" in read(ours.coordinator, "wagtailadmin_home")
    assert browse(ours.manager).get(reverse("dashboards_goals_detail", args=[ours.campaign.pk])).status_code == 404
    assert "No campaign of yours has a goal yet" in read(ours.manager, "dashboards_goals")


def test_list_of_goals_asks_no_more_for_three_campaigns_than_for_one(ours: World) -> None:
    client, url = browse(ours.coordinator), reverse("dashboards_goals")
    Goal.objects.create(campaign=ours.campaign, metric=Metric.EVENTS, target=1)
    client.get(url)
    with CaptureQueriesContext(connection) as of_one:
        client.get(url)
    for number in range(2):
        campaign = Campaign.objects.create(title=f"More {number}", slug=f"more-{number}", organisation=ours.lead)
        Goal.objects.create(campaign=campaign, metric=Metric.EVENTS, target=1)
    with CaptureQueriesContext(connection) as of_three:
        assert "More 1" in client.get(url).content.decode()
    assert len(of_three) == len(of_one)
