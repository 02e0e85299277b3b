"""One request waits at a time, whoever presses at once; and those whose use is restricted are left out everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audiences.selectors.members import members
from messaging.models import OutboundMessage
from people.actions.restriction import lift_restriction, restrict_supporter
from people.actions.supporters import merge_supporters
from people.consent import ContactPurpose, agreeing_points, consenting_points, may_contact_each
from people.enums import Channel, Purpose
from people.models import ContactPoint, Supporter
from rights.actions import requests
from rights.actions.answering import erase_own
from rights.enums import RequestKind, RequestStatus
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World("bxl")


@pytest.fixture
def person(world: World) -> Supporter:
    supporter = world.sign("Nina Example", email="nina@example.org").supporter
    assert supporter is not None
    return supporter


def test_second_request_of_a_kind_is_the_first_with_the_new_words(person: Supporter) -> None:
    first = make_request(person, AT, words="One")
    again = make_request(person, AT + timedelta(days=3), words="Two")
    assert (again, again.words, again.due_date) == (first, "One\n\nTwo", first.due_date)
    assert make_request(person, AT, RequestKind.ERASURE) != first


def test_database_lets_one_of_a_kind_wait(person: Supporter) -> None:
    first = make_request(person, AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.create(
            kind=first.kind, supporter=person, origin="letter", received_at=AT, due_date=AT.date()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RightsRequest.objects.filter(pk=first.pk).update(status=RequestStatus.DONE)


def test_own_press_answers_what_waits_and_twice_is_once(person: Supporter) -> None:
    waiting = make_request(person, AT)
    done = [
        requests.fulfil_own_request(supporter=person, kind=RequestKind.ACCESS, at=AT + timedelta(seconds=each))
        for each in (0, 5)
    ]
    assert done == [waiting, waiting]
    assert RightsRequest.objects.get().status == RequestStatus.DONE


def test_nobody_is_told_where_the_step_is_rolled_back(person: Supporter) -> None:
    asked = make_request(person, AT)
    with transaction.atomic():
        requests.refuse_request(request=asked, reason="x", by="tests", at=AT)
        transaction.set_rollback(True)
    asked.refresh_from_db()
    assert asked.status == RequestStatus.OPEN
    assert not OutboundMessage.objects.exists()


def test_decided_is_decided_and_late_cannot_be_extended(person: Supporter) -> None:
    asked = make_request(person, AT)
    with pytest.raises(requests.TooLate):
        requests.extend_request(request=asked, reason="x", by="tests", at=AT + timedelta(days=40))
    requests.refuse_request(request=asked, reason="x", by="tests", at=AT)
    for step in (requests.extend_request, requests.refuse_request):
        with pytest.raises(requests.AlreadyDecided):
            step(request=asked, reason="y", by="tests", at=AT)
    erase_own(supporter=person, language="en", at=AT)
    with pytest.raises(requests.PersonGone):
        requests.send_copy(request=asked, by="tests", at=AT)


def test_merging_keeps_requests_and_the_restriction(world: World, person: Supporter) -> None:
    other = world.sign("Nina Twice", email="nina2@example.org").supporter
    assert other is not None
    make_request(other, AT)
    restrict_supporter(supporter=other, by="tests", at=AT)
    merge_supporters(keep=person, absorb=other, by="tests")
    person.refresh_from_db()
    assert person.restricted_at == AT
    assert RightsRequest.objects.get().supporter == person


def test_restricted_person_is_in_no_segment_and_no_list_of_addresses(world: World, person: Supporter) -> None:
    news = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, world.lead.pk, world.campaign.slug)
    point = ContactPoint.objects.get(supporter=person)
    agenda = ContactPurpose(Purpose.AGENDA, Channel.EMAIL, world.lead.pk, world.campaign.slug)
    later = datetime.now(UTC)

    def stands() -> tuple[bool, bool, bool, str]:
        return (
            members({"all": []}, organisation=world.lead, at=later).filter(pk=person.pk).exists(),
            agreeing_points(agenda, later).filter(pk=point.pk).exists(),
            consenting_points(agenda, later).filter(pk=point.pk).exists(),
            may_contact_each([(point, news)], later)[0].reason,
        )

    before = stands()
    assert before[:3] == (True, True, True)
    restrict_supporter(supporter=person, by="tests", at=AT)
    assert stands() == (False, False, False, "restricted")
    lift_restriction(supporter=person, by="tests")
    assert stands() == before
