"""The phone's addresses at the door of an event: whom to expect, and who came (docs/phone-protocol.md)."""

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from core import audit
from events.selectors.door import door_of, hours_of
from outreach.actions.check_ins import DoorAnswer, receive_check_ins
from outreach.actions.sync import NEEDS_ATTENTION
from outreach.api import answer_unless_known, app_only, read_batch, records_in, refuse_other_user
from outreach.record_parts import moment_text, read_moment, read_uuid
from outreach.refusals import message_for
from outreach.selectors.doors import doors_of, told_door

if TYPE_CHECKING:
    from accounts.models import User


@app_only("GET")
def guests(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer who is expected at an event, with nothing of anybody that its door does not need; 304 while unchanged.

    404 to everybody who may not check people in there, and before and after the door's hours. Each list handed out is
    audited.
    """
    user, at = cast("User", request.user), timezone.now()
    event = doors_of(user).filter(pk=min(pk, 2**63 - 1)).first()
    if event is None or not hours_of(event).is_open(at):
        raise Http404
    door = door_of(event)
    response = answer_unless_known(request, {"event": event.pk, **told_door(door)}, {"server_time": moment_text(at)})
    if response.status_code == 200:
        audit.record("events.rsvp.handed_to_phone", by=user, target=event, count=len(door.guests))
    return response


@app_only("POST")
def check_ins(request: HttpRequest) -> HttpResponse:
    """Take a batch of check-ins and undos of the person signed in, and answer each by itself. As `sync` otherwise."""
    user, at = cast("User", request.user), timezone.now()
    batch = read_batch(request)
    refuse_other_user(batch.get("user"), user)
    answers = receive_check_ins(
        user=user,
        device=read_uuid(batch.get("device"), "device"),
        sent_at=read_moment(batch.get("sent_at"), "sent_at"),
        records=records_in(batch),
        at=at,
    )
    return JsonResponse({"received_at": moment_text(at), "answers": [_told(answer) for answer in answers]})


def _told(answer: DoorAnswer) -> dict[str, Any]:
    told: dict[str, Any] = {"id": answer.id, "status": answer.status}
    if answer.status == NEEDS_ATTENTION:
        return told | {"reason": answer.reason, "field": answer.field, "message": message_for(answer.reason)}
    if answer.taken and answer.taken.guest_status:
        told["guest"] = answer.taken.guest_status
    if answer.taken and answer.taken.in_since:
        told["in_since"] = moment_text(answer.taken.in_since)
    return told
