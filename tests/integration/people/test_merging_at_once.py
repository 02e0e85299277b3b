"""Merging two records while one of them is erased: one waits for the other, and nobody is asked to come back later."""

import threading
import time
from datetime import datetime

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from messaging.actions.queue import queue_messages
from messaging.models import OutboundMessage
from people.actions.supporters import _hold_both, hold_supporter, merge_supporters
from people.erasing import hold_forms_of
from people.models import Submission, Supporter
from tests.factories.campaigns import sign
from tests.factories.cms import make_petition
from tests.factories.messaging import make_draft
from tests.factories.people import BEN
from tests.threads import run_at_once

SECONDS = 30
failures_left: list[int] = []


def fail_as_told(*, keep: Supporter, absorb: Supporter) -> None:
    """A merger the database chooses as the victim of a deadlock, as often as the test says."""
    if failures_left and failures_left.pop():
        raise OperationalError("deadlock detected")


def two_people(at: datetime) -> tuple[Supporter, Supporter]:
    petition = make_petition()
    keep, absorb = sign(petition, at=at).supporter, sign(petition, BEN, at=at).supporter
    assert keep is not None
    assert absorb is not None
    return keep, absorb


@pytest.mark.django_db
@pytest.mark.parametrize(("failures", "is_merged"), [(2, True), (3, False)])
def test_merge_that_is_chosen_as_the_victim_begins_again(
    at: datetime, monkeypatch: pytest.MonkeyPatch, failures: int, is_merged: bool
) -> None:
    keep, absorb = two_people(at)
    failures_left[:] = [1] * failures
    monkeypatch.setattr(settings, "SUPPORTER_MERGERS", [*settings.SUPPORTER_MERGERS, f"{__name__}.fail_as_told"])
    if is_merged:
        assert merge_supporters(keep=keep, absorb=absorb, by="tests") == keep
    else:
        with pytest.raises(OperationalError):
            merge_supporters(keep=keep, absorb=absorb, by="tests")
    absorb.refresh_from_db()
    assert (absorb.merged_into_id == keep.pk) is is_merged
    assert Submission.objects.filter(supporter=keep).count() == (2 if is_merged else 1)


def wait_until_somebody_waits_for_me(until: float) -> None:
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            # Not pg_stat_activity: what it says stands still within a transaction.
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, who waits for nobody")
def test_merge_holds_forms_before_people_as_erasing_does(at: datetime) -> None:
    keep, absorb = two_people(at)
    has_forms = threading.Event()

    def begin_to_erase() -> bool:
        with transaction.atomic():
            hold_forms_of(absorb)
            has_forms.set()
            wait_until_somebody_waits_for_me(time.monotonic() + SECONDS)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
            return hold_supporter(absorb.pk) is not None

    def merge() -> Supporter:
        assert has_forms.wait(SECONDS)
        return merge_supporters(keep=keep, absorb=absorb, by="tests")

    assert run_at_once(begin_to_erase, merge) == [True, keep]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, who waits for nobody")
def test_what_is_written_for_an_address_does_not_wait_for_a_merge(at: datetime) -> None:
    keep, absorb = two_people(at)
    point = absorb.contact_points.get()
    is_held, is_written = threading.Event(), threading.Event()

    def merge_slowly() -> bool:
        with transaction.atomic():
            _hold_both({keep.pk, absorb.pk})
            is_held.set()
            return is_written.wait(SECONDS)

    def write() -> int:
        assert is_held.wait(SECONDS)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")
                queue_messages(drafts=[make_draft(at=at, contact_point=point)], at=at)
                return OutboundMessage.objects.filter(contact_point=point).count()
        finally:
            is_written.set()

    assert run_at_once(merge_slowly, write) == [True, 1]
