"""The page on which somebody looks after what they promised, by a signed link and without an account.

A GET changes nothing, because mail scanners open links too; only a pressed button acts.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from campaigns.actions.pledges import (
    PledgeTakenBackError,
    UnknownRungError,
    move_pledge,
    set_reminding,
    withdraw_pledge,
)
from campaigns.models import Pledge
from campaigns.pledge_enums import Standing, ToldBy
from campaigns.pledge_links import InvalidToken, own_path, read_pledge
from campaigns.pledge_opening import opening_of
from campaigns.selectors.pledge_steps import before_last_press
from campaigns.zones import local_day
from cms.pledge_own_context import own_context, page_of, remind_form
from core.caching import never_kept
from core.origin import public_form
from messaging.actions.fresh_links import queue_fresh_link
from people.enums import Channel
from people.selectors import address_on

# What may stand behind ``?done=`` and is said on the page after a press.
_SAID = {"step", "ending", "undo", "reopen", "remind", "messages"}


def _known_only(view: Callable[[HttpRequest, Pledge], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Answer 404 where the link was not made by us, or speaks of somebody who was erased."""

    @wraps(view)
    def answer_known(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, read_pledge(token))
        except InvalidToken:
            return render(request, "cms/confirm_problem.html", {"problem": "invalid"}, status=404)

    return answer_known


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@_known_only
def own(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """Show what somebody promised and how far they are; a POST does the one thing its button says."""
    at = timezone.now()
    if pledge.standing == Standing.WITHDRAWN:
        return _taken_back(request, pledge, 409 if request.method == "POST" else 200)
    if request.method != "POST":
        done = request.GET.get("done", "")
        return _page(request, pledge, at, done=done if done in _SAID else "")
    wanted = request.POST.get("do", "")
    if wanted == "remind":
        return _remind(request, pledge, at)
    act = _ACTS.get(wanted)
    if act is None:
        return _page(request, pledge, at, problem="unknown", status=400)
    try:
        act(request, pledge, at)
    except UnknownRungError:
        return _page(request, pledge, at, problem="gone", status=409)
    except PledgeTakenBackError:  # in another window, a moment ago
        return _taken_back(request, read_pledge_again(pledge), 409)
    return _done(request, wanted)


def read_pledge_again(pledge: Pledge) -> Pledge:
    """Return the pledge as it stands now."""
    pledge.refresh_from_db(fields=["step", "ending", "barrier", "standing"])
    return pledge


def _page(
    request: HttpRequest, pledge: Pledge, at: datetime, *, done: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    context = {**own_context(pledge, at), "done": done, "problem": problem}
    return render(request, "cms/pledge/own.html", context, status=status)


def _done(request: HttpRequest, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{request.path}?done={what}#done", status=303)


def _step(request: HttpRequest, pledge: Pledge, at: datetime) -> None:
    move_pledge(pledge=pledge, step=request.POST.get("step", ""), told_by=ToldBy.OWN_PAGE, at=at)


def _end(request: HttpRequest, pledge: Pledge, at: datetime) -> None:
    ending = request.POST.get("ending", "")
    rung = pledge.kind.ladder.ending(ending)
    if rung is None:
        raise UnknownRungError(pledge.step, ending, "")
    barrier = request.POST.get("barrier", "") if rung.asks_barrier else ""
    move_pledge(pledge=pledge, step=pledge.step, ending=ending, barrier=barrier, told_by=ToldBy.OWN_PAGE, at=at)


def _undo(request: HttpRequest, pledge: Pledge, at: datetime) -> None:
    """Go back to how it stood before the last press; where there is nothing to undo, nothing happens."""
    earlier = before_last_press(pledge)
    if earlier is None:
        return
    move_pledge(
        pledge=pledge,
        step=earlier.step,
        ending=earlier.ending,
        barrier=earlier.barrier,
        told_by=ToldBy.OWN_PAGE,
        at=at,
    )


def _reopen(request: HttpRequest, pledge: Pledge, at: datetime) -> None:
    move_pledge(pledge=pledge, step=pledge.step, told_by=ToldBy.OWN_PAGE, at=at)


def _send_messages_link(request: HttpRequest, pledge: Pledge, at: datetime) -> None:
    point = address_on(pledge.supporter, Channel.EMAIL) if pledge.supporter is not None else None
    if point is not None:
        queue_fresh_link(point=point, language=get_language() or "", at=at)


_ACTS: dict[str, Callable[[HttpRequest, Pledge, datetime], None]] = {
    "step": _step,
    "ending": _end,
    "undo": _undo,
    "reopen": _reopen,
    "messages": _send_messages_link,
}


def _remind(request: HttpRequest, pledge: Pledge, at: datetime) -> HttpResponse:
    """Change how often somebody is reminded; a faulty form comes back with everything kept."""
    form = remind_form(pledge, opening_of(pledge.kind, local_day(at, pledge.kind.campaign)), request.POST)
    if not form.is_valid():
        context = own_context(pledge, at, form=form)
        return render(request, "cms/pledge/own.html", context, status=422)
    set_reminding(pledge=pledge, reminding=form.reminding, at=at)
    return _done(request, "remind")


def _taken_back(request: HttpRequest, pledge: Pledge, status: int = 200) -> HttpResponse:
    """Say that it was taken back, and how to promise it again."""
    language = get_language() or pledge.locale
    page = page_of(pledge, language)
    opening = opening_of(pledge.kind, local_day(timezone.now(), pledge.kind.campaign))
    context = {
        "words": pledge.kind.words(language),
        "again_url": page.get_url() if page is not None and not opening.closed else "",
    }
    return render(request, "cms/pledge/taken_back.html", context, status=status)


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@_known_only
def withdraw(request: HttpRequest, pledge: Pledge) -> HttpResponse:
    """Take a pledge back: GET shows a button, pressing it does it."""
    path = own_path(pledge, get_language() or pledge.locale)
    if request.method == "POST":
        withdraw_pledge(pledge=pledge, at=timezone.now())
        return HttpResponseRedirect(path, status=303)
    if pledge.standing == Standing.WITHDRAWN:
        return _taken_back(request, pledge)
    words = pledge.kind.words(get_language() or pledge.locale)
    return render(request, "cms/pledge/withdraw.html", {"words": words, "own_url": path})
