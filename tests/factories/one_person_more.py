"""The one person in the tables that `meet_everywhere` does not lead through: rows written as they would stand there."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from audiences.models import AutomationRun, WebhookCall
from campaigns.models import Pledge, PledgeNote
from coalition.enums import ApplicationStatus
from coalition.models import HandedOver, PartnerContact
from events.enums import RsvpStatus
from events.models import Attendance, AttendanceUndo, Event, Feedback
from messaging.models import DeliveryReport, OutboundMessage
from outreach.models import ContactIdentity, OutreachContact, Revocation
from people.actions.contact_conflicts import note_conflict
from people.actions.supporters import merge_supporters
from people.enums import Channel
from people.models import ContactPoint, Submission, Supporter
from rights.enums import RequestKind, RequestOrigin
from rights.models import RightsRequest
from tests.factories.campaigns import hand_in
from tests.factories.coalition import make_application
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.one_person import EMAIL, NAME, PHONE
from tests.factories.outreach import Stall
from tests.factories.partner_exports import Keyring, give_key, make_file
from tests.factories.pledges import make_kind, promise
from tests.factories.staff import World
from volunteers.models import Availability, CoverRequest, HoursEntry, ShiftAssignment, Volunteer


def meet_the_rest(stall: Stall, supporter: Supporter, at: datetime) -> Event:
    """Let the person be in every other table as well, with another record merged; return a full event to come."""
    world = stall.world
    _pledges(world, supporter, at)
    upcoming = _events(world, supporter, at)
    _works(stall, supporter, at)
    _is_unsettled(stall, supporter, at)
    other = Supporter.objects.create(full_name=NAME)
    ContactPoint.objects.create(supporter=other, channel=Channel.SMS, canonical="+32470998866", as_typed=PHONE[:-2])
    merge_supporters(keep=supporter, absorb=other, by="tests")
    _known_to_partners(world, supporter, at)
    RightsRequest.objects.create(
        kind=RequestKind.ACCESS, origin=RequestOrigin.EMAIL, supporter=supporter, words=f"I am {NAME}", answer=EMAIL,
        reason=PHONE, received_at=at, due_date=at.date(), decided_by=world.dpo,
    )  # fmt: skip
    run = AutomationRun.objects.filter(supporter=supporter).first()
    WebhookCall.objects.create(
        run=run, organisation=world.lead, key="run:1:w", url="https://x.example", payload={"who": NAME}, not_before=at
    )
    message = OutboundMessage.objects.filter(contact_point__supporter=supporter).first()
    assert message is not None
    DeliveryReport.objects.create(message=message, event="soft_bounced", reason=f"<{EMAIL}> is full", at=at)
    return upcoming


def _known_to_partners(world: World, supporter: Supporter, at: datetime) -> None:
    """The person's address was handed to a partner, for which they also speak."""
    give_key(world, Keyring(), at)
    file = make_file(world, at)
    point = supporter.contact_points.filter(channel=Channel.EMAIL).first()
    HandedOver.objects.create(partnership=world.partnership, point=point, given=file, seen=file)
    PartnerContact.objects.create(partnership=world.partnership, name=NAME, email=EMAIL)
    told = {"contact_name": NAME, "contact_email": EMAIL, "why": NAME}
    make_application(world, "Waiting", at=at, **told)
    make_application(world, "Refused", at=at, status=ApplicationStatus.REFUSED, decided_at=at, **told)


def _pledges(world: World, supporter: Supporter, at: datetime) -> None:
    from tests.factories.campaigns import press

    kind = make_kind(world.campaign)
    press(promise(kind, EMAIL, at=at, full_name=NAME), at=at)
    pledge = Pledge.objects.get(supporter=supporter)
    PledgeNote.objects.create(pledge=pledge, text=f"{NAME} calls back", by=world.coordinator, created_at=at)


def _events(world: World, supporter: Supporter, at: datetime) -> Event:
    kind = make_event_type(world.campaign)
    past = make_event(kind, "Past", starts_at=at - timedelta(days=5), capacity=10)
    rsvp = make_rsvp(
        past, NAME, supporter=supporter, email="", answers={"q": NAME}, source="x",
        submission=Submission.objects.filter(supporter=supporter).first(),
    )  # fmt: skip
    Feedback.objects.create(rsvp=rsvp, rating=5, words=f"Thanks, {NAME}", written_at=at)
    moments = {"device_at": at, "occurred_at": at, "received_at": at, "event": past, "by": world.coordinator}
    Attendance.objects.create(client_id=uuid.uuid4(), rsvp=rsvp, via="search", **moments)
    AttendanceUndo.objects.create(client_id=uuid.uuid4(), rsvp=rsvp, **moments)
    upcoming = make_event(kind, "Full", starts_at=timezone.now() + timedelta(days=9), capacity=1)
    make_rsvp(upcoming, NAME, supporter=supporter)
    make_rsvp(upcoming, "Wanda Waits", status=RsvpStatus.WAITING)
    return upcoming


def _works(stall: Stall, supporter: Supporter, at: datetime) -> None:
    """The person's own work: times they can come, hours, a shift they want covered, talks they had."""
    volunteer = Volunteer.objects.get(supporter=supporter)
    assignment = ShiftAssignment.objects.get(volunteer=volunteer)
    Availability.objects.create(volunteer=volunteer, weekday=1, part="morning")
    HoursEntry.objects.create(volunteer=volunteer, day=at.date(), minutes=60, what=f"with {NAME}")
    CoverRequest.objects.create(assignment=assignment, note=f"{NAME} is ill", asked_at=at)
    user = volunteer.user
    assert isinstance(user, User)
    told = OutreachContact.objects.first()
    assert told is not None
    session = uuid.uuid4()
    revocation = Revocation.objects.create(
        effort=stall.effort, mobiliser=user, session_id=session, organisation=stall.world.lead, reason="a test",
        by=stall.world.coordinator, count=1,
    )  # fmt: skip
    told.pk, told.client_id, told.root_id, told.session_id = None, uuid.uuid4(), uuid.uuid4(), session
    told.mobiliser, told.revocation = user, revocation
    told.save()


def _is_unsettled(stall: Stall, supporter: Supporter, at: datetime) -> None:
    """What is not decided yet: a form nobody confirmed, a talk nobody matched, an address two people gave."""
    hand_in(stall.world.petition, EMAIL, at=at, full_name=NAME, phone=PHONE, comment=f"{NAME} again")
    mine = OutreachContact.objects.exclude(identity__isnull=False).order_by("-pk").first()
    ContactIdentity.objects.create(
        contact=mine, full_name=NAME, email=EMAIL, phone=PHONE, language="en", status="ambiguous",
        candidates=[supporter.pk], decided_by=stall.world.coordinator,
    )  # fmt: skip
    stranger = Supporter.objects.create(full_name="Sam Stranger")
    note_conflict(point=ContactPoint.objects.get(supporter=supporter, channel=Channel.SMS), supporter=stranger)
