"""Campaigns that are over: who is let go by which rule, who stays and why, and what is left as evidence."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from audiences.models import StaffTask
from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.models import Campaign, PledgeNote, Signature
from core.models import AuditEntry
from events.models import Rsvp
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from outreach.models import ContactIdentity
from people.enums import ConsentState
from people.models import Supporter, Suppression
from rights.actions import retention
from rights.actions.retention import NotDueError, drain_run, propose_rules, start_due_runs, start_run
from rights.enums import RequestKind, RequestOrigin
from rights.models import RetentionRule, RetentionRun, RightsRequest
from rights.retention_enums import Kept
from rights.retention_selectors import look
from rights.tasks import drain_retention
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.outreach import Stall
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import NOON, World, browse
from tests.factories.trainings import make_volunteer

pytestmark = pytest.mark.django_db

OVER = date(2026, 3, 31)
LATER = datetime(2027, 4, 1, 12, tzinfo=UTC)


def close(campaign: Campaign, on: date = OVER) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(ends_date=on)
    campaign.refresh_from_db()


def rule_of(world: World, what: Kept = Kept.SUPPORTERS, **columns: object) -> RetentionRule:
    close(world.campaign)
    return RetentionRule.objects.create(campaign=world.campaign, what=what, **{"is_active": True, **columns})


def apply(rule: RetentionRule, at: datetime = LATER) -> RetentionRun:
    run = start_run(rule=rule, by="tests", at=at)
    while drain_run(run=run, at=at):
        pass
    run.refresh_from_db()
    return run


def test_people_nothing_keeps_are_let_go_and_the_others_stay_with_the_reason(ours: World, theirs: World) -> None:
    free, free_too = ours.sign("Free Bird"), ours.sign("Freed Bird")
    allows = ours.sign("Alma Allows")
    ours.consent(allows, ours.lead)
    took_back = ours.sign("Bea Took-Back")
    ours.consent(took_back, ours.partner)
    ours.consent(took_back, ours.partner, state=ConsentState.WITHDRAWN, at=NOON + timedelta(days=1))
    elsewhere = ours.sign("Elsa Elsewhere")
    other = theirs.sign("x")
    Signature.objects.filter(pk=other.pk).update(supporter=elsewhere.supporter)
    helper = make_volunteer(ours, "Vera Volunteers")
    Signature.objects.filter(pk=ours.sign("y").pk).update(supporter=helper.supporter)
    asks = ours.sign("Ada Asks")
    RightsRequest.objects.create(
        kind=RequestKind.ACCESS, origin=RequestOrigin.EMAIL, supporter=asks.supporter, received_at=LATER,
        due_date=LATER.date(),
    )  # fmt: skip
    restricted = ours.sign("Rita Restricted")
    Supporter.objects.filter(pk=restricted.supporter_id).update(restricted_at=LATER)
    stranger = theirs.sign("Sten Stranger")
    rule = rule_of(ours)
    would = look(rule, at=LATER)
    gone = sorted(each.supporter_id for each in (free, free_too, took_back))
    assert (would.concerned, would.sample) == (3, gone)
    assert would.kept == {"consent": 1, "campaign": 1, "volunteer": 1, "request": 2}
    assert Supporter.objects.filter(pk__in=gone).count() == 3, "a look changes nothing"
    run = apply(rule)
    assert not Supporter.objects.filter(pk__in=gone).exists()
    stay = [each.supporter_id for each in (allows, elsewhere, asks, restricted, stranger)] + [helper.supporter_id]
    assert Supporter.objects.filter(pk__in=stay).count() == len(stay)
    assert (run.done, run.kept, run.counts["people.Supporter"]) == (3, would.kept, 3)
    assert not Suppression.objects.exists(), "they did not ask: whoever comes back is welcome"


def test_figures_stay_when_people_go(ours: World) -> None:
    for number in range(3):
        ours.sign(f"Person {number}")
    count_signatures(at=NOON)
    apply(rule_of(ours))
    assert Signature.objects.counting().filter(supporter=None).count() == 3
    assert not find_drift()
    assert not Signature.objects.needs_counting().exists()


def test_two_campaigns_that_are_both_over_do_not_keep_each_others_people(ours: World, theirs: World) -> None:
    both = ours.sign("Both Sides")
    second = theirs.sign("x")
    Signature.objects.filter(pk=second.pk).update(supporter=both.supporter)
    rule = rule_of(ours)
    assert look(rule, at=LATER).kept == {"campaign": 1}
    rule_of(theirs)
    assert look(rule, at=LATER).sample == [both.supporter_id]


def test_rule_before_its_day_or_without_an_end_is_refused(ours: World) -> None:
    ours.sign()
    rule = rule_of(ours)
    with pytest.raises(NotDueError):
        start_run(rule=rule, by="tests", at=datetime(2027, 3, 30, 12, tzinfo=UTC))
    # At 22:30 UTC on the day before it is the day already in Brussels.
    assert start_run(rule=rule, by="tests", at=datetime(2027, 3, 30, 22, 30, tzinfo=UTC))
    RetentionRun.objects.all().delete()
    close(ours.campaign, None)  # type: ignore[arg-type]
    with pytest.raises(NotDueError):
        start_run(rule=rule, by="tests", at=LATER)


def test_run_goes_on_after_a_crash_and_a_second_start_is_the_first(
    ours: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        ours.sign(f"Person {number}")
    rule = rule_of(ours)
    run = start_run(rule=rule, by="tests", at=LATER)
    assert start_run(rule=rule, by="somebody else", at=LATER) == run
    real, calls = retention.erase_supporter, []

    def dies(**told: object) -> object:
        calls.append(told)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(**told)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "erase_supporter", dies)
    with pytest.raises(KeyboardInterrupt):
        drain_run(run=run, at=LATER)
    assert Supporter.objects.count() == 3
    while drain_run(run=run, at=LATER):
        pass
    run.refresh_from_db()
    assert not Supporter.objects.exists()
    assert run.finished_at == LATER
    assert not drain_run(run=run, at=LATER + timedelta(days=1))
    assert apply(rule).done == 0


def test_person_who_allows_something_while_the_batch_runs_stays(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ours.sign("First"), ours.sign("Second")
    rule = rule_of(ours)
    real = retention.erase_supporter

    def says_yes_meanwhile(**told: object) -> object:
        if not second.supporter.contact_points.get().consent_events.exists():
            ours.consent(second, ours.lead)
        return real(**told)  # type: ignore[arg-type]

    monkeypatch.setattr(retention, "erase_supporter", says_yes_meanwhile)
    run = apply(rule)
    assert run.done == 1
    assert list(Supporter.objects.all()) == [second.supporter]
    assert first.supporter_id != second.supporter_id


def test_rule_changed_while_it_is_applied_stops_where_it_is(ours: World) -> None:
    ours.sign()
    rule = rule_of(ours)
    run = start_run(rule=rule, by="tests", at=LATER)
    RetentionRule.objects.filter(pk=rule.pk).update(months=24)
    assert not drain_run(run=run, at=LATER)
    run.refresh_from_db()
    assert (run.done, run.months, run.finished_at) == (0, 12, LATER)
    assert Supporter.objects.exists()


def test_what_guests_told_goes_and_that_they_came_stays(ours: World, theirs: World) -> None:
    mine = make_rsvp(make_event(make_event_type(ours.campaign)), "Nina", answers={"food": "vegan"})
    other = make_rsvp(make_event(make_event_type(theirs.campaign)), "Omar", answers={"food": "vegan"})
    run = apply(rule_of(ours, Kept.RSVPS))
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.answers, mine.full_name, other.full_name) == ({}, "", "Omar")
    assert (run.done, Rsvp.objects.count()) == (1, 2)
    assert look(rule_again := run.rule, at=LATER).concerned == 0
    assert rule_again is not None


def test_who_conversations_were_with_goes_and_the_conversation_stays(stall: Stall) -> None:
    identity = stall.meet(name="Nina Example", email="nina@example.org")
    contact = identity.contact
    apply(rule_of(stall.world, Kept.CONVERSATIONS))
    assert not ContactIdentity.objects.exists()
    contact.refresh_from_db()
    assert contact.outcome


def test_words_of_messages_go_and_what_waits_is_left_alone(ours: World) -> None:
    columns = {
        "channel": "email", "purpose": "service", "template": "x", "address": "a@b.example", "language": "en",
        "address_index": "i", "context": {"name": "Nina"}, "not_before": NOON, "expires_at": NOON,
    }  # fmt: skip
    for number, status in enumerate((MessageStatus.SENT, MessageStatus.READY)):
        OutboundMessage.objects.create(idempotency_key=f"x:{number}", scope="ours", status=status, **columns)
    OutboundMessage.objects.create(idempotency_key="x:9", scope="theirs", status=MessageStatus.SENT, **columns)
    run = apply(rule_of(ours, Kept.MESSAGES))
    told = dict(OutboundMessage.objects.values_list("idempotency_key", "address"))
    assert told == {"x:0": "", "x:1": "a@b.example", "x:9": "a@b.example"}
    assert run.counts == {"messaging.OutboundMessage": 1}


def test_notes_on_pledges_go_and_the_pledge_stays(ours: World, at: datetime) -> None:
    pledge = make_pledge(make_kind(ours.campaign), at=at)
    PledgeNote.objects.create(pledge=pledge, text="prefers mornings", created_at=at)
    apply(rule_of(ours, Kept.NOTES))
    assert not PledgeNote.objects.exists()
    pledge.refresh_from_db()
    assert pledge.supporter_id


def test_night_begins_what_is_due_and_switched_on_and_has_somebody(
    ours: World, theirs: World, time_machine: object
) -> None:
    ours.sign()
    theirs.sign()
    rule_of(ours)
    rule_of(ours, Kept.NOTES)
    rule_of(theirs, is_active=False)
    assert start_due_runs(at=LATER) == 1
    assert start_due_runs(at=LATER) == 1
    assert [(run.campaign, run.what, run.actor) for run in RetentionRun.objects.all()] == [
        (ours.campaign, "supporters", "job:apply_retention")
    ]
    time_machine.move_to(LATER)  # type: ignore[attr-defined]
    drain_retention()
    assert RetentionRun.objects.get().done == 1


def test_evidence_holds_no_person(ours: World) -> None:
    gone = ours.sign("Zephyrine Quist", email="zephyrine@example.org")
    StaffTask.objects.create(
        organisation=ours.lead, title="Zephyrine", due_date=OVER, supporter=gone.supporter, created_at=NOON
    )
    run = apply(rule_of(ours))
    told = json.dumps([run.counts, run.kept, run.actor, run.what]) + str(
        list(AuditEntry.objects.values_list("action", "target", "details"))
    )
    assert "zephyrine" not in told.lower()
    assert run.counts["audiences.StaffTask"] == 1


def test_usual_rules_are_switched_off_and_proposed_once(ours: World) -> None:
    RetentionRule.objects.create(campaign=ours.campaign, what=Kept.NOTES, months=99)
    assert len(propose_rules(campaign=ours.campaign, by=ours.dpo)) == len(Kept) - 1
    assert propose_rules(campaign=ours.campaign, by=ours.dpo) == []
    assert not RetentionRule.objects.filter(is_active=True).exists()
    assert RetentionRule.objects.get(what=Kept.NOTES).months == 99


def test_command_shows_and_applies(ours: World, time_machine: object) -> None:
    time_machine.move_to(LATER)  # type: ignore[attr-defined]
    ours.sign()
    rule_of(ours)
    rule_of(ours, Kept.NOTES, is_active=False)

    def call(*options: str) -> dict[str, object]:
        out = StringIO()
        call_command("apply_retention", "--campaign", "ours", "--json", *options, stdout=out)
        found: dict[str, object] = json.loads(out.getvalue())
        return found

    shown = call("--dry-run")
    assert [(each["what"], each["concerned"]) for each in shown["rules"]] == [("notes", 0), ("supporters", 1)]  # type: ignore[attr-defined]
    assert Supporter.objects.count() == 1
    assert [each["done"] for each in call()["rules"]] == [1]  # type: ignore[attr-defined]
    assert [each["done"] for each in call()["rules"]] == [0]  # type: ignore[attr-defined]
    assert not Supporter.objects.exists()
    with pytest.raises(CommandError):
        call_command("apply_retention", "--campaign", "nowhere")


def test_screens_for_who_keeps_the_campaign(ours: World, theirs: World, time_machine: object) -> None:
    time_machine.move_to(LATER)  # type: ignore[attr-defined]
    gone = ours.sign()
    rule, other = rule_of(ours), rule_of(theirs)
    dpo, page = browse(ours.dpo), reverse("staff_retention:rule", args=[rule.pk])
    shown = dpo.get(reverse("staff_retention:index")).content.decode()
    assert page in shown
    assert reverse("staff_retention:rule", args=[other.pk]) not in shown
    assert dpo.get(reverse("staff_retention:rule", args=[other.pk])).status_code == 404
    shown = dpo.get(page).content.decode()
    assert "1 entry would be let go." in shown
    assert reverse("staff_supporters:inspect", args=[gone.supporter_id]) in shown
    assert dpo.post(page).status_code == 422
    assert not RetentionRun.objects.exists()
    assert dpo.post(page, {"sure": "yes"}).status_code == 302
    assert "It is being applied." in dpo.get(page).content.decode()
    drain_retention()
    shown = dpo.get(page).content.decode()
    assert "It is being applied." not in shown
    assert str(ours.dpo) in shown
    for refused in (ours.analyst, ours.manager):
        assert browse(refused).get(page).status_code == 403
        assert browse(refused).post(page, {"sure": "yes"}).status_code == 403
    assert browse(ours.coordinator).get(page).status_code == 200


def test_screen_proposes_and_makes_rules_for_own_campaigns_only(ours: World, theirs: World) -> None:
    dpo = browse(ours.dpo)
    assert "There is no rule yet" in dpo.get(reverse("staff_retention:index")).content.decode()
    propose = reverse("staff_retention:propose")
    assert dpo.post(propose, {"campaign": theirs.campaign.pk}).status_code == 422
    assert dpo.post(propose, {"campaign": ours.campaign.pk}).status_code == 302
    assert RetentionRule.objects.filter(campaign=ours.campaign).count() == len(Kept)
    form = {"campaign": ours.campaign.pk, "what": "notes", "months": 3}
    again = dpo.post(reverse("staff_retention:add"), form)
    assert "The campaign has a rule for this already." in again.content.decode()
    rule = RetentionRule.objects.get(what=Kept.NOTES)
    edited = dpo.post(reverse("staff_retention:edit", args=[rule.pk]), {**form, "months": 7, "is_active": "on"})
    assert edited.status_code == 302
    rule.refresh_from_db()
    assert (rule.months, rule.is_active) == (7, True)
    assert AuditEntry.objects.filter(action="rights.retention_rule.changed").exists()
