"""What somebody does by their own link leaves alone what else they asked; two records that become one lose no words."""

from datetime import datetime, timedelta

import pytest

from people.actions.supporters import merge_supporters
from people.models import Supporter
from rights.actions.answering import correct_supporter, erase_own, object_own
from rights.actions.requests import answer_request
from rights.enums import RequestKind, RequestStatus
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_own_correction_leaves_words_that_wait(ours: World, at: datetime) -> None:
    person = ours.sign("Nina").supporter
    letter = make_request(person, at, RequestKind.RECTIFICATION, words="The date of my birth is wrong")
    correct_supporter(supporter=person, changes={"postcode": "1000"}, at=at + DAY)
    letter.refresh_from_db()
    assert (letter.status, letter.decided_by, letter.answer) == (RequestStatus.OPEN, None, "")
    own = RightsRequest.objects.exclude(pk=letter.pk).get()
    assert (own.kind, own.status, own.done_at, own.origin) == ("rectification", "done", at + DAY, "link")


def test_own_objection_to_one_leaves_the_one_to_all(ours: World, at: datetime) -> None:
    signature = ours.sign("Nina")
    for organisation in (ours.lead, ours.partner):
        ours.consent(signature, organisation)
    letter = make_request(signature.supporter, at, RequestKind.OBJECTION)
    object_own(supporter=signature.supporter, organisation=ours.partner, at=at + DAY)
    letter.refresh_from_db()
    assert letter.is_waiting
    object_own(supporter=signature.supporter, organisation=None, at=at + 2 * DAY)
    letter.refresh_from_db()
    assert letter.status == RequestStatus.DONE


def test_objection_to_everybody_later_is_written_down_and_a_second_press_is_not(ours: World, at: datetime) -> None:
    signature = ours.sign("Nina")
    ours.consent(signature, ours.partner)
    object_own(supporter=signature.supporter, organisation=ours.partner, at=at)
    for seconds in (0, 5):
        object_own(supporter=signature.supporter, organisation=None, at=at + 30 * DAY + timedelta(seconds=seconds))
    assert RightsRequest.objects.filter(kind=RequestKind.OBJECTION).count() == 2


@pytest.mark.parametrize("is_kept_older", [True, False])
def test_two_requests_of_one_person_are_joined_in_the_older(ours: World, at: datetime, is_kept_older: bool) -> None:
    keep, absorb = ours.sign("A").supporter, ours.sign("B").supporter
    first, second = (keep, absorb) if is_kept_older else (absorb, keep)
    older = make_request(first, at, words="One")
    make_request(second, at + DAY, words="Two", organisations=[ours.partner])
    merge_supporters(keep=keep, absorb=absorb, by="tests")
    left = RightsRequest.objects.get()
    assert (left, left.supporter, left.words, left.due_date) == (older, keep, "One\n\nTwo", older.due_date)
    assert set(left.organisations.all()) == {ours.lead, ours.partner}
    answered = answer_request(request=left, answer="Here it is", by=ours.dpo, at=at + 2 * DAY)
    assert answered.status == RequestStatus.DONE


def test_own_erasure_is_due_a_month_from_the_day_it_is_here(ours: World) -> None:
    person = ours.sign("Nina").supporter
    late = datetime.fromisoformat("2026-03-02T23:30:00+00:00")  # the third in Brussels
    erase_own(supporter=person, language="en", at=late)
    assert RightsRequest.objects.get().due_date.isoformat() == "2026-04-03"
    assert not Supporter.objects.filter(pk=person.pk).exists()
