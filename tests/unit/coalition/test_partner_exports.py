"""A partner's file: its own consenting people, encrypted, with whom to delete."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from pyrage import DecryptError

from campaigns.models import Partnership
from coalition.actions import partner_exports
from coalition.actions.keys import retire_key
from coalition.actions.partner_exports import (
    GoneError,
    NoKeyError,
    NotEntitledError,
    ask_for_partner_export,
    collect_export,
    expire_exports,
    prepare_exports,
)
from coalition.enums import AgreementKind
from coalition.export_enums import PartnerExportStatus
from coalition.export_rows import COLUMNS, count_consenting
from coalition.models import CoalitionSettings, HandedOver, PartnerExport
from core.models import AuditEntry
from messaging.models import OutboundMessage
from people.addresses import address_index
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentText, Suppression
from tests.factories.partner_exports import Keyring, collected_file, consenting, give_key, make_file
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def ring(ours: World, at: datetime) -> Keyring:
    ring = Keyring()
    give_key(ours, ring, at)
    return ring


def named(lines: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(line["what"], line["name"]) for line in lines]


def test_file_holds_those_who_agreed_to_that_very_partner_alone(
    ours: World, theirs: World, ring: Keyring, at: datetime
) -> None:
    consenting(ours, "Agrees", at)
    ours.sign("Silent", partnership=ours.partnership)
    ours.consent(ours.sign("Lead only", partnership=ours.partnership), ours.lead)
    ours.consent(ours.sign("Elsewhere"), ours.partner)
    consenting(theirs, "Theirs", at)
    consenting(ours, "Unproved", at, verified_at=None)
    export = make_file(ours, at)
    [line] = ring.open(export)
    assert tuple(line) == COLUMNS
    assert (line["name"], line["what"], line["channel"], line["campaign"]) == ("Agrees", "new", "email", "ours")
    assert line["consent_at"] == "2026-03-01T09:00:00Z"
    assert (export.people, export.deletions, export.status) == (1, 0, PartnerExportStatus.READY)
    assert export.key.fingerprint
    told = AuditEntry.objects.get(action="coalition.partner_export.prepared").details
    assert (told["rows"], told["fingerprint"]) == (1, export.key.fingerprint)


def test_line_says_to_which_wording_they_agreed(ours: World, ring: Keyring, at: datetime) -> None:
    text = ConsentText.objects.create(
        purpose=Purpose.PARTNER_NEWS, channel=Channel.EMAIL, organisation=ours.partner, scope="ours", language="fr",
        version=3, body="Oui.",
    )  # fmt: skip
    signature = ours.sign(partnership=ours.partnership)
    event = ours.consent(signature, ours.partner, at=at - timedelta(days=1))
    type(event).objects.filter(pk=event.pk).delete()
    event.pk, event.text, event._state.adding = None, text, True
    event.save()
    [line] = ring.open(make_file(ours, at))
    assert line["consent_wording"] == "email/fr/3"


def test_file_is_opened_by_nobody_else(ours: World, ring: Keyring, at: datetime) -> None:
    consenting(ours, "Agrees", at)
    export = make_file(ours, at)
    with pytest.raises(DecryptError):
        Keyring().open(export)
    with storages["private"].open(export.file) as file:
        content = file.read()
    assert content.startswith(b"age-encryption.org/v1")
    assert b"Agrees" not in content


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_no_cell_is_a_formula(ours: World, ring: Keyring, at: datetime, start: str) -> None:
    consenting(ours, f"{start}HYPERLINK(1)", at, email="=evil@example.org")
    [line] = ring.open(make_file(ours, at))
    assert line["name"] == f"'{start}HYPERLINK(1)"
    assert line["address"] == "'=evil@example.org"


def test_next_file_holds_what_changed_and_whom_to_delete(ours: World, ring: Keyring, at: datetime) -> None:
    stays, leaves = consenting(ours, "Stays", at), consenting(ours, "Leaves", at)
    first = {line["name"]: line["number"] for line in ring.open(collected_file(ours, at))}
    later = at + timedelta(days=1)
    ours.consent(leaves, ours.partner, state=ConsentState.WITHDRAWN, at=later)
    consenting(ours, "Comes", at)
    lines = ring.open(make_file(ours, later))
    assert named(lines) == [("new", "Comes"), ("delete", "")]
    assert lines[1]["number"] == first["Leaves"]
    assert not any(lines[1][column] for column in COLUMNS[2:]), "whoever left is named by number alone"
    whole = ring.open(make_file(ours, later, is_whole=True))
    assert named(whole) == [("known", "Stays"), ("new", "Comes"), ("delete", "")]
    assert stays.pk


def test_erased_and_suppressed_people_are_to_be_deleted_too(ours: World, ring: Keyring, at: datetime) -> None:
    gone, stopped = consenting(ours, "Erased", at), consenting(ours, "Stopped", at)
    collected_file(ours, at)
    point = stopped.supporter.contact_points.get()
    index = address_index(Channel.EMAIL, point.canonical)
    Suppression.objects.create(channel=Channel.EMAIL, address_index=index, reason=SuppressionReason.STOP, at=at)
    gone.supporter.contact_points.all().delete()
    lines = ring.open(make_file(ours, at + timedelta(days=1)))
    assert [line["what"] for line in lines] == ["delete", "delete"]


def test_who_was_in_a_file_nobody_collected_is_new_again_and_never_deleted(
    ours: World, ring: Keyring, at: datetime
) -> None:
    first, leaves = consenting(ours, "First", at), consenting(ours, "Leaves", at)
    lost = make_file(ours, at)
    ours.consent(leaves, ours.partner, state=ConsentState.WITHDRAWN, at=at + timedelta(hours=1))
    assert named(ring.open(make_file(ours, at + timedelta(hours=2)))) == [("new", "First")]
    lost.refresh_from_db()
    assert (lost.status, lost.file) == (PartnerExportStatus.EXPIRED, "")
    assert first.pk


def test_who_comes_back_is_new(ours: World, ring: Keyring, at: datetime) -> None:
    signature = consenting(ours, "Back", at)
    collected_file(ours, at)
    ours.consent(signature, ours.partner, state=ConsentState.WITHDRAWN, at=at + timedelta(hours=1))
    collected_file(ours, at + timedelta(hours=2))
    ours.consent(signature, ours.partner, at=at + timedelta(hours=3))
    assert named(ring.open(make_file(ours, at + timedelta(hours=4)))) == [("new", "Back")]


def test_count_before_is_what_the_file_holds(ours: World, ring: Keyring, at: datetime) -> None:
    for number in range(3):
        consenting(ours, f"P{number}", at)
    assert (count_consenting(ours.partnership, at), count_consenting(ours.partnership, at, 2)) == (3, 2)
    assert make_file(ours, at).people == 3


def test_asked_twice_is_one_file(ours: World, ring: Keyring, at: datetime) -> None:
    asked = [
        ask_for_partner_export(partnership=ours.partnership, is_whole=False, by=ours.manager, at=at) for _ in range(2)
    ]
    assert asked[0] == asked[1]
    assert prepare_exports(at=at) == 1
    assert prepare_exports(at=at) == 0
    PartnerExport.objects.create(partnership=ours.partnership, key=asked[0].key, asked_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerExport.objects.create(partnership=ours.partnership, key=asked[0].key, asked_at=at)


def test_ready_file_is_told_to_managers_without_anybodys_data(ours: World, ring: Keyring, at: datetime) -> None:
    consenting(ours, "Nina Secret", at)
    OutboundMessage.objects.all().delete()
    make_file(ours, at)
    [letter] = OutboundMessage.objects.all()
    assert letter.address == ours.manager.email
    assert "Nina" not in str(letter.context)


def test_nobody_but_a_manager_of_a_partner_in_force_asks(
    ours: World, theirs: World, ring: Keyring, at: datetime
) -> None:
    for user in (ours.coordinator, ours.dpo, theirs.manager):
        with pytest.raises(NotEntitledError):
            ask_for_partner_export(partnership=ours.partnership, is_whole=True, by=user, at=at)
    CoalitionSettings.objects.create(campaign=ours.campaign, agreement_kind=AgreementKind.JOINT)
    with pytest.raises(NotEntitledError):
        ask_for_partner_export(partnership=ours.partnership, is_whole=True, by=ours.manager, at=at)


def test_nothing_leaves_without_a_key(ours: World, at: datetime) -> None:
    with pytest.raises(NoKeyError):
        ask_for_partner_export(partnership=ours.partnership, is_whole=True, by=ours.manager, at=at)


def leave(world: World, at: datetime) -> None:
    Partnership.objects.filter(pk=world.partnership.pk).update(left_at=at)


def test_partner_that_left_meanwhile_gets_no_file(ours: World, ring: Keyring, at: datetime) -> None:
    consenting(ours, "Agrees", at)
    asked = ask_for_partner_export(partnership=ours.partnership, is_whole=True, by=ours.manager, at=at)
    leave(ours, at)
    assert prepare_exports(at=at) == 0
    asked.refresh_from_db()
    assert (asked.status, asked.file) == (PartnerExportStatus.CANCELLED, "")
    assert not HandedOver.objects.exists()


def test_file_that_waits_is_gone_when_the_partner_leaves(ours: World, ring: Keyring, at: datetime) -> None:
    export = make_file(ours, at)
    leave(ours, at)
    with pytest.raises(GoneError):
        collect_export(export=export, by=ours.manager, at=at)
    name = export.file
    assert expire_exports(at=at) == 1
    assert not storages["private"].exists(name)


def test_file_is_gone_when_its_key_is_retired(ours: World, ring: Keyring, at: datetime) -> None:
    export = make_file(ours, at)
    retire_key(key=export.key, by=ours.coordinator, at=at)
    with pytest.raises(GoneError):
        collect_export(export=export, by=ours.manager, at=at)
    assert expire_exports(at=at) == 1


def test_file_lapses_after_a_week_and_stays_as_evidence(ours: World, ring: Keyring, at: datetime) -> None:
    export = collected_file(ours, at)
    late = at + timedelta(days=7)
    with pytest.raises(GoneError):
        collect_export(export=export, by=ours.manager, at=late)
    assert expire_exports(at=late) == 1
    export.refresh_from_db()
    assert (export.status, export.file, export.collected_by) == (PartnerExportStatus.COLLECTED, "", ours.manager)


def test_every_download_is_audited(ours: World, ring: Keyring, at: datetime) -> None:
    consenting(ours, "Agrees", at)
    export = make_file(ours, at)
    for hours in (0, 1):
        collect_export(export=export, by=ours.manager, at=at + timedelta(hours=hours))
    entries = AuditEntry.objects.filter(action="coalition.partner_export.exported")
    assert [entry.details["rows"] for entry in entries] == [1, 1]
    export.refresh_from_db()
    assert export.collected_at == at


class Killed(BaseException):
    """What `kill -9` looks like from inside."""


@pytest.mark.parametrize("where", ["write_down", "encrypt_to", "_drop_older", "tell_managers"])
def test_killed_between_two_lines_leaves_nothing_plain_and_is_begun_again(
    ours: World, ring: Keyring, at: datetime, monkeypatch: pytest.MonkeyPatch, where: str, tmp_path: Any
) -> None:
    consenting(ours, "Nina Plain", at)
    ask_for_partner_export(partnership=ours.partnership, is_whole=False, by=ours.manager, at=at)
    real = getattr(partner_exports, where)

    def die(*args: Any, **words: Any) -> Any:
        if where == "encrypt_to":
            real(*args, **words)
        raise Killed

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(partner_exports, where, die)
        with pytest.raises(Killed):
            prepare_exports(at=at)
    assert list(tmp_path.iterdir()) == [], "the unnamed file is gone with the process"
    assert prepare_exports(at=at + timedelta(minutes=29)) == 0
    assert prepare_exports(at=at + timedelta(minutes=30)) == 1
    export = PartnerExport.objects.get()
    assert named(ring.open(export)) == [("new", "Nina Plain")]
    assert OutboundMessage.objects.filter(template="partner_export_ready").count() == 1


def test_file_that_cannot_be_made_does_not_stop_the_others(
    ours: World, theirs: World, ring: Keyring, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_key(theirs, Keyring(), at)
    real = partner_exports.write_down
    for world in (ours, theirs):
        ask_for_partner_export(partnership=world.partnership, is_whole=False, by=world.manager, at=at)

    def fail(export: PartnerExport, moment: datetime) -> None:
        if export.partnership_id == ours.partnership.pk:
            raise OSError("disk full")
        real(export, moment)

    monkeypatch.setattr(partner_exports, "write_down", fail)
    assert prepare_exports(at=at) == 1
