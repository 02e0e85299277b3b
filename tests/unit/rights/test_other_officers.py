"""An officer's erasure reaches every coalition of the installation: the officers of the others are told (ADR 38)."""

from datetime import datetime, timedelta

import pytest

from campaigns.models import Signature
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.models import Supporter
from rights.actions.answering import erase_for_request
from rights.actions.requests import PersonGone, answer_request
from rights.enums import RequestKind
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def told() -> dict[str, OutboundMessage]:
    return {row.address: row for row in OutboundMessage.objects.filter(template="rights_erased")}


@pytest.fixture
def shared(ours: World, theirs: World) -> Supporter:
    """Somebody who signed in both coalitions."""
    signature = ours.sign("Nina Both")
    assert signature.supporter is not None
    Signature.objects.filter(pk=theirs.sign().pk).update(supporter=signature.supporter)
    return signature.supporter


def test_the_other_coalitions_officer_is_told_and_finds_it_in_the_list(
    ours: World, theirs: World, shared: Supporter, at: datetime
) -> None:
    request = make_request(shared, at)
    erase_for_request(request=request, by=ours.dpo, at=at)
    assert set(told()) == {theirs.dpo.email}
    proof = RightsRequest.objects.visible_to(theirs.dpo).get(kind=RequestKind.ERASURE)
    letter = render_message(told()[theirs.dpo.email])
    assert f"/{proof.pk}/" in letter.text
    assert "Nina" not in letter.text
    assert ours.lead.name not in letter.text
    with pytest.raises(PersonGone):
        erase_for_request(request=RightsRequest.objects.get(pk=request.pk), by=ours.dpo, at=at)
    assert len(told()) == 1


def test_nobody_is_told_of_somebody_only_we_know(ours: World, theirs: World, at: datetime) -> None:
    supporter = ours.sign().supporter
    assert supporter is not None
    erase_for_request(request=make_request(supporter, at), by=ours.dpo, at=at)
    assert not told()


@pytest.mark.parametrize("kind", [RequestKind.ACCESS, RequestKind.ERASURE])
def test_who_came_to_know_the_person_after_they_asked_is_told_of_the_day_they_went(
    ours: World, theirs: World, at: datetime, kind: RequestKind
) -> None:
    supporter = ours.sign("Nina Both").supporter
    assert supporter is not None
    request = make_request(supporter, at, kind)
    if kind == RequestKind.ACCESS:
        answer_request(request=request, answer="That is all.", by=ours.dpo, at=at)
    Signature.objects.filter(pk=theirs.sign().pk).update(supporter=supporter)

    erase_for_request(request=request, by=ours.dpo, at=at + timedelta(days=40))

    assert set(told()) == {theirs.dpo.email}
    proof = RightsRequest.objects.visible_to(theirs.dpo).get()
    assert (proof.kind, proof.done_at) == (RequestKind.ERASURE, at + timedelta(days=40))
    assert f"/{proof.pk}/" in render_message(told()[theirs.dpo.email]).text
