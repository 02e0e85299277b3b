"""Matching people by their contact points, and making two records one."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.enums import SignatureStatus
from campaigns.models import Petition, Signature
from campaigns.selectors.tallies import petition_count
from core.models import AuditEntry
from core.ttl_cache import clear_ttl_caches
from people.actions.supporters import (
    CannotMerge,
    Introduction,
    add_phone,
    match_or_create_supporter,
    merge_supporters,
)
from people.enums import Channel, ConsentState
from people.models import ContactPoint, Submission, Supporter
from tests.factories.campaigns import sign
from tests.factories.cms import make_petition
from tests.factories.people import (
    ADA,
    BEN,
    make_consent_text,
    make_contact_point,
    make_organisation,
    write_consent_event,
)

HOUR = timedelta(hours=1)
PHONE = "+32470123456"


def introduce(at: datetime, *, verified: bool = True, email: str = ADA, **told: str) -> Supporter:
    return match_or_create_supporter(introduction=Introduction(email, **told), verified=verified, at=at).supporter


@pytest.mark.django_db
def test_match_with_another_spelling_finds_the_same_person(at: datetime) -> None:
    first = introduce(at, email="a.da@gmail.com")
    assert introduce(at, email="ADA+petition@googlemail.com") == first
    assert introduce(at, email=ADA) != first
    assert ContactPoint.objects.get(supporter=first).as_typed == "a.da@gmail.com"


@pytest.mark.django_db
def test_match_fills_blanks_and_overwrites_nothing_but_the_language(at: datetime) -> None:
    introduce(at, full_name="Ada", language="en")
    ada = introduce(at, full_name="Somebody", language="fr", postcode="1050", nationality="BE")
    ada.refresh_from_db()
    assert (ada.full_name, ada.language, ada.postcode, ada.nationality) == ("Ada", "fr", "1050", "BE")


@pytest.mark.django_db
def test_match_without_proof_writes_nothing_into_a_known_record(at: datetime) -> None:
    introduce(at, full_name="Ada", language="en")
    ada = introduce(at, verified=False, full_name="Troll", language="fr", postcode="6666", phone=PHONE)
    ada.refresh_from_db()
    assert (ada.full_name, ada.language, ada.postcode) == ("Ada", "en", "")
    assert not ContactPoint.objects.filter(channel=Channel.SMS).exists()


@pytest.mark.django_db
def test_match_with_the_first_proof_replaces_what_a_stranger_may_have_written(at: datetime) -> None:
    introduce(at, verified=False, full_name="Troll", postcode="6666", nationality="FR")
    ada = introduce(at + HOUR, full_name="Ada", postcode="1050")
    ada.refresh_from_db()
    assert (ada.full_name, ada.postcode, ada.nationality) == ("Ada", "1050", "FR")
    assert ContactPoint.objects.get().verified_at == at + HOUR
    introduce(at + 2 * HOUR, full_name="Another")
    ada.refresh_from_db()
    assert ada.full_name == "Ada"
    assert ContactPoint.objects.get().verified_at == at + HOUR


@pytest.mark.django_db
def test_add_phone_of_somebody_else_stays_theirs_and_is_audited(at: datetime) -> None:
    ben = make_contact_point(PHONE, channel=Channel.SMS).supporter
    match = match_or_create_supporter(introduction=Introduction(ADA, phone=PHONE), verified=True, at=at)
    assert list(match.points) == [Channel.EMAIL]
    assert ContactPoint.objects.get(canonical=PHONE).supporter == ben
    entry = AuditEntry.objects.get(action="people.contact_point.claimed_twice")
    assert entry.details == {"supporter": match.supporter.pk}
    assert PHONE not in str(entry.details) + entry.target


@pytest.mark.django_db
def test_add_phone_twice_returns_the_first_unverified(at: datetime) -> None:
    ada = introduce(at)
    points = [add_phone(supporter=ada, typed=typed, country="BE") for typed in (PHONE, "0470 12 34 56")]
    assert points[0] == points[1]
    assert points[0] is not None
    assert points[0].verified_at is None


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


def test_merge_keeps_everything_fills_blanks_and_is_audited(petition: Petition, at: datetime) -> None:
    text = make_consent_text(make_organisation())
    old = sign(petition, ADA, at=at, full_name="Ada", granted=(text,))
    sign(make_petition(), BEN, at=at, full_name="A. Lovelace", postcode="1050", phone=PHONE)
    keep, absorb = Supporter.objects.get(signatures=old), ContactPoint.objects.get(canonical=BEN).supporter
    merge_supporters(keep=keep, absorb=absorb, by="tests")
    keep.refresh_from_db()
    absorb.refresh_from_db()
    assert (keep.full_name, keep.postcode, absorb.merged_into) == ("Ada", "1050", keep)
    assert set(keep.contact_points.values_list("canonical", flat=True)) == {ADA, BEN, PHONE}
    assert keep.signatures.count() == 2
    assert not Submission.objects.exclude(supporter=keep).exists()
    assert keep.contact_points.get(canonical=ADA).consent_events.count() == 1
    entry = AuditEntry.objects.get(action="people.supporter.merged")
    assert (entry.target, entry.details) == (f"people.supporter:{keep.pk}", {"absorbed": absorb.pk})


def test_merge_twice_changes_nothing_more(petition: Petition, at: datetime) -> None:
    sign(petition, ADA, at=at)
    sign(petition, BEN, at=at)
    keep, absorb = Supporter.objects.order_by("pk")
    assert merge_supporters(keep=keep, absorb=absorb, by="tests") == keep
    before = list(Signature.objects.order_by("pk").values())
    assert merge_supporters(keep=keep, absorb=absorb, by="tests") == keep
    assert list(Signature.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(action="people.supporter.merged").count() == 1


@pytest.mark.django_db
def test_merge_into_itself_or_after_another_merge_is_refused(at: datetime) -> None:
    ada, ben, cleo = (introduce(at, email=f"{name}@example.org") for name in ("ada", "ben", "cleo"))
    with pytest.raises(CannotMerge):
        merge_supporters(keep=ada, absorb=ada, by="tests")
    merge_supporters(keep=ada, absorb=ben, by="tests")
    for keep, absorb in ((cleo, ben), (ben, cleo), (ben, ada)):
        with pytest.raises(CannotMerge):
            merge_supporters(keep=keep, absorb=absorb, by="tests")


@pytest.mark.django_db
def test_merge_of_merged_records_leads_to_the_last(at: datetime) -> None:
    ada, ben, cleo = (introduce(at, email=f"{name}@example.org") for name in ("ada", "ben", "cleo"))
    merge_supporters(keep=ben, absorb=cleo, by="tests")
    merge_supporters(keep=ada, absorb=ben, by="tests")
    cleo.refresh_from_db()
    assert cleo.merged_into == ada
    assert introduce(at, email="cleo@example.org") == ada


@pytest.mark.parametrize("is_absorbed_older", [True, False])
@pytest.mark.parametrize("was_counted", [True, False])
def test_merge_of_two_who_signed_counts_the_older_once(
    petition: Petition, at: datetime, is_absorbed_older: bool, was_counted: bool
) -> None:
    times = (at + HOUR, at) if is_absorbed_older else (at, at + HOUR)
    mine, theirs = (sign(petition, address, at=when) for address, when in zip((ADA, BEN), times, strict=True))
    if was_counted:
        count_signatures(at=at)
    keep = mine.supporter
    assert keep is not None
    assert theirs.supporter is not None
    merge_supporters(keep=keep, absorb=theirs.supporter, by="tests")
    count_signatures(at=at)
    clear_ttl_caches()
    older = theirs if is_absorbed_older else mine
    assert keep.signatures.get() == older
    assert keep.signatures.get().status == SignatureStatus.CONFIRMED
    assert Signature.objects.exclude(pk=older.pk).get().status == SignatureStatus.INVALID
    assert petition_count(petition.pk).value == 1
    assert find_drift() == []


def test_merge_prefers_a_signature_that_counts_to_an_older_one_that_does_not(petition: Petition, at: datetime) -> None:
    mine, theirs = sign(petition, ADA, at=at), sign(petition, BEN, at=at + HOUR)
    Signature.objects.filter(pk=mine.pk).update(status=SignatureStatus.WITHDRAWN)
    merge_supporters(keep=mine.supporter, absorb=theirs.supporter, by="tests")  # type: ignore[arg-type]
    assert mine.supporter.signatures.get() == theirs  # type: ignore[union-attr]
    assert Signature.objects.counting().get() == theirs
    mine.refresh_from_db()
    assert mine.status == SignatureStatus.WITHDRAWN


def test_merge_rolled_back_leaves_both_as_they_were(petition: Petition, at: datetime) -> None:
    mine, theirs = sign(petition, ADA, at=at), sign(petition, BEN, at=at)

    def merge_and_fail() -> None:
        with transaction.atomic():
            merge_supporters(keep=mine.supporter, absorb=theirs.supporter, by="tests")  # type: ignore[arg-type]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        merge_and_fail()
    assert not Supporter.objects.filter(merged_into__isnull=False).exists()
    assert Signature.objects.counting().count() == 2


@pytest.mark.django_db
def test_merge_joins_the_consents_of_two_addresses_without_mixing_them(at: datetime) -> None:
    text = make_consent_text(make_organisation())
    ada, ben = make_contact_point(ADA, verified_at=at), make_contact_point(BEN, verified_at=at)
    write_consent_event(ada, text, ConsentState.GRANTED, at)
    write_consent_event(ben, text, ConsentState.WITHDRAWN, at)
    merge_supporters(keep=ada.supporter, absorb=ben.supporter, by="tests")
    assert [event.state for event in ada.consent_events.all()] == [ConsentState.GRANTED]
    assert [event.state for event in ben.consent_events.all()] == [ConsentState.WITHDRAWN]
