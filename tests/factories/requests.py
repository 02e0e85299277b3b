"""Requests about data for tests."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from people.models import ContactPoint, Supporter
from rights.actions.letters import queue_address_check, queue_data_link, queue_request_alarms, tell_other_officers
from rights.actions.requests import answer_request, extend_request, receive_request, refuse_request, send_copy
from rights.enums import RequestKind, RequestOrigin
from rights.models import RightsRequest


def make_request(
    supporter: Supporter, at: datetime, kind: RequestKind = RequestKind.ACCESS, **told: Any
) -> RightsRequest:
    """Write down a letter of a supporter."""
    defaults: dict[str, Any] = {"origin": RequestOrigin.LETTER}
    return receive_request(supporter=supporter, kind=kind, received_at=at, **{**defaults, **told})


def queue_request_texts(person: Supporter, at: datetime) -> None:
    """Queue one message of each text about requests."""
    point = person.contact_points.get(channel="email")
    ContactPoint.objects.filter(pk=point.pk).update(verified_at=at)
    queue_data_link(typed=point.as_typed, language="en", at=at)
    queue_data_link(typed="nobody.known@example.org", language="en", at=at)
    queue_address_check(point=point, typed="new.address@example.org", language="en", at=at)
    by: dict[str, Any] = {"by": "tests", "at": at}
    longer = make_request(person, at, RequestKind.RESTRICTION)
    extend_request(request=longer, reason="Much of it", **by)
    refuse_request(request=make_request(person, at, RequestKind.OBJECTION), reason="Not theirs", **by)
    mended = answer_request(request=make_request(person, at, RequestKind.RECTIFICATION), answer="It is mended", **by)
    tell_other_officers(request=mended, by=User.objects.create_user("officer.elsewhere@example.org"), at=at)
    send_copy(request=make_request(person, at), **by)
    make_request(person, at - timedelta(days=40), RequestKind.ERASURE)
    queue_request_alarms(at=at)
