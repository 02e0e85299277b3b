"""Registering for an event: from the form to the page that says what one has."""

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from campaigns.selectors.sources import clean_source_code
from cms.form_kinds import page_url_of
from cms.rsvp_context import rsvp_context
from cms.rsvp_forms import RsvpForm
from cms.rsvp_spec import RsvpSpec, event_path, rsvp_spec
from cms.views.signing import hand_in
from core.caching import never_kept
from core.origin import public_form
from events.actions.rsvps import KIND, RegistrationClosed, register, why_closed
from events.models import Event, Rsvp
from events.tokens import sign_rsvp
from events.when import slot_span
from people.actions.submissions import Intake
from people.models import Submission

_STATUS = {"draft": 404, "unknown": 404}


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def register_for_event(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the form by itself; a valid one registers at once, a faulty one comes back with everything typed kept."""
    at, locale = timezone.now(), request.LANGUAGE_CODE
    related = ("event_type", "venue", "territory", "campaign", "organisation")
    event = Event.objects.select_related(*related).prefetch_related("texts").filter(public_id=public_id).first()
    if event is None:
        return _closed(request, None, "unknown")
    reason = why_closed(event, at)
    if reason:
        return _closed(request, event, reason)
    spec = rsvp_spec(event, locale, clean_source_code(request.POST.get("source", request.GET.get("s", ""))[:40]))
    if not spec.slots:
        return _closed(request, event, "over")
    if request.method != "POST":
        return _page(request, event, None, at, status=200)
    form = RsvpForm(request.POST, spec=spec)
    try:
        return hand_in(
            request,
            form,
            kind=KIND,
            again=lambda status: _page(request, event, form, at, status=status),
            too_many="cms/rsvp/too_many.html",
            accept=_accept,
        )
    except RegistrationClosed as closed:
        return _closed(request, event, str(closed))


def _accept(intake: Intake, at: datetime) -> Submission:
    return register(intake=intake, at=at).submission


def _page(request: HttpRequest, event: Event, form: RsvpForm | None, at: datetime, *, status: int) -> HttpResponse:
    source = clean_source_code(request.GET.get("s", "")[:40])
    context = rsvp_context(event, locale=request.LANGUAGE_CODE, at=at, form=form, source=source)
    spec: RsvpSpec = context["spec"]
    context.update(
        event=event,
        words=event.words(request.LANGUAGE_CODE),
        when=[slot.when for slot in spec.slots] if len(spec.slots) == 1 else _span(event),
        page_url="" if spec.page_path == request.path else spec.page_path,
    )
    return render(request, "cms/rsvp/form_page.html", context, status=status)


def _span(event: Event) -> list[str]:
    return [slot_span(slot, event) for slot in event.timeslots.all()]


def _closed(request: HttpRequest, event: Event | None, reason: str) -> HttpResponse:
    """Say why nobody can register. Of a draft, or of what does not exist, nothing is told."""
    is_known = event is not None and reason != "draft"
    page_url = event_path(event, request.LANGUAGE_CODE) if event is not None and is_known else ""
    context = {
        "reason": reason,
        "title": event.words(request.LANGUAGE_CODE).title if event is not None and is_known else "",
        "page_url": page_url if page_url != request.path or reason == "slot_gone" else "",
    }
    return render(request, "cms/rsvp/closed.html", context, status=_STATUS.get(reason, 410))


def manage_url(submission: Submission) -> str:
    """Return where confirming an address leads: to the RSVP itself, in the language of the form."""
    rsvp = Rsvp.objects.filter(event=submission.target_id, supporter=submission.supporter_id).first()
    if rsvp is None:  # removed since
        return page_url_of(submission)
    with override(submission.locale):
        return reverse("event_rsvp", args=[sign_rsvp(rsvp)])
