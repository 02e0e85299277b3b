"""The phone's addresses of shifts that need somebody: which one could take, and taking it (docs/phone-protocol.md)."""

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from outreach.api import answer_unless_known, app_only, read_batch, refuse_other_user
from outreach.record_parts import moment_text
from outreach.selectors.phone_state import user_key
from volunteers.actions.shifts import ShiftRefused, take_shift
from volunteers.models import Volunteer
from volunteers.querysets import VolunteerQuerySet
from volunteers.refusals import reason_of
from volunteers.selectors.open_shifts import OpenShift, open_shifts_for, shifts_open_to

if TYPE_CHECKING:
    from accounts.models import User

MOST_TOLD = 20


def _volunteers(user: "User") -> VolunteerQuerySet:
    rows: VolunteerQuerySet = Volunteer.objects.working().taking_part().filter(user=user)
    return rows.select_related("supporter", "campaign").order_by("pk")


@app_only("GET")
def open_shifts(request: HttpRequest) -> HttpResponse:
    """Answer the shifts with a free place the person could take, those that suit first; 304 while unchanged.

    Nothing of other people. The number of queries does not grow with the shifts.
    """
    user, at = cast("User", request.user), timezone.now()
    found: dict[int, OpenShift] = {}
    for volunteer in _volunteers(user):
        for row in open_shifts_for(volunteer, at):
            if row.free and row.fit.is_possible:
                found.setdefault(row.shift.pk, row)
    told = {"user": user_key(user), "shifts": [_told(row) for row in list(found.values())[:MOST_TOLD]]}
    return answer_unless_known(request, told, {"server_time": moment_text(at)})


@app_only("POST")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the person a place of an open shift; a second call says the same.

    409 ``shift_refused`` with a sentence where it cannot be had (full, begun, at the time of another); 404
    ``unknown_shift`` for a shift they may not know of.
    """
    user, at = cast("User", request.user), timezone.now()
    refuse_other_user(read_batch(request).get("user"), user)
    for volunteer in _volunteers(user):
        shift = shifts_open_to(volunteer).filter(pk=min(pk, 2**63 - 1)).first()
        if shift is None:
            continue
        try:
            take_shift(shift=shift, volunteer=volunteer, by=user, at=at)
        except ShiftRefused as refusal:
            return JsonResponse({"error": "shift_refused", "message": reason_of(refusal)}, status=409)
        return JsonResponse({"taken": shift.pk})
    return JsonResponse({"error": "unknown_shift"}, status=404)


def _told(row: OpenShift) -> dict[str, Any]:
    return {
        "id": row.shift.pk,
        "title": row.shift.full_title,
        "starts_at": moment_text(row.shift.starts_at),
        "ends_at": moment_text(row.shift.ends_at),
        "place": row.shift.where,
        "language": row.spoken,
        "free": row.free,
        "remarks": row.remarks,
    }
