"""The demo's pledges: spread over everything the figures are broken down by, plausible, marked, and made once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db.models import F

from accounts.demo import load_demo_accounts
from campaigns.actions.tallies import find_drift
from campaigns.demo import load_demo_campaign
from campaigns.demo_election import load_demo_election
from campaigns.demo_figures import load_demo_figures
from campaigns.demo_initiatives import load_demo_initiatives
from campaigns.demo_pledge_kinds import load_demo_pledge_kinds
from campaigns.demo_support import load_demo_support
from campaigns.demo_vote import SLUG, load_demo_vote_campaign
from campaigns.enums import Metric, SourceKind
from campaigns.models import Campaign, Goal, Pledge, PledgeMove, RegistrationCount, Source, SupportVisit, Tally
from campaigns.selectors.registration_figures import registration_figures
from events.demo import load_demo_events
from outreach.demo import load_demo_outreach
from outreach.demo_pledges import HOW_MANY, VISITS, load_demo_pledges
from volunteers.demo import load_demo_volunteers

AT = datetime(2026, 5, 2, 12, tzinfo=UTC)


@pytest.fixture
def loaded(settings: LazySettings, db: None) -> int:
    settings.DEMO_MODE = True
    call_command("load_places", verbosity=0)
    load_demo_accounts()
    load_demo_campaign(at=AT)
    load_demo_initiatives()
    load_demo_support(at=AT)
    load_demo_vote_campaign(at=AT)
    load_demo_election(at=AT)
    load_demo_pledge_kinds()
    load_demo_figures(at=AT)
    load_demo_events(at=AT)
    load_demo_volunteers(at=AT)
    load_demo_outreach(at=AT)
    return load_demo_pledges(at=AT)


def pledges_are_marked_and_spread() -> None:
    pledges = Pledge.objects.all()
    assert not pledges.filter(is_generated=False).exists()
    for column, fewest in (("kind", 3), ("territory_code", 19), ("locale", 4), ("standing", 4), ("partnership", 3)):
        assert len(set(pledges.values_list(column, flat=True))) >= fewest, column
    codes = set(pledges.values_list("source", flat=True))
    kinds = set(Source.objects.filter(code__in=codes).values_list("kind", flat=True))
    assert kinds == {SourceKind.LINK, SourceKind.PARTNER, SourceKind.EVENT, SourceKind.MATERIAL, SourceKind.MOBILISER}
    assert any(code.startswith("~") for code in codes)
    assert pledges.filter(barrier__gt="").exists()


def moves_are_plausible() -> None:
    moves = PledgeMove.objects.all()
    assert not moves.filter(at__gt=AT).exists()
    assert not moves.filter(at__lt=F("pledge__confirmed_at")).exists()
    last = {move.pledge_id: move for move in moves.order_by("pk")}
    for pledge in Pledge.objects.all():
        move = last[pledge.pk]
        assert (move.step, move.ending, move.standing, move.at) == (
            pledge.step, pledge.ending, pledge.standing, pledge.step_at,
        )  # fmt: skip


def test_demo_pledges_are_generated_once_and_counted(loaded: int) -> None:
    assert loaded == sum(HOW_MANY.values())
    pledges_are_marked_and_spread()
    moves_are_plausible()
    assert SupportVisit.objects.filter(is_generated=True, kind__initiative__isnull=False).count() == VISITS
    assert not SupportVisit.objects.filter(day__gt=AT.date()).exists()
    assert find_drift() == []
    totals = Tally.objects.filter(pledge_kind__isnull=False, metric=Metric.PLEDGES).totals()
    assert sum(totals.values_list("count", flat=True)) == loaded
    assert load_demo_pledges(at=AT + timedelta(days=1)) == 0
    assert Pledge.objects.count() == loaded


def test_demo_campaign_shows_its_goals_and_figures_nobody_takes_for_real(loaded: int) -> None:
    campaign = Campaign.objects.get(slug=SLUG)
    targets = dict(Goal.objects.filter(campaign=campaign).values_list("metric", "target"))
    real = {Metric.EVENTS: 80, Metric.MOBILISERS: 100, Metric.INFORMED: 3_000, Metric.REGISTERED: 49_406}
    assert targets.items() >= real.items()
    sources = set(RegistrationCount.objects.filter(election=campaign.election).values_list("source", flat=True))
    assert sources == {"generated for the demo, no authority published it"}
    figures = registration_figures(campaign, on=AT.date())
    assert figures is not None
    assert figures.findings == ()
    assert sum(line.now.registered or 0 for line in figures.communes if line.now) == figures.whole.now.registered  # type: ignore[union-attr]
    count = RegistrationCount.objects.count()
    load_demo_figures(at=AT + timedelta(days=3))
    assert RegistrationCount.objects.count() == count
