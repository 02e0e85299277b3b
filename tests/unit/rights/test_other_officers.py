"""An officer's erasure reaches every coalition of the installation: the officers of the others are told (ADR 38)."""

from datetime import datetime

import pytest

from campaigns.models import Signature
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.models import Supporter
from rights.actions.answering import erase_for_request
from rights.actions.requests import PersonGone
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
    assert RightsRequest.objects.visible_to(theirs.dpo).filter(pk=request.pk).exists()
    letter = render_message(told()[theirs.dpo.email])
    assert f"/{request.pk}/" in letter.text
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
