"""The demo's mobilisers and conversations: to scale, marked as generated, and loaded only once."""

from datetime import UTC, datetime

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db.models import F, Sum
from django.utils import timezone

from accounts.demo import load_demo_accounts
from accounts.models import User
from campaigns.demo import load_demo_campaign
from campaigns.demo_initiatives import load_demo_initiatives
from campaigns.demo_vote import SLUG, load_demo_vote_campaign
from events.demo import load_demo_events
from events.demo_reports import load_demo_reports
from events.enums import EventKind, EventStatus
from events.models import Attendance, Event, EventType, OutcomeReport, Rsvp, Timeslot, Venue
from outreach.demo import load_demo_outreach
from outreach.models import CanvassingEffort, ContactIdentity, OutreachContact, PaperBatch
from outreach.selectors.efforts import efforts_of, volunteers_of
from volunteers.demo import CLEO, load_demo_agenda, load_demo_volunteers
from volunteers.demo_events import load_demo_event_shifts
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
    load_demo_events(at=AT)
    load_demo_volunteers(at=AT)
    load_demo_agenda(at=AT)
    load_demo_event_shifts(at=AT)
    load_demo_outreach(at=AT)
    load_demo_reports(at=AT)


def campaign_is_to_scale_and_marked() -> None:
    working = Volunteer.objects.working().filter(campaign__slug=SLUG)
    assert working.count() == 100
    assert working.filter(user__isnull=False).count() == 100
    assert working.get(user__email=CLEO).organisation.slug == "open-doors-brussels"
    assert 2_900 <= OutreachContact.objects.counting().count() <= 3_100
    assert OutreachContact.objects.filter(occurred_at__gt=AT).count() == 0
    for model in (Volunteer, OutreachContact, CanvassingEffort, PaperBatch):
        assert not model._default_manager.filter(is_generated=False).exists(), model


def paper_is_handed_only_to_those_who_signed_the_agreement() -> None:
    assert not PaperBatch.objects.exclude(initiative__campaign=F("holder__campaign")).exists()
    batches = PaperBatch.objects.select_related("acceptance__text")
    assert batches.count() == 8
    assert {batch.acceptance.text.kind for batch in batches if batch.acceptance} == {AgreementKind.PROCESSOR}
    assert all(batch.acceptance and batch.acceptance.volunteer_id == batch.holder_id for batch in batches)


def phone_of_cleo_is_filled() -> None:
    cleo = User.objects.get(email=CLEO)
    efforts = efforts_of(cleo, volunteers_of(cleo, timezone.now()))
    assert [each.blocked_because(AT) for each in efforts] == ["", "", ""]
    assert sum(each.effort.petition_id is not None for each in efforts) == 1
    assert len(upcoming_shifts_of(cleo, AT)) >= 2
    assert "coming" in {each.presence for each in upcoming_trainings_of(cleo, AT)}


def eighty_events_stand_in_the_nineteen_communes() -> None:
    events = Event.objects.filter(campaign__slug=SLUG)
    assert events.count() == 80
    assert events.values("territory").distinct().count() == 19
    first, last = events.order_by("starts_at").first(), events.order_by("starts_at").last()
    assert first is not None
    assert last is not None
    assert (last.starts_at - first.starts_at).days >= 150
    for model in (Event, EventType, Venue, Rsvp, Attendance, OutcomeReport):
        assert not model._default_manager.filter(is_generated=False).exists(), model
    for slot in Timeslot.objects.all():
        people = slot.rsvps.holding().aggregate(people=Sum("party_size"))["people"] or 0
        assert slot.taken == people <= (slot.capacity or people)
    waiting = Rsvp.objects.waiting().select_related("timeslot")
    assert waiting.exists()
    assert all(rsvp.timeslot.free < rsvp.party_size for rsvp in waiting)
    reported = events.filter(status=EventStatus.REPORTED)
    assert reported.count() == OutcomeReport.objects.count() > 50
    assert OutreachContact.objects.filter(event__in=reported).count() > 1_000
    now_at = events.get(starts_at__lte=AT, ends_at__gt=AT, event_type__kind=EventKind.STAND)
    assert now_at.shifts.filter(assignments__volunteer__user__email=CLEO).exists()


@pytest.mark.usefixtures("loaded")
def test_demo_is_to_scale_whole_and_marked() -> None:
    """Load once and look at all of it: loading takes most of the time."""
    campaign_is_to_scale_and_marked()
    paper_is_handed_only_to_those_who_signed_the_agreement()
    phone_of_cleo_is_filled()
    eighty_events_stand_in_the_nineteen_communes()


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
        Event,
        Rsvp,
        Attendance,
        OutcomeReport,
    )
    before = [model._default_manager.count() for model in models]
    load()
    assert [model._default_manager.count() for model in models] == before
