"""From the form to "check your inbox"."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_altcha import AltchaChallengeView

from campaigns.actions.signatures import KIND
from campaigns.selectors.sources import clean_source_code
from cms.form_kinds import page_url_of, template_for
from cms.forms import PublicForm, SignForm
from cms.intake_guard import WAIT_SECONDS, Verdict, identify_sender, judge, wait_token
from cms.petition_spec import NoSuchPetition, PetitionSpec, petition_spec
from core.caching import never_kept
from core.origin import public_form
from messaging.actions.confirmations import queue_resend
from people.actions.submissions import (
    RESEND_LIMIT,
    Intake,
    InvalidToken,
    ResendRefused,
    SubmissionGone,
    accept_submission,
    claim_resend,
    find_submission,
)
from people.models import Submission
from people.tokens import SENT, sign_uuid

challenge = never_cache(AltchaChallengeView.as_view(max_number=60_000))


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take a signature: a valid form becomes one durable row; a faulty one comes back with everything typed kept."""
    at = timezone.now()
    try:
        spec = petition_spec(page_id, clean_source_code(request.POST.get("source", "")[:40]))
    except NoSuchPetition:
        raise Http404 from None
    if request.method != "POST" or not spec.is_open(at):
        return HttpResponseRedirect(spec.page_path)
    form = SignForm(request.POST, spec=spec)
    return hand_in(
        request, form, kind=KIND, again=lambda status: _again(request, spec, form, status), too_many="cms/too_many.html"
    )


def hand_in(
    request: HttpRequest,
    form: PublicForm,
    *,
    kind: str,
    again: Callable[[int], HttpResponse],
    too_many: str,
    accept: Callable[[Intake, datetime], Submission] | None = None,
) -> HttpResponse:
    """Take any public form: a valid one becomes one durable row; otherwise ``again(status)`` shows it as typed.

    ``accept``: what keeps the row where the kind does more at once; its exceptions are the caller's.
    """
    at = timezone.now()
    if not form.is_valid():
        return again(422)
    sender = identify_sender(request)
    verdict = judge(form, sender, at)
    if verdict is Verdict.FLOOD:
        return render(request, too_many, {"page_url": form.spec.page_path}, status=429)
    if verdict is Verdict.NEEDS_PROOF:
        form.slow_lane = {"seconds": WAIT_SECONDS, "token": wait_token(form, at)}
        return again(429)
    intake = form.intake(kind=kind, address_hash=sender.address_hash)
    submission = accept(intake, at) if accept is not None else accept_submission(intake=intake, at=at)
    return HttpResponseRedirect(reverse("check_inbox", args=[sign_uuid(submission.public_id, SENT)]), status=303)


def _again(request: HttpRequest, spec: PetitionSpec, form: SignForm, status: int) -> HttpResponse:
    """Show the whole page again with the form as it was typed."""
    from cms.models import PetitionPage

    page = PetitionPage.objects.select_related("petition__campaign__organisation", "locale").get(pk=spec.page_id)
    context = page.get_context(request, form=form)
    return render(request, page.get_template(request), context, status=status)


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def check_inbox(request: HttpRequest, token: str) -> HttpResponse:
    """Say where the confirmation went; on POST send it once more."""
    try:
        submission = find_submission(token, SENT)
    except (InvalidToken, SubmissionGone):
        return render(request, "cms/confirm_problem.html", {"problem": "expired"}, status=410)
    outcome, status = "sent", 200
    if request.method == "POST":
        outcome, status = _resend(submission)
    context = {
        "petition_title": submission.target_title,
        "page_url": page_url_of(submission),
        "email": submission.email,
        "answered_as": submission.payload.get("answered_as", ""),
        "resend_url": request.path,
        "resends_left": max(RESEND_LIMIT - submission.resends, 0),
        "outcome": outcome,
    }
    return render(request, template_for(submission, "check_inbox.html"), context, status=status)


def _resend(submission: Submission) -> tuple[str, int]:
    at = timezone.now()
    try:
        with transaction.atomic():  # a reservation without its message would be one sending less
            number = claim_resend(submission=submission, at=at)
            queue_resend(submission=submission, number=number, at=at)
    except ResendRefused as refusal:
        return str(refusal), 429
    submission.resends = number
    return "resent", 200


__all__ = ["challenge", "check_inbox", "hand_in", "page_url_of", "sign"]
