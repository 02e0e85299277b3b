"""One pledge's page: what people say on the phone, notes, and the calls the desk promised."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from campaigns.actions.pledge_notes import plan_call, write_note
from campaigns.actions.pledges import withdraw_pledge
from campaigns.models import Pledge, PledgeKind, PledgeMove, PledgeNote
from campaigns.pledge_enums import NoteKind, Standing, ToldBy
from campaigns.selectors.pledge_desk import possible_callers
from core.models import AuditEntry
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ContactPoint
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World, browse, make_user

PRESSES = ("move", "end", "undo", "note", "call")
NOTE_PRESSES = ("made", "put_off", "delete")


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign, due_date=timezone.localdate() + timedelta(days=10))


@pytest.fixture
def nina(kind: PledgeKind) -> Pledge:
    return make_pledge(kind, "nina@example.org", at=timezone.now() - timedelta(days=2), full_name="Nina Example")


@pytest.fixture
def orla(ours: World) -> User:
    """An organiser: works at the desk, reads no names."""
    return make_user("Orla", Role.ORGANISER, ours.lead)


def url(name: str, pledge: Pledge) -> str:
    return reverse(f"staff_pledges:{name}", args=[pledge.pk])


def page(user: User, pledge: Pledge) -> str:
    answer = browse(user).get(url("show", pledge))
    assert answer.status_code == 200
    return str(answer.content.decode())


def press(user: User, name: str, pledge: Pledge, **told: Any) -> Any:
    return browse(user).post(url(name, pledge), told, follow=True)


def let_share(pledge: Pledge, partner: Organisation, channel: Channel) -> None:
    """Let a partner write to a pledge's author on one channel."""
    ConsentEvent.objects.create(
        contact_point=ContactPoint.objects.get(supporter=pledge.supporter, channel=channel),
        state=ConsentState.GRANTED, purpose=Purpose.PARTNER_NEWS, channel=channel, organisation=partner,
        scope=pledge.campaign.slug, source="tests", at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip


def wall(hours: float = 1) -> str:
    """Return a time as the browser's picker sends it, on the clocks of Brussels."""
    from zoneinfo import ZoneInfo

    return f"{timezone.now().astimezone(ZoneInfo('Europe/Brussels')) + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def test_page_shows_the_person_and_is_audited(ours: World, nina: Pledge) -> None:
    content = page(ours.coordinator, nina)
    for words in ("Nina Example", "nina@example.org", "10 days left", "themselves, in the form", "has the form"):
        assert words in content, words
    assert AuditEntry.objects.get(action="campaigns.pledge.viewed").target == f"campaigns.pledge:{nina.pk}"


def test_what_they_say_is_written_down_with_who_wrote_it(ours: World, nina: Pledge) -> None:
    answer = press(ours.coordinator, "move", nina, step="sent")
    assert "Written down." in answer.content.decode()
    nina.refresh_from_db()
    move = nina.moves.order_by("pk").last()
    assert move is not None
    assert (nina.step, nina.standing) == ("sent", Standing.ACTED)
    assert (move.told_by, move.by) == (ToldBy.STAFF, ours.coordinator)
    assert "It stood so already." in press(ours.coordinator, "move", nina, step="sent").content.decode()
    assert nina.moves.count() == 2


def test_ending_is_written_down_with_its_barrier(ours: World, nina: Pledge) -> None:
    press(ours.coordinator, "end", nina, **{"end-ending": "gave_up", "end-barrier": "no_time"})
    nina.refresh_from_db()
    assert (nina.step, nina.ending, nina.barrier, nina.standing) == ("informed", "gave_up", "no_time", Standing.ENDED)
    press(ours.coordinator, "end", nina, **{"end-ending": "already_registered", "end-barrier": "no_time"})
    nina.refresh_from_db()
    assert (nina.ending, nina.barrier) == ("already_registered", "")


def test_ending_that_is_none_is_refused_with_what_was_chosen_kept(ours: World, nina: Pledge) -> None:
    answer = press(ours.coordinator, "end", nina, **{"end-ending": "", "end-barrier": "no_time"})
    assert answer.status_code == 422
    assert '<option value="no_time" selected>' in answer.content.decode()
    assert "no such step" in press(ours.coordinator, "move", nina, step="nonsense").content.decode()
    assert nina.moves.count() == 1


def test_undo_leads_back_once(ours: World, nina: Pledge) -> None:
    press(ours.coordinator, "move", nina, step="sent")
    last = nina.moves.order_by("pk").last()
    assert last is not None
    assert "Undo" in page(ours.coordinator, nina)
    press(ours.coordinator, "undo", nina, move=last.pk)
    nina.refresh_from_db()
    assert (nina.step, nina.standing) == ("informed", Standing.OPEN)
    again = press(ours.coordinator, "undo", nina, move=last.pk)
    assert "Something else was written down since" in again.content.decode()
    assert nina.moves.count() == 3


def test_pledge_taken_back_can_be_moved_by_nobody(ours: World, nina: Pledge) -> None:
    withdraw_pledge(pledge=nina, at=timezone.now())
    assert "took the pledge back" in page(ours.coordinator, nina)
    assert "took the pledge back" in press(ours.coordinator, "move", nina, step="sent").content.decode()
    nina.refresh_from_db()
    assert nina.standing == Standing.WITHDRAWN


def test_note_is_kept_once_however_often_the_button_is_pressed(ours: World, nina: Pledge) -> None:
    for _press in range(2):
        content = press(ours.coordinator, "note", nina, **{"note-text": "Calls on Monday"}).content.decode()
    assert "Calls on Monday" in content
    note = PledgeNote.objects.get()
    assert (note.kind, note.by) == (NoteKind.NOTE, ours.coordinator)
    entry = AuditEntry.objects.get(action="campaigns.pledge_note.added")
    assert "Monday" not in f"{entry.details}{entry.target}"


def test_empty_note_is_refused(ours: World, nina: Pledge) -> None:
    answer = press(ours.coordinator, "note", nina, **{"note-text": "  "})
    assert (answer.status_code, PledgeNote.objects.count()) == (422, 0)


def test_call_is_promised_listed_put_off_and_made(ours: World, nina: Pledge) -> None:
    ada, calls = ours.coordinator, reverse("staff_pledge_notes:index")
    told = {"call-due_at": wall(), "call-owner": ada.pk, "call-text": "Ask about the letter"}
    for _press in range(2):
        press(ada, "call", nina, **told)
    call = PledgeNote.objects.get()
    assert (call.kind, call.owner) == (NoteKind.CALL_BACK, ada)
    listed = browse(ada).get(calls).content.decode()
    assert "Nina Example" in listed
    assert "Ask about the letter" in listed
    assert "1 call in the next 24 hours" in browse(ada).get("/staff/").content.decode()
    browse(ada).post(reverse("staff_pledge_notes:put_off", args=[call.pk]), {"due_at": wall(30)})
    call.refresh_from_db()
    assert call.due_at is not None
    assert call.due_at > timezone.now() + timedelta(hours=29)
    assert "in the next 24 hours" not in browse(ada).get("/staff/").content.decode()
    made = reverse("staff_pledge_notes:made", args=[call.pk])
    for _press in range(2):
        browse(ada).post(made, {"back": "list"})
    assert "Nina Example" not in browse(ada).get(calls).content.decode()
    browse(ada).post(made, {"undo": "1"})
    assert "Nina Example" in browse(ada).get(calls).content.decode()
    actions = AuditEntry.objects.filter(action__startswith="campaigns.pledge_note").exclude(action__endswith="listed")
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        f"campaigns.pledge_note.{verb}" for verb in ("call_planned", "not_reached", "call_made", "call_reopened")
    ]


def test_button_of_the_list_carries_what_keeps_strangers_from_pressing_it(ours: World, nina: Pledge) -> None:
    at = timezone.now()
    call = plan_call(pledge=nina, due_at=at, text="Ask", owner=None, by=ours.coordinator, at=at)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ours.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    listed = client.get(reverse("staff_pledge_notes:index")).content.decode()
    made = reverse("staff_pledge_notes:made", args=[call.pk])
    form = listed[listed.index(made) :]
    token = form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert client.post(made, {"csrfmiddlewaretoken": token, "back": "list"}).status_code == 302
    assert client.post(made, {"back": "list"}).status_code == 403
    call.refresh_from_db()
    assert call.done_at is not None


@pytest.mark.parametrize("gone", ["withdrawn", "erased"])
def test_nobody_is_called_who_is_gone(ours: World, nina: Pledge, gone: str) -> None:
    at, calls = timezone.now(), reverse("staff_pledge_notes:index")
    plan_call(pledge=nina, due_at=at, text="Ask about the letter", owner=None, by=ours.coordinator, at=at)
    assert "Ask about the letter" in browse(ours.coordinator).get(calls).content.decode()
    assert "1 call in the next 24 hours" in browse(ours.coordinator).get("/staff/").content.decode()
    if gone == "withdrawn":
        withdraw_pledge(pledge=nina, at=at)
    else:
        Pledge.objects.filter(pk=nina.pk).update(supporter=None)
    assert "Ask about the letter" not in browse(ours.coordinator).get(calls).content.decode()
    assert "in the next 24 hours" not in browse(ours.coordinator).get("/staff/").content.decode()


@pytest.mark.parametrize("due", ["2020-01-01T10:00", "nonsense", "9999-12-31T23:59", ""])
def test_call_at_an_impossible_time_is_refused(ours: World, nina: Pledge, due: str) -> None:
    answer = press(ours.coordinator, "call", nina, **{"call-due_at": due, "call-text": "Ask"})
    assert (answer.status_code, PledgeNote.objects.count()) == (422, 0)
    assert "Ask" in answer.content.decode()


def test_call_put_off_to_a_day_that_is_over_stays(ours: World, nina: Pledge) -> None:
    at = timezone.now()
    call = plan_call(pledge=nina, due_at=at, text="Ask", owner=None, by=ours.coordinator, at=at)
    put_off = reverse("staff_pledge_notes:put_off", args=[call.pk])
    answer = browse(ours.coordinator).post(put_off, {"due_at": "2020-01-01T10:00"})
    assert answer.status_code == 422
    assert "This day is over." in answer.content.decode()
    call.refresh_from_db()
    assert call.due_at == at


def test_owner_of_a_call_works_for_the_campaign(ours: World, theirs: World, nina: Pledge) -> None:
    told = {"call-due_at": wall(), "call-owner": theirs.coordinator.pk, "call-text": "Ask"}
    assert press(ours.coordinator, "call", nina, **told).status_code == 422


def test_call_is_given_to_nobody_who_may_not_read_the_number(ours: World, orla: User, nina: Pledge) -> None:
    assert set(possible_callers(nina.campaign)) == {ours.coordinator}
    told = {"call-due_at": wall(), "call-owner": orla.pk, "call-text": "Ask"}
    assert press(ours.coordinator, "call", nina, **told).status_code == 422
    assert press(orla, "call", nina, **{**told, "call-owner": ""}).status_code == 200
    assert PledgeNote.objects.get().owner is None


def test_note_is_deleted_by_its_author_and_by_the_dpo_alone(ours: World, orla: User, nina: Pledge) -> None:
    at = timezone.now()
    mine = write_note(pledge=nina, text="Mine", by=ours.coordinator, at=at)
    second = write_note(pledge=nina, text="Second", by=ours.coordinator, at=at)

    def delete(user: User, note: PledgeNote) -> int:
        return browse(user).post(reverse("staff_pledge_notes:delete", args=[note.pk])).status_code

    assert delete(orla, mine) == 403
    assert delete(ours.coordinator, mine) == 302
    assert delete(ours.coordinator, mine) == 404
    assert delete(ours.dpo, second) == 302
    assert not PledgeNote.objects.exists()
    assert AuditEntry.objects.filter(action="campaigns.pledge_note.deleted").count() == 2


def test_partner_reads_no_note_and_presses_no_button(ours: World, kind: PledgeKind) -> None:
    at = timezone.now()
    own = make_pledge(kind, "sofia@example.org", at=at, full_name="Sofia", source=ours.source.code)
    let_share(own, ours.partner, Channel.EMAIL)
    note = write_note(pledge=own, text="Private words", by=ours.coordinator, at=at)
    content = page(ours.manager, own)
    assert "Sofia" in content
    assert not [words for words in ("Private words", "What they say", "ours-ada") if words in content]
    for name in PRESSES:
        assert press(ours.manager, name, own, step="sent").status_code == 403, name
    for name in NOTE_PRESSES:
        assert browse(ours.manager).post(reverse(f"staff_pledge_notes:{name}", args=[note.pk])).status_code == 404
    assert browse(ours.manager).get(reverse("staff_pledge_notes:index")).status_code == 403
    assert PledgeMove.objects.count() == 1


def test_partner_reads_the_addresses_it_was_given_alone(ours: World, kind: PledgeKind) -> None:
    told = {"full_name": "Sofia", "source": ours.source.code, "phone": "+32470123456"}
    own = make_pledge(kind, "sofia@example.org", at=timezone.now(), **told)
    ContactPoint.objects.update(verified_at=timezone.now() - timedelta(hours=1))
    person = reverse("staff_supporters:inspect", args=[own.supporter_id])
    let_share(own, ours.partner, Channel.EMAIL)
    for address in (url("show", own), person):
        content = browse(ours.manager).get(address).content.decode()
        assert "sofia@example.org" in content
        assert "470123456" not in content
        assert "470123456" in browse(ours.coordinator).get(address).content.decode()
        assert "470123456" in browse(ours.dpo).get(address).content.decode()
    let_share(own, ours.partner, Channel.SMS)
    for address in (url("show", own), person):
        assert "470123456" in browse(ours.manager).get(address).content.decode()


def test_other_organisation_finds_nothing(ours: World, theirs: World, nina: Pledge) -> None:
    note = write_note(pledge=nina, text="Ours", by=ours.coordinator, at=timezone.now())
    dan = browse(theirs.coordinator)
    for name in ("show", *PRESSES):
        assert dan.get(url(name, nina)).status_code == 404, name
        assert dan.post(url(name, nina), {"step": "sent"}).status_code == 404, name
    for name in NOTE_PRESSES:
        assert dan.post(reverse(f"staff_pledge_notes:{name}", args=[note.pk])).status_code == 404, name
    assert "Ours" not in dan.get(reverse("staff_pledge_notes:index")).content.decode()


def test_insiders_without_the_right_are_refused(ours: World, nina: Pledge) -> None:
    assert browse(ours.analyst).get(url("show", nina)).status_code == 404  # an analyst sees no pledge at all
    for name in PRESSES:
        assert press(ours.dpo, name, nina, step="sent").status_code == 403, name
    assert nina.moves.count() == 1


@pytest.mark.parametrize("address", ["staff_pledge_notes:index", "home"])
def test_calls_ask_as_much_for_three_as_for_one(ours: World, kind: PledgeKind, address: str) -> None:
    client, at = browse(ours.coordinator), timezone.now()
    where = "/staff/" if address == "home" else reverse(address)

    def add(number: int) -> None:
        pledge = make_pledge(kind, f"p{number}@example.org", at=at, full_name=f"Person {number}")
        plan_call(pledge=pledge, due_at=at, text="Ask", owner=ours.coordinator, by=ours.coordinator, at=at)

    add(1)
    client.get(where)
    with CaptureQueriesContext(connection) as one:
        client.get(where)
    add(2)
    add(3)
    with CaptureQueriesContext(connection) as three:
        client.get(where)
    assert len(three) == len(one)


def test_page_asks_as_much_for_three_notes_as_for_one(ours: World, nina: Pledge) -> None:
    client, at = browse(ours.coordinator), timezone.now()
    write_note(pledge=nina, text="One", by=ours.coordinator, at=at)
    client.get(url("show", nina))
    with CaptureQueriesContext(connection) as one:
        client.get(url("show", nina))
    for words in ("Two", "Three"):
        write_note(pledge=nina, text=words, by=ours.coordinator, at=at)
    with CaptureQueriesContext(connection) as three:
        client.get(url("show", nina))
    assert len(three) == len(one)
