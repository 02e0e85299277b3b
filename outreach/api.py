"""The phone's addresses: what it needs offline, and where it hands in its records (docs/phone-protocol.md).

Signed in by the session cookie, without a CSRF token: a phone that was offline for days has none that is fresh, and a
lost token must not hold records up. What stands in its place: every request carries ``X-Carillon-App: 1`` and, when it
writes, ``Content-Type: application/json``. A page of another site can make a browser send neither without asking our
server for permission first (a CORS preflight), which we never grant; forms and images cannot set headers at all. The
browser's own word (Sec-Fetch-Site, Origin) is checked besides, and the cookie is SameSite=Lax.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.text import compress_string
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from core.origin import is_same_origin
from outreach.actions.handover import ensure_handover_links
from outreach.actions.sync import NEEDS_ATTENTION, Answer, TooMany, receive_records
from outreach.record_parts import NeedsAttention, UnreadableClock, moment_text, read_moment, read_uuid
from outreach.refusals import message_for
from outreach.selectors.doors import OwnEvent, own_events
from outreach.selectors.efforts import NotAMobiliser, OwnEffort, PartnerLeft, efforts_of, volunteers_of
from outreach.selectors.phone_state import is_open, own_figures, phone_state, user_key
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from accounts.models import User

MOST_BYTES = 2_000_000
View = Callable[..., HttpResponse]


class Unreadable(ValueError):
    """The request is not what the protocol says."""


class TooMuch(ValueError):
    """More bytes than one batch may have."""


class OtherUser(ValueError):
    """The records are another person's than the one whose cookie came with them."""


def _problem(status: int, error: str, **more: str) -> JsonResponse:
    return JsonResponse({"error": error, **more}, status=status)


def app_only(method: str) -> Callable[[View], View]:
    """Let the signed-in app in and nothing else: the header, the origin, the method, the session, in this order."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            response = _guard(request, method) or _call(view, request, **kwargs)
            response.headers["Cache-Control"] = "private, no-cache"
            response.headers["Vary"] = "Cookie, Accept-Language, Accept-Encoding"
            return response

        return csrf_exempt(guarded)

    return decorate


def _guard(request: HttpRequest, method: str) -> HttpResponse | None:
    if request.headers.get("X-Carillon-App") != "1" or not is_same_origin(request):
        return _problem(403, "not_from_app")
    if request.method != method:
        refused = _problem(405, "wrong_method")
        refused.headers["Allow"] = method
        return refused
    if not request.user.is_authenticated:
        return _problem(401, "signed_out")
    return None


def _call(view: View, request: HttpRequest, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, **kwargs)
    except Http404:
        return _problem(404, "unknown_event")
    except PartnerLeft:
        return _problem(403, "not_a_mobiliser", message=message_for("partner_gone"))
    except NotAMobiliser:
        return _problem(403, "not_a_mobiliser", message=message_for("not_a_mobiliser"))
    except OtherUser:
        return _problem(409, "other_user")
    except (TooMuch, TooMany):
        return _problem(413, "too_much")
    except (Unreadable, UnreadableClock, NeedsAttention):
        return _problem(400, "unreadable")


@app_only("GET")
def state(request: HttpRequest) -> HttpResponse:
    """Answer everything the app needs offline; 304 while nothing of it has changed."""
    user, at = cast("User", request.user), timezone.now()
    volunteers = volunteers_of(user, at)
    events = own_events(user, at)
    own = _efforts(user, volunteers, events)
    around = [each.event for each in events if each.is_own and each.hours.is_open(at)]
    codes = ensure_handover_links(user=user, own=[each for each in own if is_open(each, at)], events=around)
    found = phone_state(
        user=user,
        volunteers=volunteers,
        own=own,
        codes=codes,
        language=(get_language() or "en")[:2],
        at=at,
        events=events,
    )
    return answer_unless_known(request, found, {"server_time": moment_text(at)})


def _efforts(user: "User", volunteers: list[Volunteer], events: list[OwnEvent]) -> list[OwnEffort]:
    """Return the user's efforts; who has none but stands at an event's door may use the app as well."""
    try:
        return efforts_of(user, volunteers)
    except NotAMobiliser:
        if not events:
            raise
        return []


def answer_unless_known(request: HttpRequest, found: dict[str, Any], timely: dict[str, Any]) -> HttpResponse:
    """Answer ``found`` with ``timely``, or 304 to whoever has the same ``found`` already."""
    digest = hashlib.sha256(json.dumps(found, sort_keys=True, default=str).encode()).hexdigest()[:32]
    etag = f'W/"{digest}"'
    if etag in [part.strip() for part in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponse(status=304)
    else:
        response = _packed(request, JsonResponse({**found, **timely}))
    response.headers["ETag"] = etag
    return response


def _packed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Gzip the answer for whoever takes it: a tenth on a slow network.

    Lengths betray nothing: only our own page can ask, and nothing of a request is repeated in the answer.
    """
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        answer.content = compress_string(answer.content, max_random_bytes=100)
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@app_only("POST")
def sync(request: HttpRequest) -> HttpResponse:
    """Take a batch of records of the person signed in, and answer each by itself.

    Whose they are is never read from the request: ``user`` in it only says whose the phone takes the cookie to be, and
    another answer than ours refuses the batch. 400, 401, 403, 409 and 413 store nothing.
    """
    user, at = cast("User", request.user), timezone.now()
    batch = read_batch(request)
    refuse_other_user(batch.get("user"), user)
    answers = receive_records(
        user=user,
        device=read_uuid(batch.get("device"), "device"),
        sent_at=read_moment(batch.get("sent_at"), "sent_at"),
        records=records_in(batch),
        at=at,
    )
    told = [_told(answer) for answer in answers]
    return JsonResponse({"received_at": moment_text(at), "answers": told, **own_figures(user, at)})


def refuse_other_user(named: Any, user: "User") -> None:
    """Refuse records that somebody else made, who signed out while they were on their way."""
    if named is None or named == "":
        return
    if not isinstance(named, str):
        raise Unreadable
    if named != user_key(user):
        raise OtherUser


def _told(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {"id": answer.id, "status": answer.status}
    if answer.status == NEEDS_ATTENTION:
        told |= {"reason": answer.reason, "field": answer.field, "message": message_for(answer.reason)}
    return told


def records_in(batch: dict[str, Any]) -> list[Any]:
    """Return the records of a batch, whatever each of them is. Raises Unreadable."""
    records = batch.get("records")
    if not isinstance(records, list):
        raise Unreadable
    return records


def read_batch(request: HttpRequest) -> dict[str, Any]:
    """Return the object sent. Its size is looked at before its content."""
    if request.content_type != "application/json":
        raise Unreadable
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise Unreadable
    if len(length) > 9 or int(length) > MOST_BYTES:
        raise TooMuch
    body = request.body
    if len(body) > MOST_BYTES:
        raise TooMuch
    try:
        # A number of more than 4,300 digits is a ValueError of Python's own, bytes that are no UTF-8 as well.
        batch = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(batch, dict):
        raise Unreadable
    return batch


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
