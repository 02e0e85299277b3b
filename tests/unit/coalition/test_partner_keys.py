"""Keys of partners: shown by fingerprint, swapped by nobody alone."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from pyrage import x25519

from coalition.actions.keys import (
    NotASecondPersonError,
    NotTheirKeyError,
    add_key,
    confirm_key,
    key_in_use,
    retire_key,
)
from coalition.key_rules import NotAKeyError, fingerprint_of, read_recipient
from coalition.models import PartnerKey
from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.partner_exports import Keyring, give_key
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def add(world: World, at: datetime, keyring: Keyring | None = None) -> PartnerKey:
    keyring = keyring or Keyring()
    return add_key(partnership=world.partnership, typed=keyring.public, by=world.manager, at=at)


@pytest.mark.parametrize("typed", ["", "age1", "age1qqqq", "ssh-ed25519 AAAA", "age1" + "q" * 58, "https://age1"])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(NotAKeyError) as caught:
        read_recipient(typed)
    assert not caught.value.is_secret


def test_secret_key_is_told_apart() -> None:
    with pytest.raises(NotAKeyError) as caught:
        read_recipient(str(x25519.Identity.generate()))
    assert caught.value.is_secret


def test_key_is_read_in_its_one_spelling() -> None:
    public = Keyring().public
    assert read_recipient(f"  {public[:20]}\n{public[20:]} ") == read_recipient(public.upper()) == public
    assert len(fingerprint_of(public)) == 24
    assert fingerprint_of(public) != fingerprint_of(Keyring().public)


def test_key_waits_a_day_or_for_a_second_person(ours: World, at: datetime) -> None:
    key = add(ours, at)
    assert key_in_use(ours.partnership, at + DAY - timedelta(seconds=1)) is None
    assert key_in_use(ours.partnership, at + DAY) == key
    confirm_key(key=key, by=ours.coordinator, at=at)
    assert key_in_use(ours.partnership, at) == key


def test_swapped_key_is_not_used_at_once_and_everybody_is_told(ours: World, at: datetime) -> None:
    first = give_key(ours, Keyring(), at)
    OutboundMessage.objects.all().delete()
    thief = add(ours, at)
    assert key_in_use(ours.partnership, at + timedelta(hours=23)) == first
    assert {each.address for each in OutboundMessage.objects.all()} == {ours.manager.email, ours.coordinator.email}
    with pytest.raises(NotASecondPersonError):
        confirm_key(key=thief, by=ours.manager, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerKey.objects.filter(pk=thief.pk).update(confirmed_by=ours.manager)
    retire_key(key=thief, by=ours.coordinator, at=at)
    assert key_in_use(ours.partnership, at + 2 * DAY) is None, "retiring takes the older ones with it"


def test_old_key_is_used_until_the_new_one_is(ours: World, at: datetime) -> None:
    first = give_key(ours, Keyring(), at)
    second = add(ours, at + DAY)
    assert key_in_use(ours.partnership, at + DAY) == first
    assert key_in_use(ours.partnership, at + 2 * DAY) == second


def test_added_confirmed_and_retired_twice_changes_nothing(ours: World, at: datetime) -> None:
    keyring = Keyring()
    key = add(ours, at, keyring)
    assert add(ours, at + DAY, keyring) == key
    for _ in range(2):
        confirm_key(key=key, by=ours.coordinator, at=at)
    for _ in range(2):
        retire_key(key=key, by=ours.manager, at=at)
    told = list(AuditEntry.objects.filter(action__startswith="coalition.partner_key").values_list("action", flat=True))
    assert sorted(told) == [f"coalition.partner_key.{verb}" for verb in ("added", "confirmed", "retired")]
    assert AuditEntry.objects.filter(details__fingerprint=key.fingerprint).count() == 3


def test_only_its_managers_add_a_key(ours: World, theirs: World, at: datetime) -> None:
    for user in (ours.coordinator, ours.dpo, ours.analyst, theirs.manager):
        with pytest.raises(NotTheirKeyError):
            add_key(partnership=ours.partnership, typed=Keyring().public, by=user, at=at)
    key = add(ours, at)
    for user in (ours.analyst, theirs.manager, theirs.coordinator):
        with pytest.raises(NotTheirKeyError):
            confirm_key(key=key, by=user, at=at)
        with pytest.raises(NotTheirKeyError):
            retire_key(key=key, by=user, at=at)


def test_partner_that_left_adds_no_key(ours: World, at: datetime) -> None:
    ours.partnership.left_at = at
    ours.partnership.save()
    with pytest.raises(NotTheirKeyError):
        add(ours, at)


def test_key_itself_is_never_changed(ours: World, at: datetime) -> None:
    key = add(ours, at)
    for column in ("recipient", "fingerprint"):
        with pytest.raises(DatabaseError), transaction.atomic():
            PartnerKey.objects.filter(pk=key.pk).update(**{column: "x"})


def test_rolled_back_key_tells_nobody(ours: World, at: datetime) -> None:
    with transaction.atomic():
        add(ours, at)
        transaction.set_rollback(True)
    assert not PartnerKey.objects.exists()
    assert not OutboundMessage.objects.exists()
