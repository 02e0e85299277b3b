"""Kinds of pledges in the staff area: taking one, and changing its steps, words and reminders as forms."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import CountsAs, ReminderMoment, Standing
from core.models import AuditEntry
from people.actions.submissions import KEEP_UNCONFIRMED
from people.models import Submission
from tests.factories.pledges import make_kind, make_pledge, promise
from tests.factories.staff import World, browse

INDEX, TAKE = reverse("staff_pledge_kinds:index"), reverse("staff_pledge_kinds:take")


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign, due_date=date(2027, 3, 1))


def address(kind: PledgeKind) -> str:
    return reverse("staff_pledge_kinds:edit", args=[kind.pk])


def form_of(answer: Any) -> dict[str, Any]:
    """Return the fields of the form as a browser would send them back unchanged."""
    form, told = answer.context["form"], {}
    every = [form, *form.texts, *form.reminders.forms, *(row for rows in form.rungs.values() for row in rows.forms)]
    for each in every:
        for field in each:
            value = field.value()
            if isinstance(value, bool):
                told |= {field.html_name: "on"} if value else {}
            else:
                told[field.html_name] = "" if value is None else field.field.prepare_value(value)
    return {name: str(value) for name, value in told.items()}


def opened(world: World, kind: PledgeKind) -> dict[str, Any]:
    answer = browse(world.coordinator).get(address(kind))
    assert answer.status_code == 200
    return form_of(answer)


def save(world: World, kind: PledgeKind, told: dict[str, Any]) -> Any:
    return browse(world.coordinator).post(address(kind), told)


def said(answer: Any) -> str:
    return " ".join(answer.context["form"].non_field_errors())


def test_shipped_kind_is_taken_once(ours: World) -> None:
    client = browse(ours.coordinator)
    told = {"campaign": ours.campaign.pk, "shipped": "register-to-vote", "due_date": "2027-03-01"}
    for _press in range(2):
        answer = client.post(TAKE, told, follow=True)
    kind = PledgeKind.objects.get()
    assert answer.redirect_chain[-1][0] == address(kind)
    assert "has this kind already" in answer.content.decode()
    assert (kind.key, kind.due_date, kind.texts.count()) == ("register-to-vote", date(2027, 3, 1), 4)
    assert AuditEntry.objects.get(action="campaigns.pledge_kind.added").actor == f"user:{ours.coordinator.pk}"


def test_empty_kind_begins_with_two_steps_under_its_name(ours: World) -> None:
    client = browse(ours.coordinator)
    told = {"campaign": ours.campaign.pk, "shipped": "", "name": "Bring a friend"}
    assert client.post(TAKE, told).status_code == 302
    kind = PledgeKind.objects.get()
    assert (kind.key, [rung.key for rung in kind.ladder.steps]) == ("bring-a-friend", ["promised", "done"])
    assert kind.words("en").promise == "Bring a friend"
    again = client.post(TAKE, told)
    assert again.status_code == 422
    assert "of this name already" in again.content.decode()
    assert client.post(TAKE, {**told, "name": " "}).status_code == 422


def test_kind_is_taken_into_campaigns_of_ones_own_alone(ours: World, theirs: World) -> None:
    told = {"campaign": theirs.campaign.pk, "shipped": "register-to-vote"}
    assert browse(ours.coordinator).post(TAKE, told).status_code == 422
    for who in (ours.manager, ours.analyst, ours.dpo):
        assert browse(who).post(TAKE, told).status_code == 403
    assert not PledgeKind.objects.exists()


def test_form_sent_back_unchanged_changes_nothing(ours: World, kind: PledgeKind) -> None:
    before = (kind.steps, kind.endings, kind.barriers, list(kind.texts.values()), list(kind.reminder_rules.values()))
    assert save(ours, kind, opened(ours, kind)).status_code == 302
    kind = PledgeKind.objects.get()
    assert before[3:] == (list(kind.texts.values()), list(kind.reminder_rules.values()))
    assert [rung.key for rung in kind.ladder.steps] == ["informed", "form_given", "sent", "confirmed"]
    assert [step["names"] for step in before[0]] == [dict(rung.names) for rung in kind.ladder.steps]


def test_new_step_gets_a_key_from_its_english_name_that_stays(ours: World, kind: PledgeKind) -> None:
    told = opened(ours, kind)
    client = browse(ours.coordinator)
    told = form_of(client.post(address(kind), {**told, "do": "steps:add"}))
    told |= {"steps-4-names-en": "Voted (at last!)", "steps-4-names-fr": "A voté", "steps-4-acted": "on"}
    assert save(ours, kind, told).status_code == 302
    kind.refresh_from_db()
    assert kind.ladder.steps[-1].key == "voted_at_last"
    told = opened(ours, kind) | {"steps-4-names-en": "Has voted"}
    assert save(ours, kind, told).status_code == 302
    kind.refresh_from_db()
    last = kind.ladder.steps[-1]
    assert (last.key, last.name_in("en"), last.name_in("fr")) == ("voted_at_last", "Has voted", "A voté")
    entry = AuditEntry.objects.filter(action="campaigns.pledge_kind.changed").order_by("pk").last()
    assert entry is not None
    assert entry.details["fields"] == ["steps"]


def test_presses_move_and_remove_rows_and_keep_what_was_typed(ours: World, kind: PledgeKind) -> None:
    client, told = browse(ours.coordinator), opened(ours, kind)
    told |= {"name": "Not saved yet", "text-fr-promise": "Typed", "minimum_shown": "nonsense"}
    answer = client.post(address(kind), {**told, "do": "steps:down:0"})
    assert "help-critical" not in answer.content.decode()
    back = form_of(answer)
    assert (back["steps-0-key"], back["steps-1-key"]) == ("form_given", "informed")
    assert (back["name"], back["text-fr-promise"], back["minimum_shown"]) == ("Not saved yet", "Typed", "nonsense")
    back = form_of(client.post(address(kind), {**back, "do": "endings:remove:0"}))
    assert back["endings-0-key"] == "not_eligible"
    back = form_of(client.post(address(kind), {**back, "do": "reminders:add"}))
    assert back["reminders-6-key"] == ""
    for nonsense in ("steps:up:0", "steps:down:99", "nonsense", "steps:remove", "x:add"):
        assert client.post(address(kind), {**back, "do": nonsense}).status_code == 200
    kind.refresh_from_db()
    assert kind.name == "Register to vote"


def test_step_people_stand_on_cannot_be_removed(ours: World, kind: PledgeKind) -> None:
    for number in range(2):
        make_pledge(kind, f"p{number}@example.org", at=timezone.now())
    told = form_of(browse(ours.coordinator).post(address(kind), {**opened(ours, kind), "do": "steps:remove:0"}))
    answer = save(ours, kind, {**told, "name": "Typed"})
    assert "“informed” cannot be removed: 2 people stand there." in said(answer)
    assert form_of(answer)["name"] == "Typed"
    kind.refresh_from_db()
    assert len(kind.ladder.steps) == 4


def test_key_sent_for_another_makes_a_new_step_and_refuses_to_lose_the_old(ours: World, kind: PledgeKind) -> None:
    make_pledge(kind, at=timezone.now())
    answer = save(ours, kind, {**opened(ours, kind), "steps-0-key": "renamed"})
    assert "cannot be removed: 1 person stands there." in said(answer)


def test_second_editor_is_told_and_nothing_is_lost(ours: World, kind: PledgeKind) -> None:
    first, second = opened(ours, kind), opened(ours, kind)
    assert save(ours, kind, {**first, "text-en-heading": "First"}).status_code == 302
    answer = save(ours, kind, {**second, "text-en-heading": "Second"})
    assert "Somebody else changed this kind meanwhile." in said(answer)
    assert kind.texts.get(language="en").heading == "First"
    again = form_of(answer)
    assert again["text-en-heading"] == "Second"
    assert save(ours, kind, again).status_code == 302
    assert kind.texts.get(language="en").heading == "Second"


def test_language_without_words_goes_and_its_readers_see_anothers(ours: World, kind: PledgeKind) -> None:
    told = opened(ours, kind)
    told |= {name: "" for name in told if name.startswith("text-nl-")}
    assert save(ours, kind, told).status_code == 302
    assert not kind.texts.filter(language="nl").exists()
    content = browse(ours.coordinator).get(address(kind)).content.decode()
    assert "no words yet: the “en” ones are shown" in content
    assert f'placeholder="{escape(kind.words("en").promise)}"' in content


def test_words_without_a_promise_are_refused(ours: World, kind: PledgeKind) -> None:
    answer = save(ours, kind, {**opened(ours, kind), "text-fr-promise": ""})
    assert "what one promises" in answer.content.decode()
    assert kind.texts.get(language="fr").promise


def test_reminder_is_added_changed_and_removed(ours: World, kind: PledgeKind) -> None:
    client, told = browse(ours.coordinator), opened(ours, kind)
    told = form_of(client.post(address(kind), {**told, "do": "reminders:remove:0"}))
    told = form_of(client.post(address(kind), {**told, "do": "reminders:add"}))
    told |= {"reminders-0-days": "8", "reminders-5-moment": "after_step", "reminders-5-step": "form_given",
             "reminders-5-days": "3", "reminders-5-text": "follow_up"}  # fmt: skip
    assert save(ours, kind, told).status_code == 302
    rules = {rule.key: rule for rule in kind.reminder_rules.all()}
    assert "weeks3" not in rules
    assert rules["week"].days == 8
    (own,) = [rule for key, rule in rules.items() if key.startswith("own-")]
    assert (own.moment, own.step, own.days, own.is_active) == (ReminderMoment.AFTER_STEP, "form_given", 3, True)


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ({"reminders-0-moment": "after_step", "reminders-0-step": ""}, "Choose the step after which"),
        ({"reminders-0-is_the_one": "on"}, "one per channel at most"),
        ({"reminders-0-days": "-1"}, "greater than or equal to 0"),
        ({"reminders-0-hour": "25:00"}, "Enter a valid time"),
        ({"steps-0-names-en": "", "steps-0-names-fr": "", "steps-0-names-nl": "", "steps-0-names-ar": ""}, "a name"),
        ({"steps-0-acted": "on"}, "every step counts as done"),
        ({"name": ""}, "This field is required"),
        ({"steps-0-names-en": "x" * 121}, "at most 120"),
    ],
)
def test_bad_input_is_refused_with_the_reason(
    ours: World, kind: PledgeKind, told: dict[str, str], complaint: str
) -> None:
    answer = save(ours, kind, {**opened(ours, kind), **told})
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert not AuditEntry.objects.filter(action="campaigns.pledge_kind.changed").exists()


def test_step_a_reminder_follows_cannot_be_removed(ours: World, kind: PledgeKind) -> None:
    told = form_of(browse(ours.coordinator).post(address(kind), {**opened(ours, kind), "do": "steps:remove:2"}))
    assert "A reminder follows a step that is removed here." in said(save(ours, kind, told))


def test_people_stand_where_the_changed_ladder_says(ours: World, kind: PledgeKind) -> None:
    pledge = make_pledge(kind, at=timezone.now())
    Pledge.objects.update(step="form_given")
    assert save(ours, kind, {**opened(ours, kind), "steps-1-acted": "on"}).status_code == 302
    pledge.refresh_from_db()
    assert (pledge.standing, pledge.counts_as) == (Standing.ACTED, CountsAs.ACTED)


def test_last_day_is_shown_as_it_results(ours: World, kind: PledgeKind) -> None:
    shown = re.sub(r"\s+", " ", browse(ours.coordinator).get(address(kind)).content.decode())
    assert "1 March 2027" in shown
    assert "this kind&#x27;s own" in shown


def test_other_organisation_finds_no_kind_and_insiders_may_not_change(
    ours: World, theirs: World, kind: PledgeKind
) -> None:
    for name in ("edit", "delete", "history"):
        where = reverse(f"staff_pledge_kinds:{name}", args=[kind.pk])
        assert browse(theirs.coordinator).get(where).status_code == 404, name
    for who in (ours.manager, ours.analyst, ours.dpo):
        assert "Register to vote" in browse(who).get(INDEX).content.decode()
        assert browse(who).get(address(kind)).status_code == 403
        assert browse(who).post(address(kind), {"name": "stolen"}).status_code == 403
    assert "Register to vote" not in browse(theirs.coordinator).get(INDEX).content.decode()


def test_kind_with_pledges_cannot_be_deleted(ours: World, kind: PledgeKind) -> None:
    make_pledge(kind, at=timezone.now() - timedelta(days=1))
    answer = browse(ours.coordinator).post(reverse("staff_pledge_kinds:delete", args=[kind.pk]), follow=True)
    assert "cannot be deleted" in answer.content.decode()
    assert PledgeKind.objects.exists()


def test_kind_cannot_be_deleted_while_a_form_waits_to_be_confirmed(ours: World, kind: PledgeKind) -> None:
    at, delete = timezone.now(), reverse("staff_pledge_kinds:delete", args=[kind.pk])
    promise(kind, at=at - timedelta(days=20))
    answer = browse(ours.coordinator).post(delete, follow=True)
    assert "not all who promised it confirmed it yet" in answer.content.decode()
    assert PledgeKind.objects.exists()
    Submission.objects.update(created_at=at - KEEP_UNCONFIRMED - timedelta(hours=1))
    browse(ours.coordinator).post(delete)
    assert not PledgeKind.objects.exists()


def test_list_asks_as_much_for_three_as_for_one(ours: World, kind: PledgeKind) -> None:
    client = browse(ours.coordinator)
    client.get(INDEX)
    with CaptureQueriesContext(connection) as one:
        client.get(INDEX)
    make_kind(ours.campaign, "apply-for-citizenship")
    make_kind(ours.campaign, "support-an-initiative")
    with CaptureQueriesContext(connection) as three:
        client.get(INDEX)
    assert len(three) == len(one)
