"""Signatures counted before their address is proved: what the proof changes, in the row and in the tallies."""

from datetime import datetime, timedelta

import pytest

from campaigns.actions.invalidation import Conditions, invalidate_signatures, undo_invalidation
from campaigns.actions.signatures import accept_signature, withdraw_signature
from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.enums import Grain, SignatureStatus
from campaigns.models import Petition, Signature, Tally
from core.ttl_cache import clear_ttl_caches
from people.models import ConsentEvent, Submission, Supporter
from tests.factories.campaigns import hand_in, make_partnership, make_source, press, sign
from tests.factories.cms import make_petition
from tests.factories.people import ADA, make_consent_text
from tests.threads import run_at_once

HOUR = timedelta(hours=1)


@pytest.fixture
def petition(db: None) -> Petition:
    """A petition that counts without confirmation."""
    return make_petition(requires_confirmation=False)


def accept(petition: Petition, email: str = ADA, *, at: datetime, **form: object) -> Signature:
    signature = accept_signature(submission=hand_in(petition, email, at=at, **form), at=at)
    assert signature is not None
    return signature


def by_country() -> dict[str, int]:
    """Return what the tallies say, once they say what a recount says."""
    assert find_drift() == []
    rows = Tally.objects.by(Grain.TERRITORY).exclude(count=0)
    return dict(rows.values_list("territory_code", "count"))


def confirm_own(petition: Petition, *, at: datetime, **form: object) -> Signature:
    """Ada's own form, confirmed."""
    press(hand_in(petition, at=at, **form), at=at)
    return Signature.objects.get()


def test_confirming_replaces_what_a_stranger_typed_and_keeps_the_credit(petition: Petition, at: datetime) -> None:
    first = make_partnership(petition.campaign)
    make_source(petition.campaign, "first", first)
    accept(petition, at=at, residence_country="FR", comment="Ha", locale="fr", source="first", address_hash="troll")
    Signature.objects.update(is_comment_public=True, comment_read_at=at)
    signature = confirm_own(
        petition, at=at + HOUR, residence_country="BE", comment="Because.", locale="nl", address_hash="ada"
    )
    assert (signature.status, signature.comment, signature.locale) == (SignatureStatus.CONFIRMED, "Because.", "nl")
    assert (signature.is_comment_public, signature.comment_read_at, signature.address_hash) == (False, None, "ada")
    assert (signature.partnership, signature.confirmed_at) == (first, at)


def test_confirming_the_form_that_was_counted_leaves_staffs_decision_on_its_comment(
    petition: Petition, at: datetime
) -> None:
    submission = hand_in(petition, at=at, residence_country="BE", comment="Because.")
    accept_signature(submission=submission, at=at)
    Signature.objects.update(is_comment_public=True, comment_read_at=at)
    press(submission, at=at + HOUR)
    signature = Signature.objects.get()
    assert (signature.comment, signature.is_comment_public, signature.comment_read_at) == ("Because.", True, at)
    assert signature.restated_territory_code == ""


@pytest.mark.parametrize("counted_before", [True, False])
def test_confirmed_country_is_the_one_the_tallies_come_to_hold(
    petition: Petition, at: datetime, counted_before: bool
) -> None:
    accept(petition, at=at, residence_country="FR")
    if counted_before:
        count_signatures(at=at)
        assert by_country() == {"FR": 1}
    confirm_own(petition, at=at + HOUR, residence_country="BE")
    assert by_country() == ({"FR": 1} if counted_before else {})
    count_signatures(at=at + HOUR)
    assert by_country() == {"BE": 1}
    assert Signature.objects.get().territory_code == "BE"
    assert count_signatures(at=at + HOUR) == 0


def test_country_restated_by_one_who_withdraws_is_counted_nowhere(petition: Petition, at: datetime) -> None:
    accept(petition, at=at, residence_country="FR")
    count_signatures(at=at)
    withdraw_signature(signature=confirm_own(petition, at=at, residence_country="BE"), at=at)
    count_signatures(at=at)
    assert by_country() == {}
    confirm_own(petition, at=at + HOUR, residence_country="NL", comment="Back")
    count_signatures(at=at + HOUR)
    assert by_country() == {"NL": 1}
    assert Signature.objects.get().comment == "Back"


def test_confirmed_signature_is_restated_by_no_later_form(petition: Petition, at: datetime) -> None:
    sign(petition, at=at, residence_country="BE", comment="Mine")
    signature = sign(petition, at=at + HOUR, residence_country="FR", comment="Other", locale="fr")
    count_signatures(at=at)
    assert by_country() == {"BE": 1}
    assert (signature.comment, signature.locale) == ("Mine", "en")


def test_invalid_signature_confirmed_meanwhile_counts_for_its_country_once_that_is_undone(
    petition: Petition, at: datetime, django_user_model: type
) -> None:
    staff = django_user_model.objects.create(email="staff@example.org")
    accept(petition, at=at, residence_country="FR", address_hash="robot")
    count_signatures(at=at)
    conditions = Conditions(address_hash="robot")
    found = invalidate_signatures(petition=petition, conditions=conditions, reason="robots", by=staff, at=at)
    signature = confirm_own(petition, at=at, residence_country="BE")
    assert (signature.status, signature.status_before) == (SignatureStatus.INVALID, SignatureStatus.CONFIRMED)
    count_signatures(at=at)
    assert by_country() == {}
    undo_invalidation(invalidation=found, by=staff, at=at)
    count_signatures(at=at)
    assert by_country() == {"BE": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(5))
def test_accepting_and_confirming_at_once_make_one_signature_of_the_confirmed_form(at: datetime, turn: int) -> None:
    petition = make_petition(requires_confirmation=False)
    text = make_consent_text(petition.campaign.organisation)
    strangers = hand_in(petition, at=at, residence_country="FR", comment="Ha", locale="fr", full_name="Troll")
    own = hand_in(petition, at=at, residence_country="BE", comment="Mine", granted=(text,), full_name="Ada")
    Submission.objects.update(queued_at=at)
    clear_ttl_caches()
    results = run_at_once(
        lambda: accept_signature(submission=strangers, at=at),
        lambda: press(own, at=at),
        lambda: count_signatures(at=at),
        lambda: accept_signature(submission=own, at=at),
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    count_signatures(at=at)
    signature = Signature.objects.get()
    assert (signature.status, signature.territory_code) == (SignatureStatus.CONFIRMED, "BE")
    assert (signature.comment, signature.locale) == ("Mine", "en")
    assert (Supporter.objects.get().full_name, ConsentEvent.objects.count()) == ("Ada", 1)
    assert by_country() == {"BE": 1}
