"""From the mailed link to the share page. Opening a link changes nothing: mail scanners open links too."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from campaigns.actions.pledges import KIND as PLEDGE
from campaigns.actions.signatures import withdraw_signature
from campaigns.enums import COUNTING_STATUSES
from campaigns.models import Signature
from campaigns.selectors.sources import SHARE_PREFIX
from campaigns.selectors.tallies import source_count
from cms.form_kinds import page_url_of, template_for
from cms.petition_context import progress
from cms.views.partnering import thanks_url
from cms.views.pledging import own_path_of
from cms.views.rsvps import manage_url
from cms.views.volunteering import welcome_url
from coalition.actions.applications import KIND as PARTNER
from core.caching import never_kept
from core.origin import public_form
from events.actions.rsvps import KIND as RSVP
from people.actions.submissions import (
    AlreadyConfirmed,
    Confirmed,
    InvalidToken,
    SubmissionDisowned,
    SubmissionGone,
    confirm_submission,
    disown_submission,
    find_confirmable_submission,
    find_submission,
)
from people.enums import SubmissionStatus
from people.models import ConsentText, Submission
from people.tokens import read_uuid, sign_uuid
from volunteers.actions.applications import KIND as APPLICATION

SHARE = "campaigns.signature.share"
_PROBLEMS: dict[type[Exception], tuple[str, int]] = {
    InvalidToken: ("invalid", 404),
    SubmissionGone: ("expired", 410),
    SubmissionDisowned: ("disowned", 410),
    AlreadyConfirmed: ("used", 409),
}
_FAILURES = tuple(_PROBLEMS)


def _problem(request: HttpRequest, error: Exception) -> HttpResponse:
    problem, status = _PROBLEMS[type(error)]
    submission = error.submission if isinstance(error, AlreadyConfirmed) else None
    context = {
        "problem": problem,
        "petition_title": submission.target_title if submission else "",
        "page_url": page_url_of(submission) if submission else "/",
    }
    return render(request, template_for(submission, "confirm_problem.html"), context, status=status)


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; only pressing it confirms. A second press shows the same share page."""
    try:
        if request.method == "POST":
            return _thank(confirm_submission(token=token, at=timezone.now()))
        submission = find_confirmable_submission(token=token, at=timezone.now())
    except _FAILURES as error:
        return _problem(request, error)
    return render(request, template_for(submission, "confirm.html"), _confirm_context(submission, token))


def _confirm_context(submission: Submission, token: str) -> dict[str, Any]:
    granted = [choice["text"] for choice in submission.consents if choice["granted"]]
    return {
        "petition_title": submission.target_title,
        "page_url": page_url_of(submission),
        "full_name": submission.payload.get("full_name", ""),
        "comment": submission.payload.get("comment", ""),
        "granted_texts": list(ConsentText.objects.filter(pk__in=granted)) if granted else [],
        "token": token,
        "confirm_url": reverse("confirm", args=[token]),
        "disown_url": reverse("disown", args=[token]),
    }


def _thank(confirmed: Confirmed) -> HttpResponse:
    if confirmed.submission.kind == APPLICATION:
        return HttpResponseRedirect(welcome_url(confirmed.submission), status=303)
    if confirmed.submission.kind == PARTNER:
        return HttpResponseRedirect(thanks_url(confirmed.submission), status=303)
    if confirmed.submission.kind == RSVP:
        return HttpResponseRedirect(manage_url(confirmed.submission), status=303)
    if confirmed.submission.kind == PLEDGE:
        return HttpResponseRedirect(own_path_of(confirmed.submission), status=303)
    return _to_share_page(confirmed)


def _to_share_page(confirmed: Confirmed) -> HttpResponse:
    submission, signature = confirmed.submission, confirmed.made
    if not isinstance(signature, Signature):
        signature = Signature.objects.get(petition=submission.target_id, supporter=submission.supporter_id)
    with override(submission.locale):
        return HttpResponseRedirect(reverse("share", args=[sign_uuid(signature.public_id, SHARE)]), status=303)


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def disown(request: HttpRequest, token: str) -> HttpResponse:
    """ "This was not me": GET shows a button, pressing it wipes the form."""
    try:
        if request.method == "POST":
            disown_submission(token=token, at=timezone.now())
            return render(request, "cms/disowned.html")
        submission = find_submission(token)
        if submission.status in (SubmissionStatus.CONFIRMED, SubmissionStatus.SETTLED):
            raise AlreadyConfirmed(submission)
    except _FAILURES as error:
        return _problem(request, error)
    return render(request, template_for(submission, "disown.html"), _confirm_context(submission, token))


def _signature(token: str) -> Signature:
    """Return the signature a share page's address speaks of. Raises InvalidToken."""
    found = (
        Signature.objects.filter(public_id=read_uuid(token, SHARE))
        .select_related("petition__campaign", "supporter")
        .first()
    )
    if found is None:
        raise InvalidToken
    return found


@never_kept
@require_http_methods(["GET", "HEAD"])
def share(request: HttpRequest, token: str) -> HttpResponse:
    """Thank, and hand over the supporter's own link."""
    try:
        signature = _signature(token)
    except InvalidToken as error:
        return _problem(request, error)
    return render(request, "cms/share.html", share_context(signature, token))


def share_context(signature: Signature, token: str) -> dict[str, Any]:
    """Return what the share page shows: the own link, texts ready to send, the count, and the way back out."""
    from cms.models import PetitionPage

    page = PetitionPage.for_petition(signature.petition_id, signature.locale)
    path = page.get_url() if page else "/"
    title = page.title if page else signature.petition.title
    share_url = f"{settings.PUBLIC_URL}{path}?s={SHARE_PREFIX}{signature.share_code}"
    text = (page.share_text if page else "") or title
    petition = signature.petition
    return {
        "petition_title": title,
        "page": page,
        "page_url": path,
        "is_counting": signature.status in COUNTING_STATUSES,
        "share_url": share_url,
        "brought": source_count(petition.pk, f"{SHARE_PREFIX}{signature.share_code}"),
        "share_text": text,
        "links": share_links(share_url, text, title),
        "withdraw_url": reverse("withdraw", args=[token]),
        **progress(petition.pk, petition.minimum_shown, petition.goal_steps),
    }


def share_links(url: str, text: str, title: str) -> dict[str, str]:
    """Return ready-made addresses per way of sharing; nothing is fetched from them until the person follows one."""
    message = quote(f"{text} {url}")
    return {
        "whatsapp": f"https://wa.me/?text={message}",
        "mastodon": f"{reverse('share_mastodon')}?text={message}",
        "email": f"mailto:?subject={quote(title)}&body={message}",
    }


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take a signature back: GET shows a button, pressing it withdraws."""
    try:
        signature = _signature(token)
    except InvalidToken as error:
        return _problem(request, error)
    context = share_context(signature, token)
    if request.method == "POST":
        withdraw_signature(signature=signature, at=timezone.now())
        return render(request, "cms/withdrawn.html", context)
    return render(request, "cms/withdraw.html", context)
