"""The audience written down when sending starts: everybody once, whatever crashes in between."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from audiences.actions import snapshots
from audiences.actions.snapshots import start_broadcast, take_snapshot, take_snapshots
from audiences.enums import BroadcastStatus, Split
from audiences.models import Broadcast, BroadcastRecipient
from campaigns.models import Source
from people.actions.consents import suppress_address
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import Supporter
from tests.factories.broadcasts import Newsroom


def begin(news: Newsroom, **changes: Any) -> Broadcast:
    broadcast = news.scheduled(**changes)
    assert start_broadcast(broadcast_id=broadcast.pk, at=news.at)
    return broadcast


def addresses(broadcast: Broadcast) -> set[int]:
    return set(broadcast.recipients.values_list("contact_point", flat=True))


def test_snapshot_holds_who_is_meant_and_agreed(news: Newsroom) -> None:
    wanted = {point.pk for point in news.people(3)}
    news.person(agrees=False)
    paused = news.person()
    type(paused).objects.filter(pk=paused.pk).update(paused_until=news.at + timedelta(days=1))
    news.say(news.person(), ConsentState.WITHDRAWN, news.at - timedelta(days=1))
    gone = news.person()
    Supporter.objects.filter(pk=gone.supporter_id).update(merged_into=news.person(agrees=False).supporter)
    news.person(channel=Channel.SMS)
    assert addresses(news.started()) == wanted


def test_included_and_excluded_segments_are_worked_out_together(news: Newsroom) -> None:
    french, dutch, _english = (news.person(language=language) for language in ("fr", "nl", "en"))
    segments = {code: news.segment(code, {"is": "speaks", "languages": [code]}) for code in ("fr", "nl", "en")}
    both = news.started(included=[segments["fr"], segments["nl"]])
    assert addresses(both) == {french.pk, dutch.pk}
    without = news.started(included=[news.everybody], excluded=[segments["en"], segments["nl"]])
    assert addresses(without) == {french.pk}


def test_person_with_two_addresses_gets_it_once_at_the_one_proved_last(news: Newsroom) -> None:
    first = news.person()
    last = news.address(first.supporter, verified_at=news.at - timedelta(days=1))
    news.address(first.supporter, verified_at=news.at - timedelta(days=2))
    assert addresses(news.started()) == {last.pk}


def test_person_with_a_stopped_address_gets_it_at_the_other(news: Newsroom) -> None:
    older = news.person()
    newer = news.address(older.supporter, verified_at=news.at - timedelta(days=1))
    suppress_address(
        channel=Channel.EMAIL, canonical=newer.canonical, reason=SuppressionReason.BOUNCE, by="tests", at=news.at
    )
    assert addresses(news.started()) == {older.pk}


def test_snapshot_is_of_the_moment_it_started(news: Newsroom) -> None:
    stays, leaves = news.people(2)
    broadcast = begin(news)
    joined = news.person()
    news.say(leaves, ConsentState.WITHDRAWN, news.at + timedelta(minutes=1))
    assert take_snapshot(broadcast_id=broadcast.pk, at=news.at + timedelta(minutes=5))
    assert addresses(broadcast) == {stays.pk, leaves.pk}, "consent is asked again before each message"
    assert joined.pk not in addresses(broadcast)


def test_start_fixes_the_versions_and_makes_the_code_of_the_links(news: Newsroom) -> None:
    news.person()
    text = news.text(en="Hello", fr="Bonjour")
    broadcast = begin(news)
    Broadcast.objects.filter(pk=broadcast.pk).delete()
    broadcast = news.started(text)
    variant = broadcast.variants.get()
    fixed = {wording.language: wording.pk for wording in text.wordings.all()}
    news.word(text, "en", "Too late")
    assert variant.wordings == fixed
    assert variant.source == Source.objects.get(code=f"b{broadcast.pk}a", campaign=news.campaign)


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_snapshot_killed_between_parts_goes_on_and_repeats_nobody(
    news: Newsroom, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    monkeypatch.setattr(snapshots, "PART", 3)
    everybody = {point.pk for point in news.people(10)}
    broadcast = begin(news)
    write, written = snapshots._write_part, []

    def write_or_die(*arguments: Any) -> bool:
        if len(written) == killed_after:
            raise KeyboardInterrupt
        written.append(arguments)
        return write(*arguments)

    monkeypatch.setattr(snapshots, "_write_part", write_or_die)
    with pytest.raises(KeyboardInterrupt):
        take_snapshot(broadcast_id=broadcast.pk, at=news.at)
    assert len(addresses(broadcast)) == 3 * killed_after
    monkeypatch.setattr(snapshots, "_write_part", write)
    take_snapshots(at=news.at)
    broadcast.refresh_from_db()
    assert addresses(broadcast) == everybody
    assert (broadcast.recipient_count, broadcast.snapshot_done_at) == (10, news.at)
    assert take_snapshot(broadcast_id=broadcast.pk, at=news.at)
    assert broadcast.recipients.count() == 10


def test_parts_never_end_between_two_addresses_of_one_person(news: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "PART", 2)
    wanted = set()
    for point in news.people(4):
        newer = news.address(point.supporter, verified_at=news.at - timedelta(days=2))
        wanted.add(news.address(point.supporter, verified_at=news.at - timedelta(days=1)).pk)
        assert newer.pk not in wanted
    assert addresses(news.started()) == wanted


def test_paused_in_the_middle_of_it_the_snapshot_waits(news: Newsroom) -> None:
    news.people(2)
    broadcast = begin(news)
    Broadcast.objects.filter(pk=broadcast.pk).update(status=BroadcastStatus.PAUSED)
    assert not take_snapshot(broadcast_id=broadcast.pk, at=news.at)
    assert not broadcast.recipients.exists()


@pytest.mark.parametrize(("split", "compared"), [(Split.EVEN, 60), (Split.TEST, None)])
def test_variants_are_drawn_by_lot_and_the_same_whenever_asked(
    news: Newsroom, split: Split, compared: int | None
) -> None:
    news.people(60)
    broadcast = news.split(split, test_percent=50)
    found = Counter(broadcast.recipients.values_list("variant__label", flat=True))
    assert found["A"] > 5
    assert found["B"] > 5
    is_compared = broadcast.recipients.filter(is_compared=True).count()
    assert is_compared == (compared or found["A"] + found["B"])
    assert broadcast.recipients.filter(variant=None).exists() == (split == Split.TEST)


def test_database_refuses_a_person_or_an_address_twice(news: Newsroom) -> None:
    one, other = news.people(2)
    broadcast = news.started()
    third = news.person()
    for columns in (
        {"supporter": one.supporter, "contact_point": third},
        {"supporter": third.supporter, "contact_point": other},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BroadcastRecipient.objects.create(broadcast=broadcast, **columns)
