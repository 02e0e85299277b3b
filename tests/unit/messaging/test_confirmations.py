"""From submission rows to messages: each wish once, reminders when due, nobody flooded."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

import messaging.actions.confirmations as confirmations
from campaigns.enums import SignatureStatus
from campaigns.models import Petition, Signature
from messaging.actions.confirmations import drain_submissions, forget_addresses, queue_resend, remind_unconfirmed
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.tasks import remind_unconfirmed as remind_unconfirmed_task
from people.actions.consents import suppress_address
from people.actions.submissions import (
    KEEP_UNCONFIRMED,
    claim_resend,
    disown_submission,
    purge_submissions,
)
from people.enums import Channel, SuppressionReason
from people.models import Submission
from tests.factories.campaigns import confirm_token, hand_in, press
from tests.factories.cms import make_petition
from tests.factories.people import ADA, BEN, CLEO
from tests.threads import run_at_once

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


def mailed() -> list[tuple[str, str]]:
    """Return (address, occasion) of every message, oldest first."""
    rows = OutboundMessage.objects.order_by("pk")
    return [(row.address, row.idempotency_key.rpartition(":")[2]) for row in rows]


def test_drain_queues_one_confirmation_per_submission(petition: Petition, at: datetime) -> None:
    submission = hand_in(petition, at=at, locale="fr", campaign_name="Doors", organisation_name="Lead")
    assert [drain_submissions(at=at + MINUTE) for _ in range(2)] == [1, 0]
    message = OutboundMessage.objects.get()
    assert message.idempotency_key == f"confirmation:submission:{submission.public_id}:first"
    assert (message.status, message.address, message.language) == (MessageStatus.READY, ADA, "fr")
    assert (message.not_before, message.expires_at) == (at + MINUTE, at + KEEP_UNCONFIRMED)
    assert message.submission == submission
    assert message.context == {"campaign_name": "Doors", "organisation_name": "Lead", "days_left": 20}
    submission.refresh_from_db()
    assert submission.queued_at == at + MINUTE


def test_drain_takes_the_oldest_first_up_to_its_limit(petition: Petition, at: datetime) -> None:
    for address in (ADA, BEN, CLEO):
        hand_in(petition, address, at=at)
    assert [drain_submissions(at=at, limit=2) for _ in range(3)] == [2, 1, 0]
    assert mailed() == [(ADA, "first"), (BEN, "first"), (CLEO, "first")]


def test_drain_of_an_unknown_language_writes_in_the_first(petition: Petition, at: datetime) -> None:
    hand_in(petition, at=at, locale="xx")
    drain_submissions(at=at)
    assert OutboundMessage.objects.get().language == "en"


@pytest.mark.parametrize("is_same_batch", [True, False])
def test_drain_of_a_double_press_mails_once(petition: Petition, at: datetime, is_same_batch: bool) -> None:
    hand_in(petition, at=at, full_name="Ada")
    if not is_same_batch:
        drain_submissions(at=at)
    second = hand_in(petition, at=at + 10 * MINUTE, full_name="Ada")
    drain_submissions(at=at + 10 * MINUTE)
    assert mailed() == [(ADA, "first")]
    second.refresh_from_db()
    assert second.queued_at is not None
    assert press(second, at=at + HOUR).supporter_id


@pytest.mark.parametrize(
    "changes",
    [{"full_name": "Ada L."}, {"phone": "+32470123456"}, {"locale": "fr"}, {"email": "ADA@example.org"}],
)
def test_drain_of_a_changed_form_mails_again(petition: Petition, at: datetime, changes: dict[str, str]) -> None:
    form = {"email": ADA, "full_name": "Ada", "phone": "", "locale": "en"}
    hand_in(petition, at=at, **form)
    hand_in(petition, at=at + MINUTE, **{**form, **changes})
    drain_submissions(at=at + MINUTE)
    assert [occasion for _address, occasion in mailed()] == ["first", "first"]


def test_drain_of_the_same_form_later_or_elsewhere_mails_again(petition: Petition, at: datetime) -> None:
    hand_in(petition, at=at)
    hand_in(petition, at=at + 11 * MINUTE)
    hand_in(make_petition(), at=at)
    drain_submissions(at=at + 11 * MINUTE)
    assert len(mailed()) == 3


@pytest.mark.parametrize("is_same_batch", [True, False])
def test_drain_of_many_different_forms_mails_three_an_hour(
    petition: Petition, at: datetime, is_same_batch: bool
) -> None:
    for number in range(6):
        hand_in(petition, at=at + number * MINUTE, comment=str(number))
        if not is_same_batch:
            drain_submissions(at=at + number * MINUTE)
    hand_in(petition, BEN, at=at)
    drain_submissions(at=at + 6 * MINUTE)
    assert Counter(address for address, _occasion in mailed()) == {ADA: 3, BEN: 1}
    hand_in(petition, at=at + HOUR + MINUTE, comment="later")
    drain_submissions(at=at + HOUR + MINUTE)
    assert Counter(address for address, _occasion in mailed())[ADA] == 4


def test_drain_after_many_presses_of_one_form_still_mails_the_corrected_one(petition: Petition, at: datetime) -> None:
    for number in range(5):
        hand_in(petition, at=at + number * MINUTE, full_name="Aad")
        drain_submissions(at=at + number * MINUTE)
    hand_in(petition, at=at + 5 * MINUTE, full_name="Ada")
    drain_submissions(at=at + 6 * MINUTE)
    assert len(mailed()) == 2


def test_drain_after_an_outage_holds_the_limit_hour_by_hour(petition: Petition, at: datetime) -> None:
    for number in range(5):
        hand_in(petition, at=at + number * HOUR, comment=str(number))
    drain_submissions(at=at + 5 * HOUR)
    assert len(mailed()) == 5


def test_drain_of_a_prankster_who_is_disowned_each_time_mails_three_an_hour(petition: Petition, at: datetime) -> None:
    for number in range(6):
        submission = hand_in(petition, at=at + number * MINUTE, comment=str(number))
        drain_submissions(at=at + number * MINUTE)
        disown_submission(token=confirm_token(submission), at=at + number * MINUTE)
    assert len(mailed()) == 3


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_drain_of_a_suppressed_address_leaves_a_row_with_the_reason(
    petition: Petition, at: datetime, reason: SuppressionReason
) -> None:
    suppress_address(channel=Channel.EMAIL, canonical=ADA, reason=reason, by="tests", at=at)
    hand_in(petition, "ADA@example.org", at=at)
    hand_in(petition, BEN, at=at)
    drain_submissions(at=at)
    message, bens = OutboundMessage.objects.order_by("pk")
    assert bens.status == MessageStatus.READY
    if reason == SuppressionReason.ERASED:
        assert message.status == MessageStatus.READY
    else:
        assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, f"suppressed:{reason}")


def test_drain_of_what_was_confirmed_or_disowned_already_mails_nothing(petition: Petition, at: datetime) -> None:
    press(hand_in(petition, at=at), at=at)
    disown_submission(token=confirm_token(hand_in(petition, BEN, at=at)), at=at)
    drain_submissions(at=at)
    assert mailed() == []
    assert not Submission.objects.filter(queued_at__isnull=True).exists()


def test_drain_where_no_confirmation_is_needed_counts_once_and_mails(at: datetime, db: None) -> None:
    petition = make_petition(requires_confirmation=False)
    hand_in(petition, at=at)
    hand_in(petition, at=at, comment="Again")
    for _ in range(2):
        drain_submissions(at=at)
    assert Signature.objects.get().status == SignatureStatus.ACCEPTED
    assert len(mailed()) == 2


def test_drain_where_the_petition_is_gone_does_not_stop_the_others(petition: Petition, at: datetime) -> None:
    gone = make_petition(requires_confirmation=False)
    hand_in(gone, at=at)
    hand_in(petition, BEN, at=at)
    gone.delete()
    assert drain_submissions(at=at) == 2
    assert (BEN, "first") in mailed()


@pytest.mark.django_db(transaction=True)
def test_drain_that_crashes_leaves_nothing_half_done(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    petition = make_petition(requires_confirmation=False)
    hand_in(petition, at=at)

    def queue_and_crash(**drafts: object) -> None:
        queue(**drafts)  # type: ignore[arg-type]
        assert OutboundMessage.objects.exists()
        raise SystemExit

    queue = confirmations.queue_service_messages
    monkeypatch.setattr(confirmations, "queue_service_messages", queue_and_crash)
    with pytest.raises(SystemExit):
        drain_submissions(at=at)
    assert not OutboundMessage.objects.exists()
    assert not Signature.objects.exists()
    assert Submission.objects.filter(queued_at__isnull=True).count() == 1
    monkeypatch.undo()
    assert drain_submissions(at=at) == 1
    assert len(mailed()) == Signature.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_drain_at_once_takes_each_row_once(at: datetime) -> None:
    petition = make_petition()
    addresses = [f"citizen{number}@example.org" for number in range(60)]
    for address in addresses:
        hand_in(petition, address, at=at)

    def drain_all() -> int:
        total = 0
        while taken := drain_submissions(at=at, limit=7):
            total += taken
        return total

    totals = run_at_once(*[drain_all] * 3)
    drain_submissions(at=at)
    assert sum(totals) <= 60
    assert Counter(address for address, _occasion in mailed()) == Counter(addresses)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time: there is no locked row to skip"
)
def test_drain_skips_rows_another_drain_holds(at: datetime) -> None:
    from django.db import transaction

    petition = make_petition()
    first, _second = hand_in(petition, ADA, at=at), hand_in(petition, BEN, at=at)
    with transaction.atomic():
        Submission.objects.select_for_update().get(pk=first.pk)
        assert run_at_once(lambda: drain_submissions(at=at)) == [1]
    assert mailed() == [(BEN, "first")]


def waiting(petition: Petition, at: datetime, email: str = ADA, **form: str) -> Submission:
    """Hand in a form and have its confirmation queued; what was mailed so far is forgotten."""
    submission = hand_in(petition, email, at=at, **form)
    drain_submissions(at=at)
    OutboundMessage.objects.all().delete()
    return submission


def test_reminders_come_after_two_four_and_six_days_and_no_more(petition: Petition, at: datetime) -> None:
    waiting(petition, at)
    seen = []
    for hours in range(0, 22 * 24, 6):
        before = len(mailed())
        remind_unconfirmed(at=at + hours * HOUR)
        remind_unconfirmed(at=at + hours * HOUR)
        seen += [(hours / 24, occasion) for _address, occasion in mailed()[before:]]
    assert seen == [(2, "reminder-1"), (4, "reminder-2"), (6, "reminder-3")]


def test_reminder_says_how_many_days_are_left_and_expires_before_the_next(petition: Petition, at: datetime) -> None:
    waiting(petition, at)
    remind_unconfirmed(at=at + 2 * DAY)
    message = OutboundMessage.objects.get()
    assert (message.template, message.context["days_left"]) == ("confirm_reminder", 19)
    assert message.expires_at == at + 4 * DAY


@pytest.mark.parametrize(("days", "occasion"), [(3, "reminder-1"), (5, "reminder-2"), (20, "reminder-3")])
def test_reminder_after_an_outage_is_the_latest_due_only(
    petition: Petition, at: datetime, days: int, occasion: str
) -> None:
    waiting(petition, at)
    remind_unconfirmed(at=at + days * DAY)
    remind_unconfirmed(at=at + days * DAY + MINUTE)
    assert mailed() == [(ADA, occasion)]


def test_reminder_after_an_outage_with_more_due_than_a_batch_is_the_latest_due_only(
    petition: Petition, at: datetime
) -> None:
    for address in (ADA, BEN, CLEO):
        waiting(petition, at, address)
    for _ in range(5):
        remind_unconfirmed(at=at + 7 * DAY, limit=1)
    assert sorted(mailed()) == [(ADA, "reminder-3"), (BEN, "reminder-3"), (CLEO, "reminder-3")]


def test_reminder_task_works_until_nobody_is_due(
    petition: Petition, clock, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in (ADA, BEN, CLEO):
        waiting(petition, at, address)
    monkeypatch.setattr(confirmations, "BATCH", 1)
    monkeypatch.setitem(remind_unconfirmed.__wrapped__.__kwdefaults__, "limit", 1)
    clock.shift(2 * DAY)
    remind_unconfirmed_task()
    assert len(mailed()) == 3


def test_reminder_is_not_for_the_confirmed_the_disowned_the_undrained_or_the_old(
    petition: Petition, at: datetime
) -> None:
    press(waiting(petition, at), at=at)
    disown_submission(token=confirm_token(waiting(petition, at, BEN)), at=at)
    hand_in(petition, CLEO, at=at)
    assert remind_unconfirmed(at=at + 2 * DAY) == 0
    drain_submissions(at=at)
    assert remind_unconfirmed(at=at + KEEP_UNCONFIRMED) == 0


def test_reminder_is_not_for_petitions_that_count_without_confirmation(at: datetime, db: None) -> None:
    waiting(make_petition(requires_confirmation=False), at)
    assert remind_unconfirmed(at=at + 7 * DAY) == 0
    assert mailed() == []


def test_reminder_of_repeated_forms_is_one(petition: Petition, at: datetime) -> None:
    first = waiting(petition, at)
    waiting(petition, at + HOUR, comment="Again")
    for hours in range(47, 60):
        remind_unconfirmed(at=at + hours * HOUR)
    assert [row.submission_id for row in OutboundMessage.objects.all()] == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_reminder_at_once_is_one(at: datetime) -> None:
    petition = make_petition()
    for address in (ADA, BEN, CLEO):
        waiting(petition, at, address)
    run_at_once(*[lambda: remind_unconfirmed(at=at + 2 * DAY)] * 3)
    assert sorted(mailed()) == [(address, "reminder-1") for address in (ADA, BEN, CLEO)]


def test_purge_leaves_the_ledger_and_stops_what_was_not_sent(petition: Petition, at: datetime) -> None:
    hand_in(petition, at=at)
    drain_submissions(at=at)
    purge_submissions(at=at + 22 * DAY)
    message = OutboundMessage.objects.get()
    assert message.submission is None


def resend(submission: Submission, at: datetime) -> None:
    submission.refresh_from_db()
    queue_resend(submission=submission, number=claim_resend(submission=submission, at=at), at=at)


def test_resend_queues_one_more_message_each_time(petition: Petition, at: datetime) -> None:
    submission = waiting(petition, at)
    for number in (1, 2, 3):
        resend(submission, at + number * 2 * MINUTE)
    assert mailed() == [(ADA, f"resend-{number}") for number in (1, 2, 3)]
    assert set(OutboundMessage.objects.values_list("status", flat=True)) == {MessageStatus.READY}


def test_resend_of_many_forms_with_one_address_sends_three_an_hour(petition: Petition, at: datetime) -> None:
    rows = [waiting(petition, at, comment=str(number)) for number in range(5)]
    for row in rows:
        resend(row, at + 5 * MINUTE)
    statuses = Counter(OutboundMessage.objects.values_list("status", "reason"))
    assert statuses == {(MessageStatus.READY, ""): 3, (MessageStatus.SUPPRESSED, "sent often enough"): 2}
    resend(waiting(petition, at, BEN), at + 5 * MINUTE)
    assert OutboundMessage.objects.get(address=BEN).status == MessageStatus.READY


def test_forget_addresses_of_disowned_and_purged_forms_only(petition: Petition, at: datetime) -> None:
    disowned, purged, waiting = (hand_in(petition, address, at=at) for address in (ADA, BEN, CLEO))
    drain_submissions(at=at)
    OutboundMessage.objects.update(created_at=at)
    disown_submission(token=confirm_token(disowned), at=at + HOUR)
    assert [forget_addresses(at=at + HOUR) for _ in range(2)] == [1, 0]
    message = OutboundMessage.objects.get(submission=disowned)
    assert (message.address, message.context, message.status) == ("", {}, MessageStatus.CANCELLED)
    assert [address for address, _occasion in mailed()] == ["", BEN, CLEO]

    purged.delete()
    assert forget_addresses(at=at + DAY) == 0, "a form deleted early is asked about for as long as others"
    assert forget_addresses(at=at + KEEP_UNCONFIRMED + DAY) == 1
    assert [address for address, _occasion in mailed()] == ["", "", CLEO]
    assert OutboundMessage.objects.get(submission=waiting).status == MessageStatus.READY
