"""The staff screens of broadcasts: composing, handing in, approving, watching, deciding; who may do what."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from audiences.actions.broadcasts import submit_broadcast
from audiences.actions.sending import send_broadcasts
from audiences.actions.snapshots import start_broadcast, take_snapshot
from audiences.enums import BroadcastStatus, Split
from audiences.models import Broadcast
from core.models import AuditEntry
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.enums import Channel, ConsentState, Purpose
from tests.factories.broadcasts import Newsroom
from tests.factories.messaging import RecordingSender
from tests.factories.staff import browse, make_user

pytestmark = pytest.mark.django_db


class Desk(Newsroom):
    """A newsroom with people of every role."""

    def __init__(self, name: str = "ours") -> None:
        super().__init__(timezone.now(), name)
        self.ada = make_user(f"{name}-coordinator", Role.COORDINATOR, self.lead)
        self.ben = make_user(f"{name}-second", Role.COORDINATOR, self.lead)
        self.finn = make_user(f"{name}-analyst", Role.ANALYST, self.lead)
        self.gul = make_user(f"{name}-dpo", Role.DATA_PROTECTION_OFFICER, self.lead)

    def under_way(self, **changes: Any) -> Broadcast:
        broadcast = submit_broadcast(broadcast=self.draft(**changes), by=self.ada, at=self.at)
        assert start_broadcast(broadcast_id=broadcast.pk, at=self.at)
        take_snapshot(broadcast_id=broadcast.pk, at=self.at)
        broadcast.refresh_from_db()
        return broadcast


@pytest.fixture
def desk(roles: None) -> Desk:
    return Desk()


def typed(desk: Desk, **changes: Any) -> dict[str, Any]:
    fields = {
        "campaign": desk.campaign.pk, "organisation": desk.lead.pk, "name": "News of June",
        "purpose": "campaign_news", "channel": "email", "included": [desk.everybody.pk], "split": "none",
        "test_percent": 20, "decide_hours": 24, "scheduled_at": "", "expires_at": "",
    }  # fmt: skip
    return {**fields, **changes}


def post(client: Client, name: str, broadcast: Broadcast, **typed: Any) -> Any:
    return client.post(reverse(f"staff_broadcasts:{name}", args=[broadcast.pk]), typed)


def page(client: Client, broadcast: Broadcast) -> str:
    answer = client.get(reverse("staff_broadcasts:show", args=[broadcast.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_compose_keeps_a_draft_and_shows_whom_it_reaches(desk: Desk) -> None:
    desk.people(2, language="en")
    desk.person(language="tr")
    desk.person(agrees=False)
    client, text = browse(desk.ada), desk.text(fr="Bonjour", en="Hello")
    answer = client.post(
        reverse("staff_broadcasts:add"), typed(desk, text_a=text.pk, scheduled_at="2030-06-01T10:00"), follow=True
    )
    broadcast = Broadcast.objects.get()
    assert broadcast.author == desk.ada
    assert f"{broadcast.scheduled_at.astimezone(broadcast.zone):%Y-%m-%d %H:%M}" == "2030-06-01 10:00"
    content = answer.content.decode()
    assert '<strong data-figure="members">4</strong>' in content
    assert '<strong data-figure="reachable">3</strong>' in content
    assert "1 person speaks Turkish: they get English." in " ".join(content.split())


def test_text_message_shows_segments_and_cost(desk: Desk, settings: Any) -> None:
    settings.SMS_PRICES = ["32=0.10 EUR"]
    settings.MESSAGE_RATES = {"email": 0, "sms": 0.01}
    desk.people(2, channel=Channel.SMS)
    broadcast = desk.draft(desk.text(channel=Channel.SMS, en="é" * 100 + "ê"), channel=Channel.SMS)
    content = " ".join(page(browse(desk.ada), broadcast).split())
    assert '<strong data-figure="cost">0.40 EUR</strong>' in content
    assert '<td class="bc-count">2</td><td class="bc-count">0.40 EUR</td>' in content
    assert "Nobody is texted between 21:00 and 08:00" in content
    assert "<strong>4 min</strong>" in content


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("included", {"included": []}),
        ("purpose", {"purpose": "partner_news"}),
        ("purpose", {"purpose": "service"}),
        ("text_a", {"channel": "sms"}),
        ("split", {"text_b": "other"}),
        ("text_b", {"split": "test"}),
        ("text_b", {"text_b": "same", "split": "even"}),
        ("scheduled_at", {"scheduled_at": "2030-03-31T02:30"}),
        ("expires_at", {"scheduled_at": "2030-06-02T10:00", "expires_at": "2030-06-01T10:00"}),
        ("excluded", {"excluded": "everybody"}),
        ("text_a", {"text_a": "theirs"}),
        ("included", {"included": "theirs"}),
        ("organisation", {"organisation": "theirs"}),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field_and_nothing_is_lost(
    desk: Desk, field: str, changes: dict[str, Any]
) -> None:
    theirs = Desk("theirs")
    text = desk.text()
    rows = {
        ("text_b", "other"): desk.text("Other").pk, ("text_b", "same"): text.pk,
        ("excluded", "everybody"): [desk.everybody.pk], ("text_a", "theirs"): theirs.text().pk,
        ("included", "theirs"): [theirs.everybody.pk], ("organisation", "theirs"): theirs.lead.pk,
    }  # fmt: skip
    told = {name: rows.get((name, str(value)), value) for name, value in changes.items()}
    answer = browse(desk.ada).post(reverse("staff_broadcasts:add"), {**typed(desk, text_a=text.pk), **told})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert "News of June" in answer.content.decode()
    assert not Broadcast.objects.exists()


def test_change_of_what_was_handed_in_makes_it_a_draft(desk: Desk) -> None:
    desk.person()
    text = desk.text()
    broadcast = submit_broadcast(broadcast=desk.draft(text), by=desk.ada, at=desk.at)
    client = browse(desk.ada)
    url = reverse("staff_broadcasts:edit", args=[broadcast.pk])
    assert "makes it a draft again" in client.get(url).content.decode()
    answer = client.post(url, typed(desk, text_a=text.pk, purpose="reminder"))
    assert answer.status_code == 302
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.purpose) == (BroadcastStatus.DRAFT, Purpose.REMINDER)


def test_second_person_approves_and_the_author_cannot(desk: Desk, settings: Any) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 1
    desk.person()
    broadcast = desk.draft()
    ada, ben = browse(desk.ada), browse(desk.ben)
    assert "Hand in for approval" in page(ada, broadcast)
    post(ada, "submit", broadcast)
    post(ada, "approve", broadcast)
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.WAITING_FOR_APPROVAL
    assert reverse("staff_broadcasts:approve", args=[broadcast.pk]) not in page(ada, broadcast)
    assert "somebody other than its author" in page(ada, broadcast)
    home = reverse("wagtailadmin_home")
    assert "News of May" in ben.get(home).content.decode()
    assert "News of May" not in ada.get(home).content.decode()
    assert post(ben, "approve", broadcast, seen=broadcast.fingerprint).status_code == 302
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.approved_by) == (BroadcastStatus.SCHEDULED, desk.ben)


def test_reject_asks_why_and_tells_the_author(desk: Desk, settings: Any) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 1
    desk.person()
    broadcast = submit_broadcast(broadcast=desk.draft(), by=desk.ada, at=desk.at)
    ben = browse(desk.ben)
    assert post(ben, "reject", broadcast, reason="").status_code == 422
    assert post(ben, "reject", broadcast, reason="The date is wrong").status_code == 302
    assert "The date is wrong" in page(browse(desk.ada), broadcast)


def test_problems_are_told_and_nothing_can_be_handed_in(desk: Desk) -> None:
    broadcast = desk.draft()
    client = browse(desk.ada)
    content = page(client, broadcast)
    assert "Nobody in these segments may be written to" in content
    assert reverse("staff_broadcasts:submit", args=[broadcast.pk]) not in content
    answer = client.post(reverse("staff_broadcasts:submit", args=[broadcast.pk]), follow=True)
    assert "Nobody in these segments" in answer.content.decode()


def test_pause_go_on_and_stop_by_pressing(desk: Desk) -> None:
    desk.people(2)
    broadcast = desk.under_way()
    client = browse(desk.ada)
    for press, status in (("pause", "paused"), ("resume", "sending"), ("stop", "stopped"), ("stop", "stopped")):
        assert post(client, press, broadcast).status_code == 302
        broadcast.refresh_from_db()
        assert broadcast.status == status
    assert "It is not being sent at the moment." in client.post(
        reverse("staff_broadcasts:resume", args=[broadcast.pk]), follow=True
    ).content.decode()  # fmt: skip


def test_page_shows_the_words_as_they_were_when_it_began(desk: Desk) -> None:
    desk.person()
    text = desk.text(en="As approved")
    broadcast = desk.under_way(texts=[text])
    desk.word(text, "en", "Too late")
    content = page(browse(desk.ada), broadcast)
    assert "As approved" in content
    assert "Too late" not in content


def test_presses_take_no_get(desk: Desk) -> None:
    broadcast = desk.draft()
    for name in ("submit", "take-back", "approve", "pause", "resume", "stop", "decide", "resend", "try"):
        assert browse(desk.ada).get(reverse(f"staff_broadcasts:{name}", args=[broadcast.pk])).status_code == 405


def test_progress_is_fetched_again_and_again_until_it_is_over(desk: Desk) -> None:
    desk.people(2)
    broadcast = desk.under_way()
    client = browse(desk.ada)
    url = reverse("staff_broadcasts:progress", args=[broadcast.pk])
    answer = client.get(url)
    assert f'hx-get="{url}"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    Broadcast.objects.update(status=BroadcastStatus.SENT)
    answer = client.get(url)
    assert (answer["HX-Refresh"], "hx-get" in answer.content.decode()) == ("true", False)


def test_trial_goes_to_whoever_presses_in_every_language(desk: Desk, settings: Any) -> None:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    RecordingSender.letters.clear()
    broadcast = desk.draft(desk.text(en="Hello", fr="Bonjour"))
    client = browse(desk.ada)
    post(client, "try", broadcast)
    deliver_messages(at=timezone.now())
    assert sorted((letter.address, letter.subject) for letter in RecordingSender.letters) == [
        (desk.ada.email, "Bonjour"), (desk.ada.email, "Hello"),
    ]  # fmt: skip
    assert not broadcast.recipients.exists()


@pytest.mark.parametrize(("phone", "count"), [("+32470123456", 1), ("12", 0), ("\0", 0)])
def test_trial_of_a_text_message_goes_to_the_number_typed(desk: Desk, phone: str, count: int) -> None:
    broadcast = desk.draft(desk.text(channel=Channel.SMS), channel=Channel.SMS)
    assert post(browse(desk.ada), "try", broadcast, phone=phone).status_code == 302
    assert OutboundMessage.objects.count() == count


def test_decide_sends_the_chosen_text_to_the_rest(desk: Desk) -> None:
    desk.people(40)
    broadcast = desk.under_way(split=Split.TEST, texts=[desk.text("One"), desk.text("Two")], test_percent=50)
    client = browse(desk.ada)
    assert "Not enough to tell" in page(client, broadcast)
    chosen = broadcast.variants.get(label="B")
    assert post(client, "decide", broadcast, variant="9" * 30).status_code == 404
    post(client, "decide", broadcast, variant=chosen.pk)
    broadcast.refresh_from_db()
    assert broadcast.winner == chosen
    assert not broadcast.recipients.filter(variant=None).exists()


def test_people_are_listed_masked_audited_and_not_for_who_reads_figures(desk: Desk) -> None:
    point = desk.person()
    broadcast = desk.under_way()
    url = f"{reverse('staff_recipients:index')}?broadcast={broadcast.pk}"
    for user, status in ((desk.ada, 200), (desk.gul, 200), (desk.finn, 403)):
        answer = browse(user).get(url)
        assert answer.status_code == status
        content = answer.content.decode()
        assert (point.supporter.full_name in content) == (status == 200)
        assert point.as_typed not in content
    assert AuditEntry.objects.filter(action="audiences.broadcast_recipient.listed").count() == 2


@pytest.mark.parametrize("people", [1, 3])
def test_list_of_people_asks_as_often_for_one_as_for_three(
    desk: Desk, people: int, django_assert_max_num_queries: Any
) -> None:
    desk.people(people)
    broadcast = desk.under_way()
    send_broadcasts(at=timezone.now())
    client = browse(desk.ada)
    with django_assert_max_num_queries(17):
        client.get(f"{reverse('staff_recipients:index')}?broadcast={broadcast.pk}")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_broadcasts_asks_as_often_for_one_as_for_three(
    desk: Desk, rows: int, django_assert_max_num_queries: Any
) -> None:
    text = desk.text()
    for _ in range(rows):
        desk.draft(text)
    client = browse(desk.ada)
    with django_assert_max_num_queries(16):
        assert "News of May" in client.get(reverse("staff_broadcasts:index")).content.decode()


def test_figures_leave_as_csv_without_anybody(desk: Desk) -> None:
    point = desk.person()
    broadcast = desk.under_way()
    send_broadcasts(at=timezone.now())
    OutboundMessage.objects.update(status=MessageStatus.DELIVERED)
    answer = browse(desk.finn).get(reverse("staff_broadcasts:figures", args=[broadcast.pk]))
    content = answer.content.decode("utf-8-sig")
    assert content.splitlines()[:2] == ["text,language,status,messages", "A,en,delivered,fewer than 10"]
    in_full = browse(desk.ada).get(reverse("staff_broadcasts:figures", args=[broadcast.pk])).content.decode("utf-8-sig")
    assert in_full.splitlines()[1] == "A,en,delivered,1"
    assert point.as_typed not in content
    assert AuditEntry.objects.filter(action="audiences.broadcast.figures_exported").exists()


def test_who_joined_and_left_since(desk: Desk) -> None:
    stays, leaves = desk.people(2)
    broadcast = desk.under_way()
    desk.say(leaves, ConsentState.WITHDRAWN, timezone.now())
    desk.person()
    content = browse(desk.ada).get(reverse("staff_broadcasts:since", args=[broadcast.pk])).content.decode()
    assert '<strong data-figure="joined">1</strong>' in content
    assert '<strong data-figure="left">1</strong>' in content
    assert stays.pk


def test_resend_is_offered_where_something_failed(desk: Desk) -> None:
    desk.people(2)
    broadcast = desk.under_way()
    send_broadcasts(at=timezone.now())
    OutboundMessage.objects.update(status=MessageStatus.FAILED)
    send_broadcasts(at=timezone.now())
    client = browse(desk.ada)
    assert "Send again to the 2 that failed" in page(client, broadcast)
    post(client, "resend", broadcast)
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.resends) == (BroadcastStatus.SENDING, 1)


PAGES = ("show", "progress", "since", "figures", "edit", "delete", "reject", "history")
PRESSES = ("submit", "take-back", "approve", "pause", "resume", "stop", "decide", "resend", "try", "reject")


def test_outsider_finds_nothing(desk: Desk) -> None:
    desk.person()
    broadcast = desk.under_way()
    other: User = Desk("theirs").ada
    client = browse(other)
    for name in PAGES:
        assert client.get(reverse(f"staff_broadcasts:{name}", args=[broadcast.pk])).status_code == 404, name
    for name in PRESSES:
        assert post(client, name, broadcast).status_code == 404, name
    assert "News of May" not in client.get(reverse("staff_broadcasts:index")).content.decode()
    assert "Person" not in client.get(f"{reverse('staff_recipients:index')}?broadcast={broadcast.pk}").content.decode()


def test_analyst_reads_and_presses_nothing(desk: Desk) -> None:
    desk.person()
    broadcast = desk.under_way()
    client = browse(desk.finn)
    assert "Stop for good" not in page(client, broadcast)
    for name in PRESSES:
        assert post(client, name, broadcast).status_code == 403, name
    assert client.get(reverse("staff_broadcasts:add")).status_code == 403
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.SENDING


def test_late_reader_of_the_form_is_led_back_once_it_began(desk: Desk) -> None:
    desk.person()
    text = desk.text()
    broadcast = desk.under_way(texts=[text])
    client = browse(desk.ada)
    url = reverse("staff_broadcasts:edit", args=[broadcast.pk])
    assert client.get(url).status_code == 302
    assert client.post(url, typed(desk, text_a=text.pk)).status_code == 302
    broadcast.refresh_from_db()
    assert broadcast.name == "News of May"
    assert client.post(reverse("staff_broadcasts:delete", args=[broadcast.pk])).status_code == 302
    assert Broadcast.objects.exists()
    assert broadcast.started_at < timezone.now() + timedelta(seconds=1)
