"""The page behind "Say how it was" in the message after an event."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.caching import never_kept
from core.origin import public_form
from events.actions.feedback import NotAsked, give_feedback, may_say
from events.forms.feedback import FeedbackForm
from events.models import Feedback
from events.tokens import InvalidToken, read_rsvp
from events.when import slot_span


@public_form
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form, with what was said before; POST keeps it."""
    try:
        rsvp = read_rsvp(token)
    except InvalidToken:
        return render(request, "events/feedback.html", {"problem": "unknown"}, status=404)
    at = timezone.now()
    said = Feedback.objects.filter(rsvp=rsvp).first()
    initial = {"rating": said.rating, "words": said.words} if said is not None else None
    form = FeedbackForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {
        "form": form,
        "words": rsvp.event.words(),
        "when": slot_span(rsvp.timeslot, rsvp.event),
        "is_asked": may_say(rsvp, at),
        "is_said": said is not None,
    }
    if request.method != "POST":
        return render(request, "events/feedback.html", context)
    if not form.is_valid():
        return render(request, "events/feedback.html", context, status=422)
    try:
        give_feedback(rsvp=rsvp, at=at, **form.cleaned_data)
    except NotAsked:
        return render(request, "events/feedback.html", {**context, "is_asked": False}, status=409)
    return HttpResponseRedirect(request.path, status=303)
