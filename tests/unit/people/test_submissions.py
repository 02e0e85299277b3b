"""A submission's life: accepted, confirmed once, disowned, sent again, purged."""

import uuid
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.enums import SignatureStatus
from campaigns.models import Petition, Signature
from core.models import AuditEntry
from people.actions.submissions import (
    KEEP_UNCONFIRMED,
    RESEND_LIMIT,
    SAME_PRESS,
    AlreadyConfirmed,
    InvalidToken,
    ResendRefused,
    SubmissionDisowned,
    SubmissionGone,
    claim_resend,
    confirm_submission,
    disown_submission,
    purge_submissions,
)
from people.enums import SubmissionStatus
from people.models import ConsentEvent, ContactPoint, Submission, Supporter
from people.tokens import CONFIRM, SENT, sign_uuid
from tests.factories.campaigns import confirm_token, hand_in, press
from tests.factories.cms import make_petition
from tests.factories.people import BEN, make_consent_text
from tests.threads import run_at_once

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def petition(db: None) -> Petition:
    return make_petition()


def test_accept_submission_is_one_query(petition: Petition, at: datetime) -> None:
    with CaptureQueriesContext(connection) as queries:
        hand_in(petition, at=at, source="poster", comment="Because.")
    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]


def test_accept_submission_twice_keeps_both_with_one_subject(petition: Petition, at: datetime) -> None:
    first, second = hand_in(petition, "Ada@example.org", at=at), hand_in(petition, "ada@EXAMPLE.org", at=at)
    assert first.pk != second.pk
    assert first.subject_index == second.subject_index
    assert hand_in(petition, BEN, at=at).subject_index != first.subject_index
    assert hand_in(make_petition(), at=at).subject_index != first.subject_index


def test_confirm_submission_makes_a_supporter_and_marks_the_row(petition: Petition, at: datetime) -> None:
    submission = press(hand_in(petition, at=at, full_name="Ada"), at=at + MINUTE)
    submission.refresh_from_db()
    assert (submission.status, submission.confirmed_at) == (SubmissionStatus.CONFIRMED, at + MINUTE)
    assert submission.supporter is not None
    assert submission.supporter.full_name == "Ada"


def test_confirm_submission_again_within_ten_minutes_returns_the_first_result(petition: Petition, at: datetime) -> None:
    first = press(hand_in(petition, at=at), at=at)
    again = press(first, at=at + SAME_PRESS)
    assert (again.pk, again.supporter_id, again.confirmed_at) == (first.pk, first.supporter_id, at)
    assert Signature.objects.count() == 1
    assert AuditEntry.objects.filter(action="campaigns.signature.confirmed").count() == 1


def test_confirm_submission_again_later_says_so_and_names_it(petition: Petition, at: datetime) -> None:
    submission = press(hand_in(petition, at=at), at=at)
    with pytest.raises(AlreadyConfirmed) as refusal:
        press(submission, at=at + SAME_PRESS + timedelta(seconds=1))
    assert refusal.value.submission == submission


def test_confirm_submission_on_the_last_day_works_and_after_it_is_gone(petition: Petition, at: datetime) -> None:
    submission = hand_in(petition, at=at)
    with pytest.raises(SubmissionGone):
        press(submission, at=at + KEEP_UNCONFIRMED + timedelta(seconds=1))
    assert not Supporter.objects.exists()
    assert press(submission, at=at + KEEP_UNCONFIRMED).status == SubmissionStatus.CONFIRMED


def test_confirm_submission_that_was_disowned_or_purged_is_refused(petition: Petition, at: datetime) -> None:
    disowned, purged = hand_in(petition, at=at), hand_in(petition, BEN, at=at)
    disown_submission(token=confirm_token(disowned), at=at)
    Submission.objects.filter(pk=purged.pk).delete()
    with pytest.raises(SubmissionDisowned):
        press(disowned, at=at)
    with pytest.raises(SubmissionGone):
        press(purged, at=at)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(".", ""), lambda t: ""])
def test_confirm_submission_with_a_spoilt_link_is_refused(petition: Petition, at: datetime, spoil) -> None:
    submission = hand_in(petition, at=at)
    with pytest.raises(InvalidToken):
        confirm_submission(token=spoil(confirm_token(submission)), at=at)


@pytest.mark.parametrize("pause", [MINUTE, DAY])
def test_confirm_submission_records_the_consents_and_comment_of_the_pressed_form_only(
    petition: Petition, at: datetime, pause: timedelta
) -> None:
    text = make_consent_text(petition.campaign.organisation)
    pressed = hand_in(petition, at=at, comment="Mine")
    other = hand_in(petition, at=at, comment="Not mine?", granted=(text,), phone="+32470123456")
    press(pressed, at=at)
    with suppress(AlreadyConfirmed):
        press(other, at=at + pause)
    assert Signature.objects.get().comment == "Mine"
    assert not ConsentEvent.objects.exists()
    assert ContactPoint.objects.count() == 1
    press(hand_in(petition, at=at + DAY, granted=(text,)), at=at + DAY)
    assert ConsentEvent.objects.get().text == text


def test_confirm_submission_with_the_link_of_the_waiting_page_is_refused(petition: Petition, at: datetime) -> None:
    submission = hand_in(petition, at=at)
    with pytest.raises(InvalidToken):
        confirm_submission(token=sign_uuid(submission.public_id, SENT), at=at)


def test_confirm_submission_settles_the_same_persons_other_forms_only(petition: Petition, at: datetime) -> None:
    first, second = hand_in(petition, at=at), hand_in(petition, at=at, comment="Again")
    elsewhere, bens = hand_in(make_petition(), at=at), hand_in(petition, BEN, at=at)
    press(first, at=at)
    for row in (second, elsewhere, bens):
        row.refresh_from_db()
    assert second.status == SubmissionStatus.SETTLED
    assert second.supporter_id == Supporter.objects.get().pk
    assert (elsewhere.status, bens.status) == (SubmissionStatus.PENDING, SubmissionStatus.PENDING)
    assert press(second, at=at + MINUTE).supporter_id == second.supporter_id
    with pytest.raises(AlreadyConfirmed):
        press(second, at=at + DAY)


def test_confirm_submission_rolled_back_leaves_nothing(petition: Petition, at: datetime) -> None:
    submission = hand_in(petition, at=at)

    def confirm_and_fail() -> None:
        with transaction.atomic():
            press(submission, at=at)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        confirm_and_fail()
    submission.refresh_from_db()
    assert submission.status == SubmissionStatus.PENDING
    assert not Supporter.objects.exists()
    assert not Signature.objects.exists()
    assert not AuditEntry.objects.filter(action="campaigns.signature.confirmed").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number_of_petitions", [1, 2])
def test_confirm_submission_of_two_links_at_once_makes_one_supporter(number_of_petitions: int, at: datetime) -> None:
    petitions = [make_petition() for _ in range(number_of_petitions)]
    first, second = hand_in(petitions[0], at=at), hand_in(petitions[-1], at=at, comment="Again")
    results = run_at_once(lambda: press(first, at=at), lambda: press(second, at=at))
    assert [type(result) for result in results] == [Submission, Submission]
    assert Supporter.objects.count() == 1
    assert Signature.objects.count() == number_of_petitions
    assert Signature.objects.filter(status=SignatureStatus.CONFIRMED).count() == number_of_petitions
    assert {result.supporter_id for result in results} == {Supporter.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_confirm_submission_of_one_link_at_once_confirms_once(at: datetime) -> None:
    submission = hand_in(make_petition(), at=at)
    results = run_at_once(*[lambda: press(submission, at=at)] * 3)
    assert [type(result) for result in results] == [Submission] * 3
    assert AuditEntry.objects.filter(action="campaigns.signature.confirmed").count() == 1


def test_disown_submission_wipes_what_is_personal_and_is_safe_twice(petition: Petition, at: datetime) -> None:
    submission = hand_in(petition, at=at, phone="+32470123456", full_name="Ada")
    for _ in range(2):
        disown_submission(token=confirm_token(submission), at=at)
    submission.refresh_from_db()
    assert submission.status == SubmissionStatus.DISOWNED
    assert (submission.email, submission.phone, submission.payload, submission.consents) == ("", "", {}, [])
    assert AuditEntry.objects.filter(action="people.submission.disowned").count() == 1


def test_disown_submission_that_was_confirmed_or_settled_is_refused(petition: Petition, at: datetime) -> None:
    first, second = hand_in(petition, at=at), hand_in(petition, at=at)
    press(first, at=at)
    for submission in (first, second):
        with pytest.raises(AlreadyConfirmed):
            disown_submission(token=confirm_token(submission), at=at)
    first.refresh_from_db()
    assert first.email


def test_disown_submission_of_no_row_is_gone(petition: Petition, at: datetime) -> None:
    with pytest.raises(SubmissionGone):
        disown_submission(token=sign_uuid(uuid.uuid4(), CONFIRM), at=at)


@pytest.mark.django_db(transaction=True)
def test_disown_and_confirm_at_once_do_one_of_the_two(at: datetime) -> None:
    submission = hand_in(make_petition(), at=at)
    run_at_once(lambda: press(submission, at=at), lambda: disown_submission(token=confirm_token(submission), at=at))
    submission.refresh_from_db()
    assert Signature.objects.exists() == (submission.status == SubmissionStatus.CONFIRMED)
    assert (submission.email == "") == (submission.status == SubmissionStatus.DISOWNED)


def test_claim_resend_waits_two_minutes_and_stops_after_three(petition: Petition, at: datetime) -> None:
    submission = hand_in(petition, at=at)
    with pytest.raises(ResendRefused, match="too_soon"):
        claim_resend(submission=submission, at=at + MINUTE)
    for number in range(1, RESEND_LIMIT + 1):
        moment = at + number * 2 * MINUTE
        assert claim_resend(submission=submission, at=moment) == number
        submission.refresh_from_db()
        if number < RESEND_LIMIT:
            with pytest.raises(ResendRefused, match="too_soon"):
                claim_resend(submission=submission, at=moment + MINUTE)
    with pytest.raises(ResendRefused, match="no_more"):
        claim_resend(submission=submission, at=at + DAY)


def test_claim_resend_of_what_is_confirmed_is_refused(petition: Petition, at: datetime) -> None:
    submission = press(hand_in(petition, at=at), at=at)
    with pytest.raises(ResendRefused, match="no_more"):
        claim_resend(submission=submission, at=at + DAY)


@pytest.mark.django_db(transaction=True)
def test_claim_resend_at_once_is_granted_once(at: datetime) -> None:
    submission = hand_in(make_petition(), at=at)
    results = run_at_once(*[lambda: claim_resend(submission=submission, at=at + DAY)] * 3)
    assert sorted(str(result) for result in results) == ["1", "too_soon", "too_soon"]


def test_purge_submissions_deletes_what_is_older_than_21_days_whatever_became_of_it(
    petition: Petition, at: datetime
) -> None:
    confirmed, waiting = hand_in(petition, at=at), hand_in(petition, BEN, at=at)
    fresh = hand_in(petition, "cleo@example.org", at=at + MINUTE)
    press(confirmed, at=at)
    moment = at + KEEP_UNCONFIRMED
    assert purge_submissions(at=moment) == 0
    assert purge_submissions(at=moment + timedelta(seconds=1)) == 2
    assert list(Submission.objects.all()) == [fresh]
    assert not Submission.objects.filter(pk=waiting.pk).exists()
    assert Signature.objects.filter(status=SignatureStatus.CONFIRMED).count() == 1
    assert AuditEntry.objects.get(action="people.submission.purged").details == {"count": 2}


def test_purge_submissions_takes_the_oldest_first_up_to_its_limit(petition: Petition, at: datetime) -> None:
    rows = [hand_in(petition, f"citizen{n}@example.org", at=at) for n in range(3)]
    assert [purge_submissions(at=at + 22 * DAY, limit=2) for _ in range(3)] == [2, 1, 0]
    assert not Submission.objects.filter(pk__in=[row.pk for row in rows]).exists()
