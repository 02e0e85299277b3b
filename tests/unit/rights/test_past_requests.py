"""A request is kept three years after its answer; one that waits is kept as long as it waits."""

from datetime import datetime, timedelta

import pytest

from core.models import AuditEntry
from rights.actions import past_requests
from rights.actions.past_requests import PROOF, delete_past_requests
from rights.actions.requests import answer_request
from rights.enums import RequestKind
from rights.models import RightsRequest
from tests.factories.requests import make_request
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def test_request_goes_three_years_after_the_answer_and_not_before(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_requests, "BATCH", 1)
    person = ours.sign("ada").supporter
    make_request(person, at, RequestKind.RESTRICTION)
    for kind in (RequestKind.RECTIFICATION, RequestKind.OBJECTION):
        answer_request(request=make_request(person, at, kind), answer="Done", by="tests", at=at)
    assert delete_past_requests(at=at + PROOF - timedelta(seconds=1)) == 0
    assert delete_past_requests(at=at + PROOF) == 2
    assert delete_past_requests(at=at + 2 * PROOF) == 0
    assert [row.kind for row in RightsRequest.objects.all()] == [RequestKind.RESTRICTION]
    entries = AuditEntry.objects.filter(action="rights.rights_request.deleted_in_time")
    assert [entry.details for entry in entries] == [{"count": 1}, {"count": 1}]
