"""Texts received, in the staff area: seen by whom they answer, taken, answered, dealt with."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.groups import sync_user_groups
from accounts.enums import Role
from accounts.models import Membership
from core.models import AuditEntry
from messaging.actions.inbound import receive_text
from messaging.actions.inbox import answer_text, settle_thread
from messaging.enums import InboundStatus, MessageStatus
from messaging.models import InboundMessage, OutboundMessage
from people.actions.consents import suppress_address
from people.enums import Channel, SuppressionReason
from people.models import Supporter
from tests.factories.people import make_contact_point
from tests.factories.staff import World, browse, make_user
from tests.factories.wordings import make_text, make_wording, queue_written

pytestmark = pytest.mark.django_db
PHONE = "+32470123456"


def receive(world: World, words: str = "Where is it?", address: str = PHONE, at: datetime | None = None) -> Any:
    return receive_text(
        channel=Channel.SMS, address=address, text=words, provider_id=f"in-{InboundMessage.objects.count()}",
        at=at or timezone.now(), organisation=world.lead,
    )  # fmt: skip


@pytest.fixture
def waiting(ours: World, at: datetime, settings: Any) -> InboundMessage:
    settings.INBOUND_HANDLERS = []
    return receive(ours)


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def thread(row: InboundMessage) -> str:
    return reverse("staff_texts:thread", args=[row.pk])


def read(client: Client, url: str, **query: str) -> str:
    return client.get(url, query).content.decode()


def test_coordinator_reads_answers_and_finds_it_dealt_with(ada: Client, waiting: InboundMessage) -> None:
    page = read(ada, reverse("staff_texts:index"))
    assert "Where is it?" in page
    assert PHONE in page
    answer = ada.get(thread(waiting))
    form = answer.context["form"]
    assert "Where is it?" in answer.content.decode()
    sent = ada.post(thread(waiting), {"text": "At the\r\nstation", "occasion": form.initial["occasion"]}, follow=True)
    page = sent.content.decode()
    assert "At the station" in page
    assert "Your answer is on its way" in page
    assert OutboundMessage.objects.get().status == MessageStatus.READY
    assert PHONE not in read(ada, reverse("staff_texts:index"))
    page = read(ada, reverse("staff_texts:index"), show="all")
    assert "dealt with" in page
    assert PHONE not in page, "nobody has to answer any more"


def test_answer_sent_twice_leaves_once(ada: Client, waiting: InboundMessage) -> None:
    for _ in range(2):
        ada.post(thread(waiting), {"text": "Yes", "occasion": "a" * 12})
    assert OutboundMessage.objects.count() == 1


@pytest.mark.parametrize("occasion", ["", "no", "A" * 12, "x" * 500])
def test_answer_without_its_occasion_or_words_is_refused(ada: Client, waiting: InboundMessage, occasion: str) -> None:
    assert ada.post(thread(waiting), {"text": "Yes", "occasion": occasion}).status_code == 422
    answer = ada.post(thread(waiting), {"text": " \n ", "occasion": "a" * 12})
    assert (answer.status_code, "This field is required" in answer.content.decode()) == (422, True)
    assert not OutboundMessage.objects.exists()


def test_answer_too_long_is_refused_and_kept_in_the_box(ada: Client, waiting: InboundMessage) -> None:
    answer = ada.post(thread(waiting), {"text": "long " * 400, "occasion": "a" * 12})
    assert answer.status_code == 422
    assert "long long" in answer.content.decode()


def test_writer_without_a_script_counts_and_writes_plainly(ada: Client, waiting: InboundMessage, settings: Any) -> None:
    settings.SMS_PRICES = ["32=0.09 EUR"]
    page = ada.post(thread(waiting), {"text": "Fête " * 30, "sms-count": "1"}).content.decode()
    assert "ê → e" in page
    assert "0.2700 EUR" in page
    page = ada.post(thread(waiting), {"text": "Fête " * 30, "sms-plain": "1"}).content.decode()
    assert "Fete Fete" in page
    assert "0.0900 EUR" in page
    assert not OutboundMessage.objects.exists()


def test_suppressed_number_has_no_box_and_the_reason_in_words(
    ours: World, ada: Client, waiting: InboundMessage, at: datetime
) -> None:
    suppress_address(channel=Channel.SMS, canonical=PHONE, reason=SuppressionReason.STOP, by="tests", at=at)
    page = read(ada, thread(waiting))
    assert "asked for no more messages" in page
    assert "<textarea" not in page
    answer = ada.post(thread(waiting), {"text": "Yes", "occasion": "a" * 12})
    assert answer.status_code == 409
    assert not OutboundMessage.objects.exists()


def test_thread_is_taken_given_dealt_with_and_taken_back(ours: World, ada: Client, waiting: InboundMessage) -> None:
    eve = make_user("Eve", Role.COORDINATOR, ours.lead)

    def press(name: str, **form: Any) -> str:
        url = reverse(f"staff_texts:{name}", args=[waiting.pk])
        page = ada.post(url, form, follow=True).content.decode()
        waiting.refresh_from_db()
        return page

    assert "It is yours now" in press("take")
    assert "Where is it?" in read(ada, reverse("staff_texts:index"), show="mine")
    assert "Eve answers now" in press("assign", colleague=eve.pk)
    assert "Where is it?" not in read(ada, reverse("staff_texts:index"), show="mine")
    assert "quicker" in press("take")
    assert waiting.assigned_to == eve
    for wrong in (ours.manager.pk, "nobody", "9" * 40, 10**15):
        assert "Choose one of your colleagues" in press("assign", colleague=wrong)
    press("assign", colleague="")
    assert waiting.assigned_to is None
    assert "Let it wait again" in press("dealt_with")
    assert waiting.status == InboundStatus.SETTLED
    assert "It waits again" in press("undo")
    assert waiting.status == InboundStatus.FOR_A_HUMAN
    InboundMessage.objects.update(status=InboundStatus.SETTLED, settled_at=timezone.now(), address="")
    assert "more than a day ago" in press("undo")


def test_thread_is_closed_to_others(ours: World, theirs: World, waiting: InboundMessage) -> None:
    urls = [reverse(f"staff_texts:{name}", args=[waiting.pk]) for name in ("take", "assign", "dealt_with", "undo")]
    form = {"text": "Yes", "occasion": "a" * 12, "colleague": ours.coordinator.pk}
    outsider, dpo, manager = browse(theirs.coordinator), browse(ours.dpo), browse(ours.manager)
    assert outsider.get(thread(waiting)).status_code == 404
    assert "Where is it?" not in read(outsider, reverse("staff_texts:index"), show="all")
    assert "Where is it?" in read(dpo, thread(waiting))
    assert "<textarea" not in read(dpo, thread(waiting))
    for url in [*urls, thread(waiting)]:
        assert [client.post(url, form).status_code for client in (outsider, dpo, manager)] == [404, 403, 404], url
    assert not OutboundMessage.objects.exists()
    waiting.refresh_from_db()
    assert (waiting.status, waiting.assigned_to) == (InboundStatus.FOR_A_HUMAN, None)


def test_name_is_shown_to_whom_sees_the_supporter_only(ours: World, ada: Client, at: datetime) -> None:
    signature = ours.sign("Nina Alvarez")
    stranger = Supporter.objects.create(full_name="Sam Secret")
    for supporter, number in ((signature.supporter, PHONE), (stranger, "+32470123457")):
        make_contact_point(number, channel=Channel.SMS, supporter=supporter)
    rows = [receive(ours, "a question"), receive(ours, "another", "+32470123457")]
    page = read(ada, reverse("staff_texts:index"))
    assert "Nina Alvarez" in page
    assert "Sam Secret" not in page
    assert "Nina Alvarez" in read(ada, thread(rows[0]))
    assert "Sam Secret" not in read(ada, thread(rows[1]))


def test_thread_interleaves_what_came_and_what_went_for_this_organisation(
    ours: World, theirs: World, ada: Client, at: datetime, clock: Any, settings: Any
) -> None:
    settings.INBOUND_HANDLERS = []
    row = receive(ours, "first")
    clock.shift(60)
    answer_text(inbound=row, text="second", occasion="a" * 12, by=ours.coordinator, at=timezone.now())
    clock.shift(60)
    receive(ours, "third")
    other = receive(theirs, "to others")
    answer_text(inbound=other, text="of others", occasion="a" * 12, by=theirs.coordinator, at=timezone.now())
    entries = ada.get(thread(row)).context["page"].entries
    assert [(each.text, each.is_ours) for each in entries] == [("first", False), ("second", True), ("third", False)]
    assert "ours-ada" in entries[1].note


def test_thread_names_what_was_written_for_many_and_shows_no_personal_link(
    ours: World, ada: Client, at: datetime
) -> None:
    point = make_contact_point(PHONE, channel=Channel.SMS, verified_at=at)
    wording = make_wording(
        make_text(ours.lead, name="Last call", channel=Channel.SMS), at=at, words="Bye {unsubscribe_url}"
    )
    queue_written(wording, point, at=at)
    row = receive(ours)
    page = ada.get(thread(row))
    assert [each.what for each in page.context["page"].entries if each.is_ours] == ["Message “Last call”"]
    assert "Bye" not in page.content.decode()


def test_long_thread_is_read_in_pages(ours: World, ada: Client, at: datetime, settings: Any) -> None:
    settings.INBOUND_HANDLERS = []
    for number in range(53):
        receive(ours, f"text {number:02}", at=at + timedelta(minutes=number))
    row = InboundMessage.objects.latest("pk")
    page = ada.get(thread(row)).context["page"]
    assert [page.entries[0].text, page.entries[-1].text] == ["text 03", "text 52"]
    older = ada.get(thread(row), {"before": page.older.isoformat()}).context["page"]
    assert ([each.text for each in older.entries], older.older) == (["text 00", "text 01", "text 02"], None)
    for odd in ("yesterday", "9999-12-31T23:59:59-23:00", "2026-03-02"):
        assert ada.get(thread(row), {"before": odd}).status_code == 200


def test_looks_are_audited_without_a_number(ada: Client, waiting: InboundMessage) -> None:
    read(ada, reverse("staff_texts:index"))
    read(ada, thread(waiting))
    entries = AuditEntry.objects.filter(action__startswith="messaging.inbound_message")
    assert set(entries.values_list("action", flat=True)) == {
        "messaging.inbound_message.listed",
        "messaging.inbound_message.viewed",
    }
    assert not [entry for entry in entries if "470" in str(entry.details)]


@pytest.mark.parametrize("show", ["waiting", "mine", "all"])
def test_list_costs_the_same_for_one_thread_and_three(
    ours: World, ada: Client, show: str, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.INBOUND_HANDLERS = []
    costs = []
    for numbers in ((6,), (7, 8)):
        for number in numbers:
            supporter = ours.sign(f"Nina {number}").supporter
            make_contact_point(f"+3247012345{number}", channel=Channel.SMS, supporter=supporter)
            receive(ours, address=f"+3247012345{number}")
        InboundMessage.objects.update(assigned_to=ours.coordinator)
        read(ada, reverse("staff_texts:index"), show=show)
        with django_assert_num_queries(costs[0] if costs else 16) as counted:
            page = ada.get(reverse("staff_texts:index"), {"show": show})
        costs.append(len(counted))
        assert len(page.context["object_list"]) == (1 if len(costs) == 1 else 3)


@pytest.mark.parametrize(
    ("show", "words"), [("waiting", "Nothing waits"), ("mine", "No thread is yours"), ("all", "Nobody has sent")]
)
def test_empty_list_says_what_would_be_there(ada: Client, show: str, words: str) -> None:
    assert words in read(ada, reverse("staff_texts:index"), show=show)


@pytest.mark.parametrize(
    ("done", "words"),
    [
        ("stop", "asked for no more messages"),
        ("help", "asked who we are"),
        ("rsvp:3:coming", "answered YES"),
        ("rsvp:3:cancelled", "answered NO"),
        ("else", "else"),
    ],
)
def test_what_was_done_is_said_in_words(ada: Client, waiting: InboundMessage, done: str, words: str) -> None:
    InboundMessage.objects.update(status=InboundStatus.HANDLED, handled_as=done, address="")
    assert words in read(ada, reverse("staff_texts:index"), show="all")
    assert words in read(ada, thread(waiting))


def test_settled_thread_of_somebody_known_may_still_be_answered(ours: World, ada: Client, at: datetime) -> None:
    make_contact_point(PHONE, channel=Channel.SMS)
    row = receive(ours)
    settle_thread(inbound=row, by="tests", at=at)
    InboundMessage.objects.update(address="")
    assert "<textarea" in read(ada, thread(row))


def test_home_page_counts_the_threads_that_wait(ours: World, theirs: World, ada: Client, settings: Any) -> None:
    settings.INBOUND_HANDLERS = []
    home = reverse("wagtailadmin_home")
    assert "data-waiting" not in read(ada, home)
    first, _again, _other = receive(ours), receive(ours, "Hello?"), receive(ours, "Yes?", "+32470000009")
    receive(theirs, "Not yours", "+32470000008")
    assert 'data-waiting="2"' in read(ada, home)
    assert "data-mine" not in read(ada, home)
    ada.post(reverse("staff_texts:take", args=[first.pk]))
    assert 'data-mine="1"' in read(ada, home)
    again = next(row for row in InboundMessage.objects.all() if row.text == "Hello?")  # encrypted: nothing to look up
    settle_thread(inbound=again, by=ours.coordinator, at=timezone.now())
    page = read(ada, home)
    assert 'data-waiting="1"' in page
    assert "data-mine" not in page
    assert "data-waiting" not in read(browse(make_user("dpo", Role.DATA_PROTECTION_OFFICER, ours.lead)), home)


def test_words_are_deleted_by_who_watches_over_the_data_and_the_row_stays(
    ours: World, theirs: World, ada: Client, waiting: InboundMessage
) -> None:
    watcher = browse(make_user("dpo", Role.DATA_PROTECTION_OFFICER, ours.lead))
    url = reverse("staff_texts:delete_words", args=[waiting.pk])
    button = "Delete the words for good"
    assert button not in read(ada, thread(waiting))
    assert ada.post(url).status_code == 403
    assert browse(make_user("gul", Role.DATA_PROTECTION_OFFICER, theirs.lead)).post(url).status_code == 404
    assert InboundMessage.objects.get().text == "Where is it?"
    assert button in read(watcher, thread(waiting))
    for _ in range(2):
        assert watcher.post(url).status_code == 302
    row = InboundMessage.objects.get()
    assert (row.text, row.status, row.received_at) == ("", InboundStatus.SETTLED, waiting.received_at)
    assert AuditEntry.objects.filter(action="messaging.inbound_message.words_deleted").count() == 1
    page = read(watcher, thread(waiting))
    assert "deleted on request" in page
    assert button not in page


def test_office_elsewhere_deletes_no_words_here(ours: World, theirs: World, waiting: InboundMessage) -> None:
    """Rights are held anywhere, offices in one organisation."""
    user = make_user("eli", Role.COORDINATOR, ours.lead)
    Membership.objects.create(user=user, organisation=theirs.lead, role=Role.DATA_PROTECTION_OFFICER)
    sync_user_groups(user=user)
    client = browse(type(user).objects.get(pk=user.pk))
    assert client.post(reverse("staff_texts:delete_words", args=[waiting.pk])).status_code == 403
    assert "Delete the words" not in read(client, thread(waiting))
    assert InboundMessage.objects.get().text == "Where is it?"
