"""What becomes of a request about data: it comes, its clock runs, it is answered, extended or refused."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from core import audit
from core.audit import Actor
from people.actions.supporters import hold_supporter
from people.models import Supporter
from rights.actions.letters import tell_person
from rights.clocks import due_on, extended_to
from rights.enums import WAITING, RequestKind, RequestOrigin, RequestStatus
from rights.models import RightsRequest
from rights.selectors import organisations_concerned

ONE_PRESS = timedelta(minutes=1)


class RequestRefused(ValueError):
    """The step cannot be taken; the message says why, for people to read."""


class AlreadyDecided(RequestRefused):
    """The request was answered or refused before."""


class PersonGone(RequestRefused):
    """The person was erased, so nothing can be done for or sent to them any more."""


class TooLate(RequestRefused):
    """A month is over: whoever asked had to be told before that it takes longer (Art. 12(3) GDPR)."""


@transaction.atomic
def receive_request(
    *,
    supporter: Supporter,
    kind: RequestKind,
    origin: RequestOrigin,
    received_at: datetime,
    words: str = "",
    language: str = "",
    organisations: Iterable[Organisation] | None = None,
    by: Actor = None,
) -> RightsRequest:
    """Write down that somebody asks for something, and return the request; its clock runs from ``received_at``.

    Of each kind one waits at a time: a second one of the same person gives the first, with the new words added.
    Raises PersonGone.
    """
    held = hold_supporter(supporter.pk)
    if held is None:
        raise PersonGone
    known = RightsRequest.objects.filter(supporter=held, kind=kind).waiting().first()
    if known is not None:
        _add_words(known, words)
        return known
    request = _write_down(held, kind, origin, received_at, words, language, organisations)
    audit.record("rights.request.received", by=by, target=request, kind=str(kind), origin=str(origin))
    return request


def _write_down(
    held: Supporter,
    kind: RequestKind,
    origin: RequestOrigin,
    received_at: datetime,
    words: str,
    language: str,
    organisations: Iterable[Organisation] | None,
    **decided: Any,
) -> RightsRequest:
    concerned = list(organisations) if organisations is not None else list(organisations_concerned(held))
    spoken = language or held.language
    request = RightsRequest.objects.create(
        kind=kind,
        supporter=held,
        origin=origin,
        language=spoken if spoken in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE,
        received_at=received_at,
        due_date=due_on(timezone.localtime(received_at).date()),
        words=words.strip(),
        **decided,
    )
    request.organisations.set(concerned)
    return request


def _add_words(request: RightsRequest, words: str) -> None:
    added = words.strip()
    if added and added not in request.words:
        most = RightsRequest._meta.get_field("words").max_length or 0
        request.words = f"{request.words}\n\n{added}".strip()[:most]
        request.save(update_fields=["words"])


@transaction.atomic
def fulfil_own_request(
    *,
    supporter: Supporter,
    kind: RequestKind,
    at: datetime,
    counts: dict[str, int] | None = None,
    organisations: Iterable[Organisation] | None = None,
    language: str = "",
) -> RightsRequest:
    """Write down what somebody asked and got at once by their own link, and return the request.

    One that waits for the same thing is thereby answered, unless it says more in words or concerns an organisation this
    does not: that one waits for whoever reads it. A second press of the same button within a minute is the
    same request.
    """
    held = hold_supporter(supporter.pk)
    if held is None:
        raise PersonGone
    theirs = RightsRequest.objects.filter(supporter=held, kind=kind)
    if organisations is None:
        pressed = theirs.filter(status=RequestStatus.DONE, decided_by=None, done_at__gt=at - ONE_PRESS)
        if (latest := pressed.first()) is not None:
            return latest
    waiting = theirs.waiting().first()
    covered = None if organisations is None else list(organisations)
    if waiting is not None and not waiting.words and _covers(covered, waiting):
        return _decide(waiting, RequestStatus.DONE, by=None, at=at, counts=counts or {})
    request = _write_down(
        held, kind, RequestOrigin.OWN_LINK, at, "", language, covered, status=RequestStatus.DONE, done_at=at
    )
    audit.record("rights.request.received", target=request, kind=str(kind), origin=request.origin)
    return _decide(request, RequestStatus.DONE, by=None, at=at, counts=counts or {})


def _covers(organisations: list[Organisation] | None, waiting: RightsRequest) -> bool:
    return organisations is None or set(waiting.organisations.all()) <= set(organisations)


@transaction.atomic
def answer_request(
    *, request: RightsRequest, answer: str, by: Actor, at: datetime, counts: dict[str, int] | None = None
) -> RightsRequest:
    """Mark a request as done and mail the person the answer; blank: nothing is mailed. Returns the request.

    Raises AlreadyDecided; the same answer a second time is the same press of the button.
    """
    held = _held(request)
    if held.status == RequestStatus.DONE and held.answer == answer.strip():
        return held
    _must_wait(held)
    held.answer = answer.strip()
    done = _decide(held, RequestStatus.DONE, by=by, at=at, counts=counts or held.counts)
    if done.answer:
        tell_person(request=done, template="rights_answer", occasion="answer", at=at)
    return done


@transaction.atomic
def refuse_request(*, request: RightsRequest, reason: str, by: Actor, at: datetime) -> RightsRequest:
    """Refuse with a reason, which the person is mailed with where they can complain (Art. 12(4) GDPR).

    Raises AlreadyDecided; the same reason a second time is the same press of the button.
    """
    held = _held(request)
    if held.status == RequestStatus.REFUSED and held.reason == reason.strip():
        return held
    _must_wait(held)
    held.reason = reason.strip()
    refused = _decide(held, RequestStatus.REFUSED, by=by, at=at, counts={})
    tell_person(request=refused, template="rights_refused", occasion="refused", at=at)
    return refused


@transaction.atomic
def extend_request(*, request: RightsRequest, reason: str, by: Actor, at: datetime) -> RightsRequest:
    """Take two months more, and mail the person why; once for each request, and within the first month.

    Safe to call twice. Raises AlreadyDecided, and TooLate once the month is over.
    """
    held = _held(request)
    _must_wait(held)
    if held.status == RequestStatus.EXTENDED:
        return held
    if timezone.localtime(at).date() > held.due_date:
        raise TooLate
    held.status, held.extended_at, held.reason = RequestStatus.EXTENDED, at, reason.strip()
    held.due_date = extended_to(timezone.localtime(held.received_at).date())
    held.save(update_fields=["status", "extended_at", "reason", "due_date"])
    audit.record("rights.request.extended", by=by, target=held, due=held.due_date.isoformat())
    tell_person(request=held, template="rights_extended", occasion="extended", at=at)
    return held


@transaction.atomic
def send_copy(*, request: RightsRequest, by: Actor, at: datetime) -> RightsRequest:
    """Mail the person the link to their copy. Once a day and request; an access request is thereby done.

    Raises PersonGone, and AlreadyDecided for a refused one.
    """
    held = _held(request)
    if held.supporter is None:
        raise PersonGone
    if held.status == RequestStatus.REFUSED:
        raise AlreadyDecided
    tell_person(request=held, template="rights_copy", occasion=f"copy-{at:%Y%m%d}", at=at)
    audit.record("rights.request.copy_sent", by=by, target=held)
    if held.is_waiting and held.kind == RequestKind.ACCESS:
        return _decide(held, RequestStatus.DONE, by=by, at=at, counts={})
    return held


def _held(request: RightsRequest) -> RightsRequest:
    """Return the request as it stands, held against everybody else who would decide it."""
    return RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _must_wait(request: RightsRequest) -> None:
    if request.status not in WAITING:
        raise AlreadyDecided


def _decide(
    request: RightsRequest, status: RequestStatus, *, by: Actor, at: datetime, counts: dict[str, int]
) -> RightsRequest:
    request.status, request.done_at, request.counts = status, at, counts
    request.decided_by = by if isinstance(by, User) else None
    request.save(update_fields=["status", "done_at", "counts", "decided_by", "answer", "reason"])
    audit.record("rights.request.decided", by=by, target=request, kind=request.kind, status=str(status), counts=counts)
    return request
