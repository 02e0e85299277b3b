from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audiences.actions.broadcasts import (
    ApprovalRefused,
    BroadcastNotChangeable,
    BroadcastNotReady,
    approve_broadcast,
    change_broadcast,
    delete_broadcast,
    make_broadcast,
    reject_broadcast,
    submit_broadcast,
    take_back_broadcast,
)
from audiences.actions.snapshots import start_broadcast
from audiences.enums import BroadcastStatus, ReturnReason, Split
from audiences.models import Broadcast
from campaigns.models import Partnership
from core.models import AuditEntry
from people.enums import Channel, Purpose
from tests.factories.accounts import make_user
from tests.factories.broadcasts import Newsroom


@pytest.fixture
def large(news: Newsroom, settings: Any) -> Broadcast:
    """A broadcast for which a second person is needed, handed in by Ada."""
    settings.BROADCAST_APPROVAL_ABOVE = 2
    news.people(2)
    return news.scheduled()


def actions() -> list[str]:
    return list(AuditEntry.objects.filter(action__contains="broadcast").order_by("pk").values_list("action", flat=True))


def test_make_writes_a_draft_with_its_segments_and_variants(news: Newsroom) -> None:
    out = news.segment("Out", {"is": "speaks", "languages": ["nl"]})
    broadcast = news.draft(news.text("One"), news.text("Two"), split=Split.TEST, excluded=[out])
    assert broadcast.status == BroadcastStatus.DRAFT
    assert [variant.label for variant in broadcast.variants.all()] == ["A", "B"]
    assert (list(broadcast.included.all()), list(broadcast.excluded.all())) == ([news.everybody], [out])
    assert actions() == ["audiences.broadcast.created"]


def test_make_with_one_text_has_no_split(news: Newsroom) -> None:
    assert news.draft(split=Split.TEST).split == Split.NONE


def test_submit_below_the_size_is_scheduled_at_once(news: Newsroom) -> None:
    news.person()
    broadcast = news.scheduled()
    assert (broadcast.status, broadcast.submitted_by) == (BroadcastStatus.SCHEDULED, news.ada)
    assert submit_broadcast(broadcast=broadcast, by=news.ben, at=news.at).submitted_by == news.ada


def test_submit_from_the_size_on_waits_for_a_second_person(large: Broadcast, news: Newsroom) -> None:
    assert large.status == BroadcastStatus.WAITING_FOR_APPROVAL
    assert not start_broadcast(broadcast_id=large.pk, at=news.at)


@pytest.mark.parametrize("problem", ["nobody", "no words", "over", "backwards", "left", "channel"])
def test_submit_says_what_is_missing(news: Newsroom, problem: str) -> None:
    if problem != "nobody":
        news.person()
    changes: dict[str, Any] = {
        "over": {"expires_at": news.at},
        "backwards": {"scheduled_at": news.at + timedelta(days=2), "expires_at": news.at + timedelta(days=1)},
        "channel": {"channel": Channel.SMS},
    }.get(problem, {})
    text = news.text()
    if problem == "no words":
        text.wordings.all().delete()
    broadcast = news.draft(text, **changes)
    if problem == "left":
        other = type(news)(news.at, "other").campaign
        Broadcast.objects.filter(pk=broadcast.pk).update(campaign=other)
    with pytest.raises(BroadcastNotReady) as refusal:
        submit_broadcast(broadcast=broadcast, by=news.ada, at=news.at)
    assert refusal.value.problems
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.DRAFT
    assert "audiences.broadcast.submitted" not in actions()


def test_partner_sends_its_own_news_while_it_takes_part(news: Newsroom) -> None:
    other = type(news)(news.at, "partner")
    partnership = Partnership.objects.create(campaign=news.campaign, organisation=other.lead)
    broadcast = other.draft(campaign=news.campaign, purpose=Purpose.PARTNER_NEWS)
    said = "The organisation takes no part in this campaign any more."
    with pytest.raises(BroadcastNotReady) as refusal:
        submit_broadcast(broadcast=broadcast, by=other.ada, at=news.at)
    assert said not in refusal.value.problems
    Partnership.objects.filter(pk=partnership.pk).update(left_at=news.at)
    with pytest.raises(BroadcastNotReady) as refusal:
        submit_broadcast(broadcast=broadcast, by=other.ada, at=news.at)
    assert said in refusal.value.problems


def test_second_person_approves(large: Broadcast, news: Newsroom) -> None:
    approved = approve_broadcast(broadcast=large, by=news.ben, at=news.at)
    assert (approved.status, approved.approved_by) == (BroadcastStatus.SCHEDULED, news.ben)
    assert approve_broadcast(broadcast=large, by=news.ben, at=news.at + timedelta(hours=1)).approved_at == news.at
    assert actions().count("audiences.broadcast.approved") == 1


@pytest.mark.parametrize("who", ["author", "submitter", "outsider"])
def test_nobody_approves_or_rejects_their_own_nor_others_theirs(news: Newsroom, settings: Any, who: str) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 1
    news.person()
    broadcast = news.draft(by=news.ada if who == "author" else news.ben)
    broadcast = submit_broadcast(broadcast=broadcast, by=news.ben if who == "author" else news.ada, at=news.at)
    by = make_user("dan") if who == "outsider" else news.ada
    with pytest.raises(ApprovalRefused):
        approve_broadcast(broadcast=broadcast, by=by, at=news.at)
    with pytest.raises(ApprovalRefused):
        reject_broadcast(broadcast=broadcast, reason="No", by=by)
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.WAITING_FOR_APPROVAL


def test_reject_gives_it_back_with_the_reason(large: Broadcast, news: Newsroom) -> None:
    rejected = reject_broadcast(broadcast=large, reason="The date is wrong", by=news.ben)
    assert (rejected.status, rejected.returned_for, rejected.answer) == (
        BroadcastStatus.DRAFT, ReturnReason.REJECTED, "The date is wrong",
    )  # fmt: skip
    assert "The date is wrong" not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    with pytest.raises(ApprovalRefused):
        approve_broadcast(broadcast=large, by=news.ben, at=news.at)


@pytest.mark.parametrize("what", ["wording", "segment", "used segment", "setting", "excluded", "fallback"])
def test_change_after_it_was_handed_in_voids_everything(news: Newsroom, settings: Any, what: str) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 1
    news.person()
    text = news.text()
    inner = news.segment("Inner", {"is": "speaks", "languages": ["en"]})
    outer = news.segment("Outer", {"is": "segment", "segment": inner.pk})
    outer.uses.add(inner)
    broadcast = news.scheduled(text, included=[outer])
    approved = approve_broadcast(broadcast=broadcast, by=news.ben, at=news.at)
    if what == "wording":
        news.word(text, "en", "Something else")
    elif what == "segment":
        type(outer).objects.filter(pk=outer.pk).update(rule={"all": []})
    elif what == "used segment":
        type(inner).objects.filter(pk=inner.pk).update(rule={"all": []})
    elif what == "fallback":
        type(text).objects.filter(pk=text.pk).update(fallback_language="fr")
    elif what == "excluded":
        approved.excluded.add(news.everybody)
    else:
        Broadcast.objects.filter(pk=approved.pk).update(purpose=Purpose.REMINDER)
    assert not start_broadcast(broadcast_id=approved.pk, at=news.at)
    approved.refresh_from_db()
    assert (approved.status, approved.returned_for) == (BroadcastStatus.DRAFT, ReturnReason.CHANGED)
    assert approved.approved_by is None


def test_change_while_it_waits_is_not_approved_but_given_back(large: Broadcast, news: Newsroom) -> None:
    news.word(large.variants.get().text, "en", "Something else")
    given_back = approve_broadcast(broadcast=large, by=news.ben, at=news.at)
    assert (given_back.status, given_back.approved_by) == (BroadcastStatus.DRAFT, None)


def test_change_by_the_form_makes_it_a_draft_and_the_same_again_does_not(large: Broadcast, news: Newsroom) -> None:
    text = large.variants.get().text
    approved = approve_broadcast(broadcast=large, by=news.ben, at=news.at)
    same = change_broadcast(broadcast=approved, plan=news.plan(text, name="Another name"), by=news.ada)
    assert (same.status, same.name) == (BroadcastStatus.SCHEDULED, "Another name")
    later = news.at + timedelta(days=1)
    changed = change_broadcast(broadcast=approved, plan=news.plan(text, scheduled_at=later), by=news.ada)
    assert (changed.status, changed.approved_by) == (BroadcastStatus.DRAFT, None)


def test_same_moment_written_in_another_zone_is_no_change(news: Newsroom) -> None:
    news.person()
    later = news.at + timedelta(days=1)
    broadcast = news.scheduled(news.text(), scheduled_at=later)
    plan = news.plan(broadcast.variants.get().text, scheduled_at=later.astimezone(news_zone(broadcast)))
    assert change_broadcast(broadcast=broadcast, plan=plan, by=news.ada).status == BroadcastStatus.SCHEDULED


def news_zone(broadcast: Broadcast) -> Any:
    return Broadcast.objects.select_related("campaign").get(pk=broadcast.pk).zone


def test_started_broadcast_is_neither_changed_deleted_nor_taken_back(news: Newsroom) -> None:
    news.person()
    broadcast = news.started()
    for call in (
        lambda: change_broadcast(broadcast=broadcast, plan=news.plan(news.text("B")), by=news.ada),
        lambda: delete_broadcast(broadcast=broadcast, by=news.ada),
        lambda: take_back_broadcast(broadcast=broadcast, by=news.ada),
    ):
        with pytest.raises(BroadcastNotChangeable):
            call()


def test_take_back_makes_it_a_draft_again(large: Broadcast, news: Newsroom) -> None:
    assert take_back_broadcast(broadcast=large, by=news.ada).status == BroadcastStatus.DRAFT
    assert take_back_broadcast(broadcast=large, by=news.ada).status == BroadcastStatus.DRAFT
    delete_broadcast(broadcast=large, by=news.ada)
    assert not Broadcast.objects.exists()


def test_audience_that_grew_beyond_the_size_waits_for_a_second_person(news: Newsroom, settings: Any) -> None:
    settings.BROADCAST_APPROVAL_ABOVE = 3
    news.people(2)
    broadcast = news.scheduled()
    news.person()
    assert not start_broadcast(broadcast_id=broadcast.pk, at=news.at)
    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.returned_for) == (
        BroadcastStatus.WAITING_FOR_APPROVAL, ReturnReason.GROWN,
    )  # fmt: skip
    approve_broadcast(broadcast=broadcast, by=news.ben, at=news.at)
    assert start_broadcast(broadcast_id=broadcast.pk, at=news.at)


def test_scheduled_starts_at_its_time_and_once(news: Newsroom) -> None:
    news.person()
    later = news.at + timedelta(hours=3)
    broadcast = news.scheduled(scheduled_at=later)
    assert not start_broadcast(broadcast_id=broadcast.pk, at=later - timedelta(seconds=1))
    assert list(Broadcast.objects.due(later)) == [broadcast]
    assert start_broadcast(broadcast_id=broadcast.pk, at=later)
    assert not start_broadcast(broadcast_id=broadcast.pk, at=later)


def test_nothing_stays_behind_when_handing_in_is_rolled_back(news: Newsroom) -> None:
    news.person()
    broadcast = news.draft()
    with transaction.atomic():
        submit_broadcast(broadcast=broadcast, by=news.ada, at=news.at)
        transaction.set_rollback(True)
    broadcast.refresh_from_db()
    assert broadcast.status == BroadcastStatus.DRAFT
    assert "audiences.broadcast.submitted" not in actions()


def test_database_refuses_an_answer_to_a_form_sent_to_many(news: Newsroom) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_broadcast(plan=replace(news.plan(), purpose=Purpose.SERVICE), by=news.ada)


def test_database_refuses_one_text_twice_in_a_broadcast(news: Newsroom, at: datetime) -> None:
    text = news.text()
    with pytest.raises(IntegrityError), transaction.atomic():
        news.draft(text, text, split=Split.EVEN)
