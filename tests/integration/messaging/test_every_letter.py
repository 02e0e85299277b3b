"""Every text the ledger can send, in every language, with the worst of names: one subject, one address, plain words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from accounts.models import Organisation, User
from campaigns.models import (
    Campaign,
    CommuneOffice,
    DeadlineKind,
    Initiative,
    PledgeKind,
    PledgeKindText,
    Sponsor,
)
from coalition.models import AnnouncementText
from events.models import Event, Rsvp, Venue
from integrations.email.sender import EmailSender
from messaging.actions.confirmations import drain_submissions
from messaging.actions.fresh_links import queue_fresh_link
from messaging.actions.inbound import receive_text
from messaging.actions.inbox import answer_text
from messaging.models import OutboundMessage
from messaging.ports import Letter
from messaging.rendering import render_message
from outreach.actions.paper import issue_batch
from outreach.actions.paper_alarms import queue_paper_alarms
from people.enums import Channel, Purpose
from people.models import Submission, Supporter
from tests.factories.campaigns import hand_in
from tests.factories.fieldwork import make_volunteer as make_holder
from tests.factories.initiatives import make_initiative
from tests.factories.messaging import make_message
from tests.factories.outreach import Stall
from tests.factories.partner_letters import hand_in_partner_application, queue_partner_texts
from tests.factories.people import make_contact_point
from tests.factories.pledges import make_kind, promise, queue_pledge_texts
from tests.factories.reminders import queue_event_texts
from tests.factories.requests import queue_request_texts
from tests.factories.staff import World
from tests.factories.trainings import make_curriculum, make_place, make_session, make_shift, make_volunteer
from tests.factories.transparency import queue_ledger_texts
from tests.factories.volunteers import hand_in_application
from tests.factories.wordings import make_text, make_wording, queue_written
from volunteers.actions.agenda_notices import queue_due_reminders, tell_invited, tell_shift_cancelled, tell_shift_moved
from volunteers.actions.at_risk_alarms import queue_shift_alarms
from volunteers.actions.covers import ask_for_cover, take_over
from volunteers.actions.shifts import assign_volunteer
from volunteers.enums import TrainingPresence
from volunteers.models import CoverRequest, Curriculum, Shift, TrainingSession

pytestmark = pytest.mark.django_db

WORST = [
    "Ann\r\nBcc: everyone@example.org\r\n\r\nHello",
    "Ann\n Subject: x",
    "Łucja 🕊 آمنة \u202e" * 10,
    "<script>alert(1)</script>&\"'",
    "=?utf-8?b?QmNjOiB4?= " + "é" * 110,
    "A" * 149,
    "\u2028Ann\u2029\x85Bcc: x@example.org",
]


def templates() -> set[str]:
    folders = [Path(app.path) / "templates" / "messaging" for app in apps.get_app_configs()]
    return {
        path.name.split(".")[0]
        for folder in folders
        for path in folder.glob("*.txt")
        if path.name.endswith((".subject.txt", ".sms.txt"))
    }


def queue_everything(stall: Stall, at: datetime) -> None:
    """Queue one message of each text, the way it comes about."""
    world, soon = stall.world, at + timedelta(hours=20)
    hand_in(world.petition, at=at)
    hand_in_application(world.campaign, at=at)
    promise(make_kind(world.campaign, "apply-for-citizenship"), at=at)
    hand_in_partner_application(world, at=at)
    drain_submissions(at=at)
    reminders = {
        "confirm_reminder": "petition-signature",
        "remind_application": "volunteer-application",
        "remind_pledge": "pledge",
        "remind_partner_application": "partner-application",
    }
    for template, kind in reminders.items():
        make_message(Submission.objects.get(kind=kind), at=at, template=template)
    volunteer = make_volunteer(world, "Nora Smit")
    for starts_at, tell in ((soon, None), (soon + timedelta(days=2), tell_shift_moved), (soon + timedelta(days=4), tell_shift_cancelled)):  # fmt: skip  # noqa: E501
        shift = make_shift(world, starts_at)
        assign_volunteer(shift=shift, volunteer=volunteer, by="tests", at=at)
        if tell is tell_shift_cancelled:
            Shift.objects.filter(pk=shift.pk).update(cancelled_at=at)
        if tell:
            tell(Shift.objects.get(pk=shift.pk), at=at)
    session = make_session(make_curriculum(world), soon + timedelta(days=6))
    tell_invited(session, [make_place(session, volunteer, TrainingPresence.INVITED)], at=at)
    queue_due_reminders(at=soon + timedelta(days=1, hours=6))
    queue_covers(world, soon + timedelta(days=8), at)
    queue_shift_alarms(at=at)
    stall.meet(email="nora@example.org", at=at)
    initiative = make_initiative()
    Initiative.objects.filter(pk=initiative.pk).update(campaign=world.campaign)
    initiative.deadlines.all().delete()
    initiative.deadlines.create(kind=DeadlineKind.DESTRUCTION, due_date=(at + timedelta(days=20)).date())
    issue_batch(
        initiative=Initiative.objects.get(), holder=make_holder(world, "Marek"), nationality="FR", sheets=3,
        due_back=(at + timedelta(days=9)).date(), by="tests", at=at,
    )  # fmt: skip
    queue_paper_alarms(at=at)
    queue_ledger_texts(world.campaign, at)
    person = world.sign(email="asks@example.org").supporter
    assert person is not None
    queue_request_texts(person, at)
    queue_event_texts(at)
    queue_pledge_texts(world.campaign, at)
    queue_partner_texts(world, at)
    queue_what_staff_wrote(world, at)
    queue_inbox_texts(world, at)


def queue_what_staff_wrote(world: World, at: datetime) -> None:
    """Queue a mail and a text message written by staff, each in all languages' stead, and links to own pages."""
    for channel, address in ((Channel.EMAIL, "ines@example.org"), (Channel.SMS, "+32470998877")):
        wording = make_wording(make_text(world.lead, channel=channel, scope=world.campaign.slug), at=at)
        point = make_contact_point(address, channel=channel, verified_at=at, full_name="Ines Berg")
        queue_written(wording, point, at=at, purpose=Purpose.REMINDER)
        queue_fresh_link(point=point, language="en", at=at)


def queue_inbox_texts(world: World, at: datetime) -> None:
    """Queue what goes back to people who text: who we are, and an answer of the staff."""
    given = {"channel": Channel.SMS, "address": "+32470112233", "at": at, "organisation": world.lead}
    for words in ("HELP", "Where do we meet?"):
        inbound = receive_text(text=words, provider_id=words, **given)  # type: ignore[arg-type]
    answer_text(inbound=inbound, text="At noon\nat the station", occasion="x", by=world.coordinator, at=at)


def queue_covers(world: World, starts_at: datetime, at: datetime) -> None:
    """Queue a request for cover that is open, and the news of one that was taken."""
    for days in (0, 1):
        shift = make_shift(world, starts_at + timedelta(days=days))
        place = assign_volunteer(shift=shift, volunteer=make_volunteer(world, "Olga Berg"), by="tests", at=at)
        cover = ask_for_cover(assignment=place, note="Exam", takes_exchange=True, by="tests", at=at)
    taker = make_volunteer(world, "Tom")
    mine = assign_volunteer(shift=make_shift(world, starts_at + timedelta(days=2)), volunteer=taker, by="tests", at=at)
    take_over(cover=cover, volunteer=taker, by="tests", at=at, gives=mine)
    OutboundMessage.objects.filter(template="cover_asked", context__cover=cover.pk).delete()  # nothing to say any more


def rename_everything(words: str) -> None:
    """Put ``words`` wherever a text takes some from a row, past every form."""
    Supporter.objects.update(full_name=words[:150])
    User.objects.update(first_name=words[:150])
    Organisation.objects.update(name=words[:100], postal_address=words[:300])
    Campaign.objects.update(title=words[:120])
    Sponsor.objects.update(name=words[:200])
    Event.objects.update(title=words[:150], cancel_reason=words[:300])
    Venue.objects.update(name=words[:120], access_notes=words)
    Rsvp.objects.update(full_name=words[:150])
    Shift.objects.update(title=words[:120], place=words[:120], notes=words)
    CoverRequest.objects.update(note=words[:200])
    TrainingSession.objects.update(title=words[:120], place=words[:120])
    Curriculum.objects.update(title=words[:120])
    PledgeKind.objects.update(name=words[:120])
    PledgeKindText.objects.update(promise=words[:120], how_to=words)
    CommuneOffice.objects.update(address=words[:400])
    # The database itself refuses a subject of two lines.
    AnnouncementText.objects.update(subject=words[:150].replace("\r", " ").replace("\n", " "), body=words)
    for submission in Submission.objects.all():
        submission.target_title, submission.payload["full_name"] = words[:120], words
        submission.save()
    for message in OutboundMessage.objects.exclude(context={}):
        for name in ("campaign_name", "organisation_name", "initiative", "numbers", "text"):
            if name in message.context:
                message.context[name] = words
        message.save()


def letters(language: str) -> Iterator[tuple[str, Letter]]:
    OutboundMessage.objects.update(language=language)
    for message in OutboundMessage.objects.order_by("pk"):
        yield f"{message.template} by {message.channel}", render_message(message)


def test_every_text_is_queued_below(stall: Stall, at: datetime) -> None:
    queue_everything(stall, at)
    assert set(OutboundMessage.objects.values_list("template", flat=True)) == templates()


@pytest.mark.parametrize("words", WORST, ids=range(len(WORST)))
def test_worst_words_break_no_header_of_any_letter(stall: Stall, at: datetime, words: str) -> None:
    queue_everything(stall, at)
    rename_everything(words)
    for language, _name in settings.LANGUAGES:
        for which, letter in letters(language):
            assert "\n" not in letter.subject, which
            assert "<script" not in letter.html, which
            if letter.channel != "email":
                assert "\n" not in letter.text, which
                continue
            sent = EmailSender()._compose(letter).message().as_bytes()
            read = message_from_bytes(sent, policy=policy.default)
            assert read["Subject"].strip() == letter.subject, which
            assert read.get_all("To") == [letter.address], which
            assert not read["Bcc"], which
            language = letter.language  # the words', which a mail by staff may have in one language alone
            assert read["Content-Language"] == language
            assert read["Auto-Submitted"] == "auto-generated"
            assert all(len(line) <= 998 for line in sent.split(b"\n")), which  # RFC 5322 §2.1.1
            parts = {part.get_content_type(): part.get_content() for part in read.walk() if not part.is_multipart()}
            assert set(parts) == {"text/plain", "text/html"}, which
            assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in parts["text/html"], which
