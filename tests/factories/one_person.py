"""One person met everywhere: a unique name, address, number and words in every table that may hold them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.test import Client
from django.urls import reverse

from audiences.actions.broadcasts import submit_broadcast
from audiences.actions.leading_on import lead_people_on
from audiences.actions.sending import send_broadcasts
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.actions.taking_in import take_people_in
from audiences.actions.tasks import write_task
from audiences.models import AutomationRun
from campaigns.actions.tallies import count_signatures
from campaigns.models import Initiative, Signature
from messaging.actions.confirmations import drain_submissions
from messaging.actions.deliver import deliver_messages
from messaging.actions.inbound import receive_text
from messaging.actions.inbox import answer_text
from outreach.actions.handover import ensure_handover_links
from outreach.actions.paper import issue_batch
from outreach.selectors.efforts import efforts_of, volunteers_of
from people.enums import Channel, ConsentState
from people.models import ContactPoint, Submission, Supporter
from people.tokens import CONFIRM, sign_uuid
from tests.factories.broadcasts import draft_broadcast
from tests.factories.campaigns import hand_in
from tests.factories.fieldwork import sign_agreement
from tests.factories.initiatives import make_initiative
from tests.factories.journeys import make_journey, step
from tests.factories.outreach import Stall
from tests.factories.people import write_consent_event
from tests.factories.staff import World, browse
from tests.factories.trainings import make_curriculum, make_place, make_session, make_shift
from tests.factories.volunteers import hand_in_application
from tests.factories.wordings import make_text, make_wording
from volunteers.actions.agenda_notices import queue_due_reminders, tell_invited
from volunteers.actions.care import add_note, invite_to_app
from volunteers.actions.shifts import assign_volunteer
from volunteers.enums import Stage, TrainingPresence
from volunteers.models import Certificate, Volunteer

NAME, EMAIL, PHONE = "Noraquist Zephyrine", "noraquist.zephyrine@example.org", "+32470998877"
# As they might be cut up: a first name alone, a number without its country, a name's key.
MARKS = ("noraquist", "zephyrine", "470998877", "470 99 88 77")


def meet_everywhere(stall: Stall, at: datetime) -> Supporter:
    """Let one person sign, apply, be met at a stall, volunteer, hold paper and be written to; return them."""
    world, client = stall.world, Client()
    hand_in(world.petition, EMAIL, at=at, phone=PHONE, full_name=NAME)
    hand_in_application(world.campaign, EMAIL, at=at, full_name=NAME, phone=PHONE, heard_through="a friend")
    drain_submissions(at=at)
    for submission in Submission.objects.all():
        assert client.post(reverse("confirm", args=[sign_uuid(submission.public_id, CONFIRM)])).status_code == 303
    ContactPoint.objects.filter(channel="sms").update(verified_at=at)
    write_by_text(world, at)
    write_to_many(stall, at)
    stall.meet(name=NAME, email=EMAIL, phone="0470 99 88 77", at=at)
    volunteer = Volunteer.objects.get(supporter__full_name=NAME)
    Volunteer.objects.filter(pk=volunteer.pk).update(stage=Stage.TRAINED)
    invite_to_app(volunteer=volunteer, by=world.coordinator)
    volunteer.refresh_from_db()
    add_note(volunteer=volunteer, body=f"{NAME} prefers {PHONE}", by=world.coordinator, at=at)
    assign_volunteer(shift=make_shift(world, at + timedelta(days=3)), volunteer=volunteer, by="tests", at=at)
    session = make_session(make_curriculum(world), at + timedelta(days=9))
    tell_invited(session, [make_place(session, volunteer, TrainingPresence.INVITED)], at=at)
    Certificate.objects.create(code="ABCDEFGHJKMN", curriculum=session.curriculum, volunteer=volunteer, issued_date=at)
    sign_agreement(volunteer)
    Initiative.objects.filter(pk=make_initiative().pk).update(campaign=world.campaign)
    issue_batch(
        initiative=Initiative.objects.get(), holder=volunteer, nationality="FR", sheets=3,
        due_back=(at + timedelta(days=9)).date(), by="tests", at=at,
    )  # fmt: skip
    stall.effort.petition = world.petition
    stall.effort.save()
    ensure_handover_links(user=volunteer.user, own=efforts_of(volunteer.user, volunteers_of(volunteer.user, at)))
    queue_due_reminders(at=at + timedelta(days=2, hours=3))
    count_signatures(at=at)
    while deliver_messages(at=at + timedelta(days=2, hours=3)):
        pass
    lead_through_a_journey(world, at)
    staff = browse(world.coordinator)
    for address in (
        "staff_supporters:index",
        "staff_volunteers:index",
        "staff_identities:index",
        "staff_messages:index",
    ):
        assert staff.get(reverse(address), {"q": NAME}).status_code == 200
        assert staff.get(reverse(address), {"q": EMAIL}).status_code == 200
    assert NAME in staff.get(reverse("staff_supporters:inspect", args=[volunteer.supporter_id])).content.decode()
    assert EMAIL.encode() in staff.get(reverse("staff_volunteers:export")).getvalue()
    assert browse(volunteer.user).get(reverse("own_page")).status_code == 200
    assert browse(volunteer.user).post(reverse("own_export", args=[volunteer.pk])).status_code == 200
    return volunteer.supporter


def write_by_text(world: World, at: datetime) -> None:
    """Let the person text us and be answered, names and numbers in every word of it."""
    words = f"I am {NAME}, {EMAIL}, {PHONE}. Who are you?"
    inbound = receive_text(
        channel=Channel.SMS, address=PHONE, text=words, provider_id="one", at=at, organisation=world.lead
    )
    answer_text(inbound=inbound, text=f"Hello {NAME} of {PHONE}", occasion="x", by=world.coordinator, at=at)
    staff = browse(world.coordinator)
    assert NAME in staff.get(reverse("staff_texts:thread", args=[inbound.pk])).content.decode()


def write_to_many(stall: Stall, at: datetime) -> None:
    """Let the person agree to news and get a broadcast; staff look at who got it."""
    world = stall.world
    point = ContactPoint.objects.get(channel=Channel.EMAIL, canonical=EMAIL)
    write_consent_event(point, stall.mail_text, ConsentState.GRANTED, at)
    draft = draft_broadcast(world, "News", world.lead)
    broadcast = submit_broadcast(broadcast=draft, by=world.coordinator, at=at)
    assert start_broadcast(broadcast_id=broadcast.pk, at=at)
    take_snapshot(broadcast_id=broadcast.pk, at=at)
    assert send_broadcasts(at=at) == 1
    staff = browse(world.coordinator)
    assert staff.get(reverse("staff_broadcasts:show", args=[broadcast.pk])).status_code == 200
    assert NAME in staff.get(f"{reverse('staff_recipients:index')}?broadcast={broadcast.pk}").content.decode()


def lead_through_a_journey(world: World, at: datetime) -> None:
    """Let the person be led through a journey; staff look at the way and write a task with the name in every word."""
    text = make_text(world.lead, name="Hello")
    make_wording(text, at=at)
    hello = step("send", "hello", text=text.pk, purpose="campaign_news", useful_hours=24)
    make_journey(world, hello, step("task", "t", title="Call them", days=1), step("wait", "w", days=1), at=at)
    Signature.objects.filter(supporter__full_name=NAME).update(confirmed_at=at + timedelta(minutes=1))
    assert take_people_in(at=at + timedelta(minutes=2)) == 1
    lead_people_on(at=at + timedelta(minutes=2))
    way = AutomationRun.objects.get()
    write_task(
        organisation=world.lead, title=f"Call {NAME}", notes=PHONE, due_date=at.date(), by=world.coordinator, at=at,
        supporter=way.supporter,
    )  # fmt: skip
    staff = browse(world.coordinator)
    assert NAME in staff.get(reverse("staff_ways:index")).content.decode()
    assert NAME in staff.get(reverse("staff_ways:show", args=[way.pk])).content.decode()


def places_of(marks: tuple[str, ...]) -> Iterator[str]:
    """Yield ``table.column`` wherever the database holds one of ``marks``."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = [each.name for each in connection.introspection.get_table_description(cursor, table)]
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)}")  # noqa: S608 - our own names
            found = {
                column
                for row in cursor.fetchall()
                for column, value in zip(columns, row, strict=True)
                if any(mark in str(value).lower() for mark in marks)
            }
            yield from (f"{table}.{column}" for column in found)
