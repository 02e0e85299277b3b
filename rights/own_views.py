"""What somebody does about their own data by the mailed link. A GET changes nothing: mail scanners open links too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from core import audit
from core.caching import never_kept
from core.origin import public_form
from messaging.wishes import own_path
from people.actions.restriction import lift_restriction
from people.addresses import masked_address
from people.consent import grants_in_force
from people.enums import Channel
from people.models import ConsentEvent, ContactPoint, Supporter
from rights import links
from rights.actions import answering
from rights.actions.letters import queue_address_check
from rights.actions.requests import PersonGone, fulfil_own_request, receive_request
from rights.copies import make_copy, pieces_of
from rights.enums import RequestKind, RequestOrigin
from rights.forms import AddressForm, CorrectionForm, WordsForm
from rights.models import RightsRequest
from rights.shown import shown_groups

View = Callable[..., Any]


def _with_link(view: View) -> Any:
    """Answer a link that is cut, made up, too old or whose person is gone with a page that says what to do."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> Any:
        try:
            return view(request, token)
        except links.LinkTooOld:
            return render(request, "rights/problem.html", {"problem": "old"}, status=410)
        except (links.InvalidLink, PersonGone):
            return render(request, "rights/problem.html", {"problem": "unknown"}, status=404)

    return public_form(never_kept(require_http_methods(["GET", "HEAD", "POST"])(answer)))


@_with_link
def data(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what is held about somebody, and what they may ask; a POST does the one thing its button says."""
    point = links.read_data(token)
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("do", ""), _nothing)
        return act(request, token, point, timezone.now())
    return _page(request, token, point)


def _page(request: HttpRequest, token: str, point: ContactPoint, status: int = 200, **told: Any) -> HttpResponse:
    person = point.supporter
    points = list(person.contact_points.order_by("channel", "pk"))
    context = {
        "token": token,
        "person": person,
        "addresses": [masked_address(each.channel, each.as_typed) for each in points],
        "groups": shown_groups(person),
        "correction": CorrectionForm(supporter=person),
        "address_form": AddressForm(auto_id="address-%s"),
        "words_form": WordsForm(auto_id="words-%s"),
        "changes_mail": point.channel == Channel.EMAIL,
        "allowed": _organisations_allowed(points),
        "requests": person.rights_requests.order_by("-pk")[:10],
        "own_url": own_path(point),
        "done": request.GET.get("done", ""),
        **told,
    }
    return render(request, "rights/data.html", context, status=status)


def _organisations_allowed(points: list[ContactPoint]) -> list[Organisation]:
    """Return who may write news now, by what the person allowed."""
    at = timezone.now()
    ids = {event.organisation_id for point in points for event in grants_in_force(point, at)}
    return list(Organisation.objects.filter(pk__in=ids))


def _back(token: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('rights_data', args=[token])}?done={done}#done", status=303)


def _nothing(_request: HttpRequest, token: str, _point: ContactPoint, _at: datetime) -> HttpResponse:
    return _back(token, "nothing")


def _copy(_request: HttpRequest, _token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    request = fulfil_own_request(
        supporter=point.supporter, kind=RequestKind.ACCESS, at=at, language=get_language() or ""
    )
    return HttpResponseRedirect(reverse("rights_copy", args=[links.copy_token(request)]), status=303)


def _correct(request: HttpRequest, token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    """Write the correction and show the page with the button that takes it back, which holds what stood before."""
    form = CorrectionForm(request.POST, supporter=point.supporter)
    if not form.is_valid():
        return _page(request, token, point, 422, correction=form)
    before = answering.correct_supporter(supporter=point.supporter, changes=form.cleaned_data, at=at)
    point.refresh_from_db()
    if not before:
        return _back(token, "same")
    return _page(request, token, point, done="corrected", undo=links.sign_undo(point.supporter, before))


def _undo(request: HttpRequest, token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    try:
        before = links.read_undo(request.POST.get("before", ""), point.supporter)
    except links.InvalidLink:
        return _back(token, "nothing")
    answering.correct_supporter(supporter=point.supporter, changes=before, at=at)
    return _back(token, "undone")


def _address(request: HttpRequest, token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    form = AddressForm(request.POST, auto_id="address-%s")
    if point.channel != Channel.EMAIL or not form.is_valid():
        return _page(request, token, point, 422, address_form=form)
    queue_address_check(point=point, typed=form.cleaned_data["email"], language=get_language() or "", at=at)
    return _back(token, "address")


def _ask_team(request: HttpRequest, token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    form = WordsForm(request.POST, auto_id="words-%s")
    if not form.is_valid():
        return _page(request, token, point, 422, words_form=form)
    receive_request(
        supporter=point.supporter,
        kind=RequestKind.RECTIFICATION,
        origin=RequestOrigin.OWN_LINK,
        received_at=at,
        words=form.cleaned_data["words"],
        language=get_language() or "",
    )
    return _back(token, "asked")


def _restrict(_request: HttpRequest, token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    answering.restrict_own(supporter=point.supporter, at=at)
    return _back(token, "restricted")


def _lift(_request: HttpRequest, token: str, point: ContactPoint, _at: datetime) -> HttpResponse:
    lift_restriction(supporter=point.supporter, by=None)
    return _back(token, "lifted")


def _object(request: HttpRequest, token: str, point: ContactPoint, at: datetime) -> HttpResponse:
    wanted = request.POST.get("organisation", "")
    organisation = None
    if wanted:
        told = ConsentEvent.objects.filter(contact_point__supporter=point.supporter)  # whoever the page could name
        known = Organisation.objects.filter(pk__in=told.values("organisation"))
        organisation = known.filter(pk=wanted).first() if wanted.isascii() and wanted.isdigit() else None
        if organisation is None:
            return _back(token, "nothing")
    answering.object_own(supporter=point.supporter, organisation=organisation, at=at)
    return _back(token, "objected")


_ACTS: dict[str, Callable[[HttpRequest, str, ContactPoint, datetime], HttpResponse]] = {
    "copy": _copy,
    "correct": _correct,
    "undo": _undo,
    "address": _address,
    "ask": _ask_team,
    "restrict": _restrict,
    "lift": _lift,
    "object": _object,
}


@_with_link
def erase(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say what erasing means; the button on this second page does it at once."""
    point = links.read_data(token)
    if request.method == "POST":
        erased = answering.erase_own(supporter=point.supporter, language=get_language() or "", at=timezone.now())
        under_way = "?under_way=1" if erased.may_be_under_way else ""
        return HttpResponseRedirect(f"{reverse('rights_gone')}{under_way}", status=303)
    return render(request, "rights/erase.html", {"token": token, "person": point.supporter})


@_with_link
def copy(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the button that fetches a copy; it is made when it is pressed, sent, and kept nowhere."""
    asked = links.read_copy(token)
    person: Supporter | None = asked.supporter
    if person is None:
        raise PersonGone
    if request.method != "POST":
        until = (asked.done_at or timezone.now()) + timedelta(days=settings.RIGHTS_COPY_DAYS)
        return render(request, "rights/fetch.html", {"until": until, "days": settings.RIGHTS_COPY_DAYS})
    at = timezone.now()
    made = make_copy(person, language=get_language() or asked.language, at=at)
    RightsRequest.objects.filter(pk=asked.pk).update(counts=made.counts)
    audit.record("rights.copy.fetched", target=asked, counts=made.counts)
    headers = {"Content-Disposition": f'attachment; filename="your-data-{at:%Y-%m-%d}.zip"'}
    return StreamingHttpResponse(pieces_of(made.file), content_type="application/zip", headers=headers)


@_with_link
def new_address(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the button that puts a new address, by whose link this is, in the place of the old one."""
    new = links.read_address(token)
    told: dict[str, Any] = {"address": new.typed}
    if request.method == "POST":
        is_changed = answering.change_address(point=new.point, typed=new.typed, at=timezone.now())
        return HttpResponseRedirect(f"{request.path}?done={'changed' if is_changed else 'taken'}", status=303)
    return render(request, "rights/new_address.html", {**told, "done": request.GET.get("done", "")})
