"""The demo's mobilisers and conversations: to scale, marked as generated, and loaded only once."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from accounts.demo import load_demo_accounts
from accounts.models import User
from campaigns.demo import load_demo_campaign
from campaigns.demo_initiatives import load_demo_initiatives
from campaigns.demo_vote import SLUG, load_demo_vote_campaign
from outreach.demo import load_demo_outreach
from outreach.models import CanvassingEffort, ContactIdentity, OutreachContact, PaperBatch
from outreach.selectors.efforts import efforts_of, volunteers_of
from volunteers.demo import CLEO, load_demo_agenda, load_demo_volunteers
from volunteers.enums import AgreementKind
from volunteers.models import ShiftAssignment, TrainingAttendance, Volunteer
from volunteers.selectors.agenda import upcoming_shifts_of, upcoming_trainings_of

AT = datetime(2026, 5, 2, 12, tzinfo=UTC)


@pytest.fixture
def loaded(settings: LazySettings, db: None) -> None:
    settings.DEMO_MODE = True
    call_command("load_places", verbosity=0)
    load_demo_accounts()
    load_demo_campaign(at=AT)
    load_demo_initiatives()
    load()


def load() -> None:
    load_demo_vote_campaign(at=AT)
    load_demo_volunteers(at=AT)
    load_demo_agenda(at=AT)
    load_demo_outreach(at=AT)


@pytest.mark.usefixtures("loaded")
def test_demo_shows_a_campaign_to_scale_and_marks_everything() -> None:
    working = Volunteer.objects.working().filter(campaign__slug=SLUG)
    assert working.count() == 100
    assert working.filter(user__isnull=False).count() == 100
    assert working.get(user__email=CLEO).organisation.slug == "open-doors-brussels"
    assert 2_900 <= OutreachContact.objects.counting().count() <= 3_100
    assert OutreachContact.objects.filter(occurred_at__gt=AT).count() == 0
    for model in (Volunteer, OutreachContact, CanvassingEffort, PaperBatch):
        assert not model._default_manager.filter(is_generated=False).exists(), model


@pytest.mark.usefixtures("loaded")
def test_demo_hands_paper_only_to_those_who_signed_the_agreement() -> None:
    assert not PaperBatch.objects.exclude(initiative__campaign=F("holder__campaign")).exists()
    batches = PaperBatch.objects.select_related("acceptance__text")
    assert batches.count() == 8
    assert {batch.acceptance.text.kind for batch in batches if batch.acceptance} == {AgreementKind.PROCESSOR}
    assert all(batch.acceptance and batch.acceptance.volunteer_id == batch.holder_id for batch in batches)


@pytest.mark.usefixtures("loaded")
def test_demo_fills_cleos_phone() -> None:
    cleo = User.objects.get(email=CLEO)
    efforts = efforts_of(cleo, volunteers_of(cleo, timezone.now()))
    assert [each.blocked_because(AT) for each in efforts] == ["", "", ""]
    assert sum(each.effort.petition_id is not None for each in efforts) == 1
    assert len(upcoming_shifts_of(cleo, AT)) >= 2
    assert "coming" in {each.presence for each in upcoming_trainings_of(cleo, AT)}


@pytest.mark.usefixtures("loaded")
def test_demo_loaded_twice_adds_nothing() -> None:
    models = (
        ShiftAssignment,
        TrainingAttendance,
        Volunteer,
        OutreachContact,
        CanvassingEffort,
        PaperBatch,
        ContactIdentity,
    )
    before = [model._default_manager.count() for model in models]
    load()
    assert [model._default_manager.count() for model in models] == before
