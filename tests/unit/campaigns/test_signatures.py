"""What confirming, accepting, disowning and withdrawing a signature does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from campaigns.actions.invalidation import Conditions, invalidate_signatures, undo_invalidation
from campaigns.actions.signatures import accept_signature, disown_signature, withdraw_signature
from campaigns.enums import CountedBy, SignatureStatus
from campaigns.models import Petition, Signature
from core.models import AuditEntry
from messaging.models import OutboundMessage
from people.actions.submissions import disown_submission
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter
from tests.factories.campaigns import (
    confirm_token,
    hand_in,
    make_partnership,
    make_source,
    press,
    sign,
)
from tests.factories.cms import make_petition
from tests.factories.people import ADA, BEN, CLEO, DAN, make_consent_text, make_contact_point
from tests.threads import run_at_once

HOUR = timedelta(hours=1)
PHONE = "+32470123456"


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


@pytest.fixture
def open_petition(db: None) -> Petition:
    """A petition that counts without confirmation."""
    return make_petition(requires_confirmation=False)


def test_confirm_signature_makes_a_counting_one_with_its_origin(petition: Petition, at: datetime) -> None:
    partnership = make_partnership(petition.campaign)
    make_source(petition.campaign, "poster", partnership)
    signature = sign(
        petition, at=at, source="poster", locale="fr", address_hash="abc", residence_country="BE", comment="Oui"
    )
    assert signature.status == SignatureStatus.CONFIRMED
    assert (signature.partnership, signature.source, signature.bucket) == (partnership, "poster", "poster")
    assert (signature.territory_code, signature.locale, signature.comment) == ("BE", "fr", "Oui")
    assert (signature.email_domain, signature.address_hash) == ("example.org", "abc")
    assert (signature.is_counted, signature.is_comment_public) == (False, False)
    entry = AuditEntry.objects.get(action="campaigns.signature.confirmed")
    assert entry.target == f"campaigns.signature:{signature.pk}"


@pytest.mark.parametrize(
    ("counted_by", "told", "territory"),
    [
        (CountedBy.NATIONALITY, {"nationality": "FR", "residence_country": "BE"}, "FR"),
        (CountedBy.RESIDENCE, {"nationality": "FR", "residence_country": "BE"}, "BE"),
        (CountedBy.NATIONALITY, {"residence_country": "BE"}, "ZZ"),
        (CountedBy.RESIDENCE, {"nationality": "FR"}, "ZZ"),
    ],
)
@pytest.mark.django_db
def test_confirm_signature_counts_for_the_country_the_petition_counts_by(
    at: datetime, counted_by: CountedBy, told: dict[str, str], territory: str
) -> None:
    assert sign(make_petition(counted_by=counted_by), at=at, **told).territory_code == territory


@pytest.mark.django_db
def test_confirm_signature_late_in_the_evening_counts_for_the_campaigns_day() -> None:
    petition = make_petition()
    before_midnight_utc = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # 00:30 on the 3rd in Brussels
    assert str(sign(petition, at=before_midnight_utc).day) == "2026-03-03"


def test_confirm_signature_again_through_a_second_partner_leaves_the_first_its_credit(
    petition: Petition, at: datetime
) -> None:
    first, second = make_partnership(petition.campaign), make_partnership(petition.campaign)
    make_source(petition.campaign, "first", first)
    make_source(petition.campaign, "second", second)
    signature = sign(petition, at=at, source="first")
    again = sign(petition, "ADA@example.org", at=at + HOUR, source="second", comment="Again")
    assert again == signature
    assert (again.partnership, again.source, again.confirmed_at, again.comment) == (first, "first", at, "")


def test_confirm_signature_by_shared_links_keeps_the_credit_until_the_partner_leaves(
    petition: Petition, at: datetime
) -> None:
    first, second = make_partnership(petition.campaign), make_partnership(petition.campaign)
    make_source(petition.campaign, "first", first)
    make_source(petition.campaign, "second", second)
    ada = sign(petition, ADA, at=at, source="first")
    ben = sign(petition, BEN, at=at, source=f"~{ada.share_code}")
    cleo = sign(petition, CLEO, at=at, source=f"~{ben.share_code}")
    for signature in (ben, cleo):
        assert (signature.partnership, signature.bucket) == (first, "first")
    assert cleo.source == f"~{ben.share_code}"
    first.left_at = at
    first.save()
    dan = sign(petition, DAN, at=at + HOUR, source=f"~{cleo.share_code}")
    assert (dan.partnership, dan.bucket) == (None, "first")
    direct = sign(petition, "eve@example.org", at=at + HOUR, source="first")
    assert (direct.partnership, direct.source) == (None, "first")
    cleo.refresh_from_db()
    assert cleo.partnership == first


def test_confirm_signature_by_the_link_of_one_who_came_by_none_starts_a_bucket(
    petition: Petition, at: datetime
) -> None:
    ada = sign(petition, ADA, at=at)
    ben = sign(petition, BEN, at=at, source=f"~{ada.share_code}")
    cleo = sign(petition, CLEO, at=at, source=f"~{ben.share_code}")
    assert ben.bucket == cleo.bucket == f"~{ada.share_code}"


@pytest.mark.parametrize("code", ["unknown", "~unknown"])
def test_confirm_signature_by_an_unknown_link_credits_nobody(petition: Petition, at: datetime, code: str) -> None:
    signature = sign(petition, at=at, source=code)
    assert (signature.partnership, signature.source) == (None, code)


def test_confirm_signature_by_another_campaigns_links_credits_nobody(petition: Petition, at: datetime) -> None:
    elsewhere = make_petition()
    partnership = make_partnership(elsewhere.campaign)
    make_source(elsewhere.campaign, "theirs", partnership)
    shared = sign(elsewhere, DAN, at=at, source="theirs")
    assert shared.partnership == partnership
    assert sign(petition, ADA, at=at, source="theirs").partnership is None
    assert sign(petition, BEN, at=at, source=f"~{shared.share_code}").partnership is None


def test_confirm_signature_after_withdrawing_counts_again_as_the_same(petition: Petition, at: datetime) -> None:
    signature = sign(petition, at=at)
    withdraw_signature(signature=signature, at=at + HOUR)
    again = sign(petition, at=at + 2 * HOUR)
    assert again == signature
    assert (again.status, again.withdrawn_at) == (SignatureStatus.CONFIRMED, None)


def test_confirm_signature_found_invalid_stays_invalid(petition: Petition, at: datetime) -> None:
    signature = sign(petition, at=at)
    Signature.objects.update(status=SignatureStatus.INVALID)
    assert sign(petition, at=at + HOUR) == signature
    assert Signature.objects.get().status == SignatureStatus.INVALID


def consents(signature: Signature) -> list[tuple[str, str, int | None]]:
    events = ConsentEvent.objects.filter(contact_point__supporter=signature.supporter).order_by("pk")
    return [(event.state, event.contact_point.canonical, event.text_id) for event in events]


@pytest.fixture
def texts(petition: Petition) -> dict[str, ConsentText]:
    lead, scope = petition.campaign.organisation, petition.campaign.slug
    partner = make_partnership(petition.campaign).organisation
    return {
        "lead": make_consent_text(lead, scope=scope),
        "sms": make_consent_text(lead, scope=scope, channel=Channel.SMS),
        "partner": make_consent_text(partner, scope=scope, purpose=Purpose.PARTNER_NEWS),
    }


def test_confirm_signature_records_what_was_ticked_with_the_wording_shown(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    shown = texts["lead"]
    submission = hand_in(petition, at=at, granted=(shown,), refused=(texts["partner"],))
    make_consent_text(petition.campaign.organisation, "A later wording.", scope=shown.scope)
    press(submission, at=at + HOUR)
    event = ConsentEvent.objects.get()
    assert (event.state, event.text, event.at) == (ConsentState.GRANTED, shown, at + HOUR)
    assert (event.organisation_id, event.scope, event.purpose) == (shown.organisation_id, shown.scope, shown.purpose)
    assert event.source == f"submission:{submission.pk}"


def test_confirm_signature_records_sms_consent_only_with_a_number_of_ones_own(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    sms = texts["sms"]
    assert consents(sign(petition, ADA, at=at, granted=(sms,), phone=PHONE)) == [("granted", PHONE, sms.pk)]
    assert consents(sign(petition, BEN, at=at, granted=(sms,))) == []
    assert consents(sign(petition, CLEO, at=at, granted=(sms,), phone=PHONE)) == []
    assert ContactPoint.objects.get(canonical=PHONE).supporter.contact_points.filter(canonical=ADA).exists()


def test_confirm_signature_asks_a_number_with_a_consent_whether_it_is_theirs(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    sign(petition, ADA, at=at, phone="+32470123499")
    sign(petition, BEN, at=at, granted=(texts["sms"],), phone=PHONE, locale="nl")
    question = OutboundMessage.objects.get(template="number_check")
    assert (question.address, question.language, question.scope) == (PHONE, "nl", petition.campaign.slug)
    assert question.organisation == petition.campaign.organisation


def test_confirm_signature_with_a_box_left_unticked_takes_nothing_back(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    sign(petition, at=at, granted=(texts["lead"],))
    signature = sign(petition, at=at + HOUR, refused=(texts["lead"],))
    assert [state for state, _address, _text in consents(signature)] == ["granted"]


def test_withdraw_signature_takes_it_out_with_the_campaigns_consents_and_is_safe_twice(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    elsewhere = make_consent_text(petition.campaign.organisation, scope="another-campaign")
    granted = (texts["lead"], texts["partner"], texts["sms"], elsewhere)
    signature = sign(petition, at=at, granted=granted, phone=PHONE, comment="Yes")
    Signature.objects.update(is_comment_public=True)
    for _ in range(2):
        withdraw_signature(signature=signature, at=at + HOUR)
    signature.refresh_from_db()
    assert (signature.status, signature.withdrawn_at) == (SignatureStatus.WITHDRAWN, at + HOUR)
    assert not signature.is_comment_public
    taken_back = [text for state, _address, text in consents(signature) if state == "withdrawn"]
    assert sorted(taken_back) == sorted(text.pk for text in granted[:3])  # type: ignore[type-var]
    assert AuditEntry.objects.filter(action="campaigns.signature.withdrawn").count() == 1


def test_withdraw_signature_leaves_other_peoples_alone(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    bens = sign(petition, BEN, at=at, granted=(texts["lead"],))
    withdraw_signature(signature=sign(petition, at=at), at=at)
    assert [state for state, _address, _text in consents(bens)] == ["granted"]
    bens.refresh_from_db()
    assert bens.status == SignatureStatus.CONFIRMED


def test_withdraw_signature_found_invalid_stays_invalid_but_ends_its_consents(
    petition: Petition, texts: dict[str, ConsentText], at: datetime
) -> None:
    signature = sign(petition, at=at, granted=(texts["lead"],))
    Signature.objects.update(is_comment_public=True)
    ada = get_user_model().objects.create_user("coordinator@example.org")
    conditions = Conditions(email_domain="example.org")
    invalidation = invalidate_signatures(petition=petition, conditions=conditions, reason="robots", by=ada, at=at)
    signature = withdraw_signature(signature=signature, at=at + HOUR)
    assert (signature.status, signature.withdrawn_at) == (SignatureStatus.INVALID, at + HOUR)
    assert not signature.is_comment_public
    assert [state for state, _address, _text in consents(signature)] == ["granted", "withdrawn"]
    undo_invalidation(invalidation=invalidation, by=ada, at=at + HOUR)
    signature.refresh_from_db()
    assert signature.status == SignatureStatus.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_withdraw_signature_at_once_is_done_once(at: datetime) -> None:
    petition = make_petition()
    text = make_consent_text(petition.campaign.organisation, scope=petition.campaign.slug)
    signature = sign(petition, at=at, granted=(text,))
    results = run_at_once(*[lambda: withdraw_signature(signature=signature, at=at)] * 2)
    assert [result.status for result in results] == ["withdrawn", "withdrawn"]
    assert ConsentEvent.objects.filter(state=ConsentState.WITHDRAWN).count() == 1


def test_accept_signature_counts_at_once_with_an_unverified_address_and_once(
    open_petition: Petition, at: datetime
) -> None:
    submission = hand_in(open_petition, at=at, phone=PHONE, full_name="Ada")
    first, second = (accept_signature(submission=submission, at=at) for _ in range(2))
    assert first == second == Signature.objects.counting().get()
    assert first is not None
    assert first.status == SignatureStatus.ACCEPTED
    point = ContactPoint.objects.get()
    assert (point.channel, point.verified_at) == (Channel.EMAIL, None)
    assert not ConsentEvent.objects.exists()
    assert accept_signature(submission=hand_in(open_petition, at=at, comment="Again"), at=at) == first


def test_accept_signature_where_the_petition_asks_confirmation_counts_nothing(
    open_petition: Petition, at: datetime
) -> None:
    submission = hand_in(open_petition, at=at)
    Petition.objects.update(requires_confirmation=True)
    assert accept_signature(submission=submission, at=at) is None
    Petition.objects.all().delete()
    assert accept_signature(submission=submission, at=at) is None
    assert not Signature.objects.exists()


def test_confirm_signature_raises_an_accepted_one_and_records_its_consents(
    open_petition: Petition, at: datetime
) -> None:
    text = make_consent_text(open_petition.campaign.organisation)
    submission = hand_in(open_petition, at=at, granted=(text,))
    accepted = accept_signature(submission=submission, at=at)
    press(submission, at=at + HOUR)
    signature = Signature.objects.get()
    assert signature == accepted
    assert (signature.status, signature.confirmed_at) == (SignatureStatus.CONFIRMED, at)
    assert ContactPoint.objects.get().verified_at == at + HOUR
    assert ConsentEvent.objects.get().text == text


def test_disown_signature_uncounts_what_this_form_counted_only(open_petition: Petition, at: datetime) -> None:
    first, second = hand_in(open_petition, at=at), hand_in(open_petition, at=at, comment="Again")
    bens = hand_in(open_petition, BEN, at=at)
    for submission in (first, second, bens):
        accept_signature(submission=submission, at=at)
    disown_submission(token=confirm_token(second), at=at)
    assert Signature.objects.counting().count() == 2
    disown_submission(token=confirm_token(first), at=at)
    assert Signature.objects.counting().get().submission_id == bens.public_id


def test_disown_signature_that_was_confirmed_by_another_form_leaves_it(open_petition: Petition, at: datetime) -> None:
    submission = hand_in(open_petition, at=at)
    accept_signature(submission=submission, at=at)
    Signature.objects.update(status=SignatureStatus.CONFIRMED)
    disown_signature(submission=submission, at=at)
    assert Signature.objects.counting().exists()


def test_sign_by_one_who_is_known_adds_no_supporter(petition: Petition, at: datetime) -> None:
    known = make_contact_point(ADA, verified_at=at)
    assert sign(petition, at=at).supporter == known.supporter
    assert Supporter.objects.count() == 1
