"""The pages behind the links in letters: one's own RSVP, and the two buttons that answer a reminder.

A GET changes nothing, because mail scanners open links too; only a pressed button acts.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods

from core.caching import never_kept
from core.origin import public_form
from events.actions.answers import answer_reminder
from events.actions.places import NoRoom, PlaceRefused, fits
from events.actions.rsvp_kind import ProvedAlready, disown_rsvp
from events.actions.rsvps import (
    LINK,
    AnswerFirst,
    NotComing,
    NothingHeld,
    OfferLapsed,
    RegistrationClosed,
    TooLate,
    cancel_rsvp,
    change_rsvp,
    come_after_all,
    confirm_place,
    why_closed,
)
from events.enums import HOLDING, RsvpStatus
from events.forms.rsvp import ChangeRsvpForm
from events.links import calendar_path, event_url, rsvp_url
from events.models import Rsvp
from events.questions import answers_shown, questions_in
from events.selectors.door import code_of
from events.tokens import InvalidToken, read_rsvp, sign_rsvp
from events.when import local_moment, slot_span
from messaging.selectors import number_waiting_for_yes
from people.addresses import masked_address
from people.enums import SubmissionStatus
from people.models import ConsentText
from people.tokens import CONFIRM, sign_uuid

_PROBLEMS: dict[type[Exception], str] = {
    OfferLapsed: "lapsed",
    NothingHeld: "nothing_held",
    AnswerFirst: "answer_first",
    TooLate: "late",
    NotComing: "not_coming",
    RegistrationClosed: "closed",
    ProvedAlready: "proved",
}
_REFUSALS = (PlaceRefused, RegistrationClosed, ProvedAlready)
_GONE = (InvalidToken, Rsvp.DoesNotExist)  # removed or erased, be it while the button was pressed


def _known_only(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Answer 404 where the link speaks of nothing, or of nothing any more."""

    @wraps(view)
    def answer_known(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except _GONE:
            return render(request, "events/rsvp.html", {"problem": "unknown"}, status=404)

    return answer_known


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@_known_only
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """Show one's RSVP with what can be done about it; a POST does the one thing its button says."""
    at = timezone.now()
    rsvp = read_rsvp(token)
    if request.method != "POST":
        return render(request, "events/rsvp.html", _context(rsvp, at))
    wanted = request.POST.get("do", "")
    if wanted == "change":
        return _change(request, rsvp, at)
    act = _ACTS.get(wanted)
    if act is None:
        return render(request, "events/rsvp.html", _context(rsvp, at), status=400)
    try:
        act(rsvp, at)
    except _REFUSALS as refusal:
        return _refused(request, token, refusal, at)
    if wanted == "not_me":
        return render(request, "events/rsvp_removed.html")
    return HttpResponseRedirect(request.path, status=303)


_ACTS: dict[str, Callable[[Rsvp, datetime], Any]] = {
    "confirm": lambda rsvp, at: confirm_place(rsvp=rsvp, at=at, is_by_link=True),
    "cancel": lambda rsvp, at: cancel_rsvp(rsvp=rsvp, by=LINK, at=at),
    "come": lambda rsvp, at: come_after_all(rsvp=rsvp, by=LINK, at=at),
    "not_me": lambda rsvp, at: disown_rsvp(rsvp=rsvp, at=at),
}


def _change(request: HttpRequest, rsvp: Rsvp, at: datetime) -> HttpResponse:
    form = _form(rsvp, at, request.POST)
    if not form.is_valid():
        return render(request, "events/rsvp.html", _context(rsvp, at, form=form), status=422)
    may_wait = request.POST.get("may_wait") == "yes"
    try:
        change_rsvp(rsvp=rsvp, **form.changes(), may_wait=may_wait, by=LINK, at=at)
    except NoRoom as refusal:
        name = "party_size" if "party_size" in form.fields else "timeslot"
        form.add_error(name if name in form.fields else None, _no_room(refusal.free))
        context = {**_context(rsvp, at, form=form), "may_wait": True}
        return render(request, "events/rsvp.html", context, status=409)
    except _REFUSALS as refusal:
        return _refused(request, sign_rsvp(rsvp), refusal, at)
    return HttpResponseRedirect(request.path, status=303)


def _no_room(free: int) -> str:
    return ngettext(
        "Only %(free)s place is free, so nothing was changed.",
        "Only %(free)s places are free, so nothing was changed.",
        free,
    ) % {"free": free}


def _refused(request: HttpRequest, token: str, refusal: Exception, at: datetime) -> HttpResponse:
    """Show the RSVP as it is now, with why what was asked could not be done."""
    context = {**_context(read_rsvp(token), at), "problem": _PROBLEMS[type(refusal)]}
    return render(request, "events/rsvp.html", context, status=409)


def _form(rsvp: Rsvp, at: datetime, data: Any = None) -> ChangeRsvpForm:
    slots = [slot for slot in rsvp.event.timeslots.all() if slot.starts_at > at or slot.pk == rsvp.timeslot_id]
    may_move = rsvp.status != RsvpStatus.OFFERED
    return ChangeRsvpForm(data, rsvp=rsvp, slots=slots, questions=_questions(rsvp), may_move=may_move)


def _questions(rsvp: Rsvp) -> Any:
    return questions_in(rsvp.event.event_type.questions, get_language() or rsvp.language, rsvp.event.language)


def _context(rsvp: Rsvp, at: datetime, *, form: ChangeRsvpForm | None = None) -> dict[str, Any]:
    event, slot, language = rsvp.event, rsvp.timeslot, get_language() or rsvp.language
    has_begun, closed = slot.starts_at <= at, why_closed(event, at)
    is_open = not has_begun and closed in ("", "not_taken")
    is_holding = rsvp.status in HOLDING
    if form is None and is_open and rsvp.status != RsvpStatus.CANCELLED:
        form = _form(rsvp, at)
    return {
        "rsvp": rsvp,
        "token": sign_rsvp(rsvp),
        "event": event,
        "words": event.words(language),
        "when": slot_span(slot, event),
        "is_open": is_open,
        "has_begun": has_begun,
        "is_over": slot.ends_at <= at,
        "until": local_moment(rsvp.offer_expires_at, event) if rsvp.offer_expires_at else "",
        "is_lapsed": rsvp.status == RsvpStatus.OFFERED and rsvp.offer_expires_at and rsvp.offer_expires_at <= at,
        "has_room": is_open and not is_holding and fits(slot.pk, rsvp.party_size),
        "place_in_line": _place_in_line(rsvp),
        "answers": answers_shown(rsvp.answers, _questions(rsvp)),
        "form": form if form is not None and form.fields else None,
        "code": code_of(rsvp),
        "qr": qr_code(rsvp_url(rsvp, rsvp.language)) if rsvp.status == RsvpStatus.COMING and is_open else "",
        "calendar_path": calendar_path(event) if rsvp.status == RsvpStatus.COMING else "",
        "event_url": event_url(event, language),
        "privacy_url": event.organisation.privacy_url,
        "asked_number": _asked_number(rsvp, at),
        **_proof(rsvp),
    }


def _proof(rsvp: Rsvp) -> dict[str, Any]:
    """Return where to press so that the address is proved, which reminders need, and the wordings that wait for it."""
    submission = rsvp.submission
    if submission is None or submission.status != SubmissionStatus.PENDING:
        return {"confirm_url": ""}
    ids = [choice["text"] for choice in submission.consents if choice["granted"]]
    if rsvp.is_proved and not ids:  # proved by taking an offer: only a consent would still need the button
        return {"confirm_url": ""}
    token = sign_uuid(submission.public_id, CONFIRM)
    texts = list(ConsentText.objects.filter(pk__in=ids)) if ids else []
    return {"granted_texts": texts, "confirm_url": reverse("confirm", args=[token])}


def _asked_number(rsvp: Rsvp, at: datetime) -> str:
    """Return the number that waits for its owner's YES, so that they recognise it and nobody learns it; or nothing."""
    number = number_waiting_for_yes(rsvp.supporter, at=at) if rsvp.is_proved else None
    return masked_address(number.channel, number.canonical) if number is not None else ""


def _place_in_line(rsvp: Rsvp) -> int:
    if rsvp.status != RsvpStatus.WAITING:
        return 0
    waiting = Rsvp.objects.waiting().filter(timeslot=rsvp.timeslot_id)
    before = waiting.filter(waiting_since_at__lt=rsvp.waiting_since_at)
    return before.count() + waiting.filter(waiting_since_at=rsvp.waiting_since_at, pk__lt=rsvp.pk).count() + 1


def qr_code(url: str) -> SafeString:
    """Return a QR code as SVG for a page; black on white in every theme, because scanners read no other."""
    drawn = segno.make(url, error="m", micro=False).svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn from an address of our own, escaped by segno


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@_known_only
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Two buttons under a reminder: I come, I cannot come."""
    at = timezone.now()
    rsvp = read_rsvp(token)
    if request.method != "POST":
        return render(request, "events/rsvp_answer.html", _context(rsvp, at))
    if request.POST.get("answer") not in ("yes", "no"):
        return render(request, "events/rsvp_answer.html", _context(rsvp, at), status=400)
    try:
        answer_reminder(rsvp=rsvp, is_coming=request.POST["answer"] == "yes", at=at)
    except _REFUSALS as refusal:
        return _refused(request, token, refusal, at)
    return HttpResponseRedirect(reverse("event_rsvp", args=[token]), status=303)
