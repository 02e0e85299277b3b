"""What partners are told over many files: nobody who left is handed out, and nobody who left stays with them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages

from coalition.actions import partner_exports
from coalition.actions.keys import key_in_use
from coalition.actions.leaving import come_back, leave_campaign
from coalition.actions.partner_exports import (
    GoneError,
    OutOfDateError,
    ask_for_partner_export,
    collect_export,
    expire_exports,
    prepare_exports,
)
from coalition.actions.standing_exports import (
    confirm_standing_export,
    run_standing_exports,
    send_exports,
    set_up_standing_export,
)
from coalition.export_enums import Delivery, EndReason, PartnerExportStatus, Rhythm
from coalition.models import HandedOver, PartnerExport, StandingExport
from coalition.ports import DeliveryError
from people.addresses import address_index
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import ContactPoint, Supporter, Suppression
from rights.actions.answering import erase_own
from tests.factories.partner_exports import FakeCaller, Keyring, collected_file, consenting, give_key, make_file
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ring(ours: World, at: datetime) -> Keyring:
    ring = Keyring()
    give_key(ours, ring, at)
    return ring


def webhook(world: World, at: datetime, rhythm: Rhythm = Rhythm.DAILY) -> StandingExport:
    standing = set_up_standing_export(
        partnership=world.partnership, rhythm=rhythm, weekday=1, hour=6, delivery=Delivery.WEBHOOK,
        url="https://partner.example/in", caller=FakeCaller(), by=world.manager, at=at,
    )  # fmt: skip
    return confirm_standing_export(standing=standing, by=world.coordinator, at=at)


def send(at: datetime, caller: FakeCaller) -> int:
    run_standing_exports(at=at)
    prepare_exports(at=at)
    return send_exports(at=at, caller=caller)


def told(ring: Keyring, export: PartnerExport) -> list[tuple[str, str]]:
    return [(line["what"], line["name"]) for line in ring.open(export)]


def withdraw(world: World, signature: Any, at: datetime) -> None:
    world.consent(signature, world.partner, state=ConsentState.WITHDRAWN, at=at)


def suppress(_world: World, signature: Any, at: datetime) -> None:
    index = address_index(Channel.EMAIL, signature.supporter.contact_points.get().canonical)
    Suppression.objects.create(channel=Channel.EMAIL, address_index=index, reason=SuppressionReason.STOP, at=at)


def erase(_world: World, signature: Any, at: datetime) -> None:
    erase_own(supporter=signature.supporter, language="en", at=at)


def restrict(_world: World, signature: Any, at: datetime) -> None:
    Supporter.objects.filter(pk=signature.supporter_id).update(restricted_at=at)


@pytest.mark.parametrize("go", [withdraw, suppress, erase, restrict])
@pytest.mark.parametrize("collected", [False, True])
def test_file_with_somebody_who_left_is_not_handed_out(
    ours: World, ring: Keyring, at: datetime, go: Any, collected: bool
) -> None:
    leaves, _stays = consenting(ours, "Leaves", at), consenting(ours, "Stays", at)
    export = collected_file(ours, at) if collected else make_file(ours, at)
    go(ours, leaves, at + HOUR)
    with pytest.raises(GoneError):
        collect_export(export=export, by=ours.manager, at=at + 2 * HOUR)
    export.refresh_from_db()
    assert export.file == ""
    if not collected:
        assert prepare_exports(at=at + 3 * HOUR) == 1
        assert told(ring, PartnerExport.objects.latest("pk")) == [("new", "Stays")]


def test_file_that_is_lost_hands_over_nothing_and_loses_no_deletion(ours: World, ring: Keyring, at: datetime) -> None:
    leaves, _stays = consenting(ours, "Leaves", at), consenting(ours, "Stays", at)
    collected_file(ours, at)
    withdraw(ours, leaves, at + HOUR)
    lost = make_file(ours, at + 2 * HOUR)
    storages["private"].delete(lost.file)  # the disk lost it, or a worker was killed right after deleting it
    with pytest.raises(GoneError):
        collect_export(export=lost, by=ours.manager, at=at + 3 * HOUR)
    assert not HandedOver.objects.filter(deleted=lost).exists()
    assert prepare_exports(at=at + 4 * HOUR) == 1
    assert [what for what, _name in told(ring, PartnerExport.objects.latest("pk"))] == ["delete"]


def test_erasure_deletes_the_files_at_once(ours: World, ring: Keyring, at: datetime) -> None:
    signature = consenting(ours, "Leaves", at)
    name = make_file(ours, at).file
    erase(ours, signature, at)
    assert not storages["private"].exists(name)


@pytest.mark.parametrize("go", [withdraw, suppress, erase])
def test_file_with_somebody_who_left_is_not_sent_and_made_anew(
    ours: World, ring: Keyring, at: datetime, go: Any
) -> None:
    leaves, _stays = consenting(ours, "Leaves", at), consenting(ours, "Stays", at)
    webhook(ours, at)
    caller = FakeCaller([DeliveryError("HTTP 503")])
    assert send(at + DAY, caller) == 0
    go(ours, leaves, at + DAY + timedelta(seconds=30))
    assert send_exports(at=at + DAY + HOUR, caller=caller) == 0
    assert send(at + DAY + 2 * HOUR, caller) == 1
    # The first try may have arrived for all we know: so the partner is told to delete.
    assert told(ring, PartnerExport.objects.latest("pk")) == [("new", "Stays"), ("delete", "")]


def test_older_file_is_gone_before_the_next_is_made(
    ours: World, ring: Keyring, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves = consenting(ours, "Leaves", at)
    first, real, refused = make_file(ours, at), partner_exports.encrypt_to, []
    withdraw(ours, leaves, at + HOUR)

    def meanwhile(recipient: str, lines: Any, file: Any) -> Any:
        made = real(recipient, lines, file)
        with pytest.raises(GoneError) as error:
            collect_export(export=first, by=ours.manager, at=at + DAY)
        refused.append(error)
        return made

    monkeypatch.setattr(partner_exports, "encrypt_to", meanwhile)
    assert told(ring, make_file(ours, at + DAY)) == []
    assert refused


def test_who_is_deleted_from_a_file_sent_while_the_next_is_made_is_deleted_later(
    ours: World, ring: Keyring, at: datetime
) -> None:
    leaves = consenting(ours, "Leaves", at)
    webhook(ours, at)

    class Slow(FakeCaller):
        def deliver(self, **words: Any) -> None:
            super().deliver(**words)
            withdraw(ours, leaves, at + DAY)
            StandingExport.objects.update(next_at=at + DAY)
            run_standing_exports(at=at + DAY + HOUR)
            prepare_exports(at=at + DAY + HOUR)

    slow = Slow()
    send(at + DAY, slow)
    assert len(slow.arrived) == 1
    old, new = PartnerExport.objects.order_by("pk")
    assert (old.status, told(ring, new)) == (PartnerExportStatus.EXPIRED, [("delete", "")])
    send_exports(at=at + DAY + HOUR, caller=FakeCaller())
    row = HandedOver.objects.get()
    assert (row.deleted, row.held) == (new, None)


def test_download_by_hand_takes_nothing_from_the_webhook(ours: World, ring: Keyring, at: datetime) -> None:
    webhook(ours, at)
    leaves, _stays, caller = consenting(ours, "Leaves", at), consenting(ours, "Stays", at), FakeCaller()
    assert send(at + DAY, caller) == 1
    withdraw(ours, leaves, at + DAY)
    later = consenting(ours, "Later", at)
    copy = collected_file(ours, at + DAY + HOUR)
    assert (copy.is_copy, told(ring, copy)) == (True, [("known", "Stays"), ("new", "Later")])
    assert send(at + 2 * DAY, caller) == 1
    assert told(ring, PartnerExport.objects.latest("pk")) == [("new", "Later"), ("delete", "")]
    assert later.pk


def test_who_was_in_a_download_alone_is_deleted_through_the_webhook(ours: World, ring: Keyring, at: datetime) -> None:
    webhook(ours, at)
    leaves = consenting(ours, "Leaves", at)
    collected_file(ours, at)
    withdraw(ours, leaves, at + HOUR)
    assert send(at + DAY, FakeCaller()) == 1
    assert told(ring, PartnerExport.objects.latest("pk")) == [("delete", "")]


def test_corrected_data_is_told_once(ours: World, ring: Keyring, at: datetime) -> None:
    signature = consenting(ours, "Old", at)
    consenting(ours, "Same", at)
    collected_file(ours, at)
    Supporter.objects.filter(pk=signature.supporter_id).update(full_name="New", postcode="9999")
    lines = ring.open(collected_file(ours, at + DAY))
    assert [(line["what"], line["name"], line["postcode"]) for line in lines] == [("changed", "New", "9999")]
    assert told(ring, make_file(ours, at + 2 * DAY)) == []


@pytest.mark.parametrize("how", ["paused", "restricted"])
def test_pause_and_restriction_delete_nothing_and_a_withdrawal_then_does(
    ours: World, ring: Keyring, at: datetime, how: str
) -> None:
    signature = consenting(ours, "Waits", at)
    collected_file(ours, at)
    if how == "paused":
        ContactPoint.objects.update(paused_until=at + 30 * DAY)
    else:
        restrict(ours, signature, at)
    assert told(ring, collected_file(ours, at + DAY)) == []
    withdraw(ours, signature, at + DAY)
    assert told(ring, make_file(ours, at + 2 * DAY)) == [("delete", "")]


def test_slow_sending_is_not_sent_a_second_time_meanwhile(ours: World, ring: Keyring, at: datetime) -> None:
    consenting(ours, "Agrees", at)
    webhook(ours, at)

    class Slow(FakeCaller):
        def deliver(self, **words: Any) -> None:
            if not self.tried:
                self.tried = 1
                send_exports(at=at + DAY + timedelta(seconds=300), caller=self)
            super().deliver(**words)

    slow = Slow()
    assert send(at + DAY, slow) == 1
    assert len(slow.arrived) == 1


def test_failure_of_a_former_attempt_does_not_judge_the_next(ours: World, ring: Keyring, at: datetime) -> None:
    consenting(ours, "Agrees", at)
    webhook(ours, at)

    class Late(FakeCaller):
        def deliver(self, **_words: Any) -> None:
            PartnerExport.objects.update(attempts=2, status=PartnerExportStatus.COLLECTED)
            raise DeliveryError("HTTP 404", permanent=True)

    assert send(at + DAY, Late()) == 0
    export = PartnerExport.objects.get()
    assert (export.status, bool(export.file)) == (PartnerExportStatus.COLLECTED, True)
    assert StandingExport.objects.get().failures == 0


def test_missing_file_of_one_partner_is_made_anew_and_stops_no_other(
    ours: World, theirs: World, ring: Keyring, at: datetime
) -> None:
    give_key(theirs, Keyring(), at)
    for world in (ours, theirs):
        consenting(world, "Agrees", at)
        webhook(world, at)
    run_standing_exports(at=at + DAY)
    prepare_exports(at=at + DAY)
    storages["private"].delete(PartnerExport.objects.earliest("pk").file)
    caller = FakeCaller()
    assert send_exports(at=at + DAY, caller=caller) == 1
    assert send(at + DAY + HOUR, caller) == 1


def test_turn_waits_for_a_file_under_way(ours: World, ring: Keyring, at: datetime) -> None:
    standing, caller = webhook(ours, at, Rhythm.WEEKLY), FakeCaller()
    consenting(ours, "Agrees", at)
    assert standing.next_at is not None
    ask_for_partner_export(partnership=ours.partnership, is_whole=False, by=ours.manager, at=standing.next_at)
    assert send(standing.next_at, caller) == 0
    assert send(standing.next_at + timedelta(minutes=1), caller) == 1


def test_leaving_ends_all_of_it_and_coming_back_begins_nothing(ours: World, ring: Keyring, at: datetime) -> None:
    webhook(ours, at)
    ready = make_file(ours, at)
    asked = ask_for_partner_export(partnership=ours.partnership, is_whole=True, by=ours.manager, at=at)
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    come_back(partnership=ours.partnership, by=ours.coordinator, at=at + DAY)
    assert key_in_use(ours.partnership, at + DAY) is None
    assert StandingExport.objects.get().end_reason == EndReason.LEFT
    for export in (ready, asked):
        export.refresh_from_db()
        assert (export.status, export.file) == (PartnerExportStatus.CANCELLED, "")


def test_file_nobody_knows_of_is_swept(
    ours: World, ring: Keyring, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    consenting(ours, "Agrees", at)
    with monkeypatch.context() as patch:
        patch.setattr(partner_exports.audit, "record", lambda *_a, **_w: (_ for _ in ()).throw(OSError("killed")))
        asked = PartnerExport.objects.create(
            partnership=ours.partnership, key=key_in_use(ours.partnership, at), asked_at=at
        )
        prepare_exports(at=at)
    folder = storages["private"].listdir("partner-exports")[1]
    assert [name for name in folder if str(asked.public_id) in name]
    expire_exports(at=at)
    assert [name for name in storages["private"].listdir("partner-exports")[1] if str(asked.public_id) in name]
    prepare_exports(at=at + HOUR)
    expire_exports(at=at + HOUR)
    [name] = [name for name in storages["private"].listdir("partner-exports")[1] if str(asked.public_id) in name]
    asked.refresh_from_db()
    assert asked.file.endswith(name)
    assert issubclass(OutOfDateError, GoneError)
