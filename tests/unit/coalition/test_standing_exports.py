"""Files that come by themselves: two people, one turn each day, retries, and an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from campaigns.models import Partnership
from coalition.actions.keys import NotASecondPersonError, NotTheirKeyError, retire_key
from coalition.actions.partner_exports import NotEntitledError, prepare_exports
from coalition.actions.standing_exports import (
    RefusedAddressError,
    confirm_standing_export,
    run_standing_exports,
    secret_of,
    send_exports,
    set_up_standing_export,
    stop_standing_export,
)
from coalition.export_enums import Delivery, EndReason, PartnerExportStatus, Rhythm
from coalition.models import PartnerExport, PartnerKey, StandingExport
from coalition.ports import DeliveryError
from messaging.models import OutboundMessage
from tests.factories.partner_exports import FakeCaller, Keyring, consenting, give_key
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
URL = "https://partner.example/in"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _key(ours: World, at: datetime) -> None:
    give_key(ours, Keyring(), at)
    consenting(ours, "Agrees", at)


def set_up(
    world: World, at: datetime, delivery: Delivery = Delivery.WEBHOOK, url: str = URL, **more: Any
) -> StandingExport:
    told: dict[str, Any] = {"rhythm": Rhythm.DAILY, "weekday": 1, "hour": 6, **more}
    return set_up_standing_export(
        partnership=world.partnership, delivery=delivery, url=url, caller=FakeCaller(), by=world.manager, at=at, **told
    )


def begun(world: World, at: datetime, **more: Any) -> StandingExport:
    return confirm_standing_export(standing=set_up(world, at, **more), by=world.coordinator, at=at)


def turn(at: datetime) -> datetime:
    """Return the first turn after ``at``: six in Brussels the next morning."""
    return datetime(at.year, at.month, at.day, 5, tzinfo=UTC) + DAY


def ready(world: World, at: datetime, **more: Any) -> PartnerExport:
    begun(world, at, **more)
    assert run_standing_exports(at=turn(at)) == 1
    assert prepare_exports(at=turn(at)) == 1
    return PartnerExport.objects.get()


def test_nothing_begins_before_a_second_person_agrees(ours: World, at: datetime) -> None:
    standing = set_up(ours, at)
    with pytest.raises(NotASecondPersonError):
        confirm_standing_export(standing=standing, by=ours.manager, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingExport.objects.filter(pk=standing.pk).update(confirmed_by=ours.manager)
    assert run_standing_exports(at=at + 7 * DAY) == 0
    confirmed = confirm_standing_export(standing=standing, by=ours.coordinator, at=at)
    assert confirmed.next_at == turn(at)


def test_each_turn_is_one_file_and_missed_ones_are_caught_up_once(ours: World, at: datetime) -> None:
    begun(ours, at, delivery=Delivery.DOWNLOAD)
    assert run_standing_exports(at=turn(at) - timedelta(seconds=1)) == 0
    assert [run_standing_exports(at=turn(at)) for _ in range(3)] == [1, 0, 0]
    prepare_exports(at=turn(at))
    assert [run_standing_exports(at=turn(at) + 5 * DAY) for _ in range(2)] == [1, 0]
    assert PartnerExport.objects.count() == 2


def test_file_is_sent_once(ours: World, at: datetime) -> None:
    export, caller = ready(ours, at), FakeCaller()
    assert [send_exports(at=turn(at), caller=caller) for _ in range(2)] == [1, 0]
    [(url, key, content)] = caller.arrived
    assert (url, key) == (URL, f"partner-export:{export.public_id}")
    assert content.startswith(b"age-encryption.org/v1")
    export.refresh_from_db()
    assert (export.status, export.collected_at) == (PartnerExportStatus.COLLECTED, turn(at))


def test_failed_sending_is_tried_again_later_and_later(ours: World, at: datetime) -> None:
    export, caller, moment = ready(ours, at), FakeCaller([DeliveryError("HTTP 503")] * 3), turn(at)
    for attempt in range(3):
        assert send_exports(at=moment, caller=caller) == 0
        wait = timedelta(minutes=2**attempt)
        assert send_exports(at=moment + wait - timedelta(seconds=1), caller=caller) == 0
        moment += wait
    assert send_exports(at=moment, caller=caller) == 1
    assert caller.tried == 4
    export.refresh_from_db()
    assert (export.attempts, export.problem) == (4, "")


def test_refusals_in_a_row_end_it_and_people_are_told(ours: World, at: datetime, settings: Settings) -> None:
    settings.PARTNER_WEBHOOK_MOST_FAILURES = 2
    ready(ours, at)
    caller = FakeCaller([DeliveryError("HTTP 404", permanent=True)] * 2)
    send_exports(at=turn(at), caller=caller)
    standing = StandingExport.objects.get()
    assert (standing.failures, standing.ended_at) == (1, None)
    run_standing_exports(at=turn(at) + DAY)
    prepare_exports(at=turn(at) + DAY)
    OutboundMessage.objects.all().delete()
    send_exports(at=turn(at) + DAY, caller=caller)
    standing.refresh_from_db()
    assert (standing.end_reason, standing.next_at) == (EndReason.REFUSED, None)
    assert {each.address for each in OutboundMessage.objects.all()} == {ours.manager.email, ours.coordinator.email}
    assert run_standing_exports(at=turn(at) + 9 * DAY) == 0


def test_arrival_forgives_earlier_refusals(ours: World, at: datetime) -> None:
    ready(ours, at)
    StandingExport.objects.update(failures=4)
    send_exports(at=turn(at), caller=FakeCaller())
    assert StandingExport.objects.get().failures == 0


def test_twelfth_failure_is_the_last(ours: World, at: datetime) -> None:
    export = ready(ours, at)
    PartnerExport.objects.update(attempts=11)
    send_exports(at=turn(at), caller=FakeCaller([DeliveryError("ConnectTimeout")]))
    export.refresh_from_db()
    assert (export.status, export.file) == (PartnerExportStatus.FAILED, "")


def test_partner_that_left_is_sent_nothing_more(ours: World, at: datetime) -> None:
    ready(ours, at)
    Partnership.objects.filter(pk=ours.partnership.pk).update(left_at=at)
    caller = FakeCaller()
    assert send_exports(at=turn(at), caller=caller) == 0
    run_standing_exports(at=turn(at))
    assert caller.tried == 0
    assert StandingExport.objects.get().end_reason == EndReason.LEFT
    assert PartnerExport.objects.get().file == ""


def test_retired_key_ends_it(ours: World, at: datetime) -> None:
    begun(ours, at)
    retire_key(key=PartnerKey.objects.get(), by=ours.manager, at=at)
    assert run_standing_exports(at=turn(at)) == 0
    assert StandingExport.objects.get().end_reason == EndReason.NO_KEY


def test_stopped_by_hand_twice_ends_once(ours: World, theirs: World, at: datetime) -> None:
    standing = begun(ours, at)
    with pytest.raises(NotTheirKeyError):
        stop_standing_export(standing=standing, by=theirs.manager, at=at)
    for hours in (1, 2):
        stop_standing_export(standing=standing, by=ours.manager, at=at + timedelta(hours=hours))
    standing.refresh_from_db()
    assert (standing.end_reason, standing.ended_at) == (EndReason.STOPPED, at + timedelta(hours=1))


def test_same_again_stands_and_another_replaces_it_and_needs_agreement_anew(ours: World, at: datetime) -> None:
    first = begun(ours, at)
    assert set_up(ours, at) == first
    second = set_up(ours, at, url="https://thief.example/in")
    first.refresh_from_db()
    assert (first.end_reason, second.confirmed_at) == (EndReason.REPLACED, None)
    assert secret_of(first) != secret_of(second)


def test_only_managers_set_up_and_only_at_allowed_addresses(ours: World, theirs: World, at: datetime) -> None:
    with pytest.raises(RefusedAddressError):
        set_up(ours, at, url="http://inside/")
    for user in (ours.coordinator, theirs.manager):
        with pytest.raises(NotEntitledError):
            set_up_standing_export(
                partnership=ours.partnership, rhythm=Rhythm.DAILY, weekday=1, hour=6, delivery=Delivery.DOWNLOAD,
                url="", caller=FakeCaller(), by=user, at=at,
            )  # fmt: skip


def test_worker_that_dies_while_sending_does_not_make_others_send_at_once(ours: World, at: datetime) -> None:
    class Dying(FakeCaller):
        def deliver(self, **_words: Any) -> None:
            raise KeyboardInterrupt

    ready(ours, at)
    with pytest.raises(KeyboardInterrupt):
        send_exports(at=turn(at), caller=Dying())
    caller = FakeCaller()
    assert send_exports(at=turn(at), caller=caller) == 0
    assert send_exports(at=turn(at) + timedelta(minutes=5), caller=caller) == 0
    assert send_exports(at=turn(at) + timedelta(minutes=6), caller=caller) == 1
