"""The volunteer's own page: what they gave, what they agreed to, what we hold. Needs a login, not the staff area."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.caching import never_kept
from places.languages import language_name
from volunteers.actions.agreements import accept_agreement
from volunteers.actions.care import renew_calendar_key
from volunteers.actions.profile import change_profile
from volunteers.cover_views import exchangeable
from volunteers.enums import AcceptedThrough
from volunteers.models import Volunteer
from volunteers.own_export import export_own_data
from volunteers.own_forms import ProfileForm, profile_from
from volunteers.selectors.open_shifts import open_shifts_for
from volunteers.selectors.own_page import agreements_to_accept, coming_shifts, coming_trainings, past_shifts, team_board
from volunteers.selectors.statistics import own_statistics

SHOWN, OPEN_SHOWN = 20, 3


def signed_in_user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - login_required stands before every caller
    return request.user


def mine(request: HttpRequest, pk: int) -> Volunteer:
    """Return one of the viewer's own volunteers; anybody else's is not there."""
    rows = Volunteer.objects.of_user(signed_in_user(request))
    return get_object_or_404(rows.select_related("supporter", "campaign", "organisation", "team", "user"), pk=pk)


@login_required
@never_kept
@require_safe
def own_page(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Show the newest of one's volunteers, or the one asked for; who is nobody's volunteer reads why it is empty."""
    everywhere = list(Volunteer.objects.of_user(signed_in_user(request)).select_related("campaign", "organisation"))
    if pk is None and not everywhere:
        return render(request, "volunteers/own/nobody.html")
    volunteer = mine(request, pk if pk is not None else everywhere[0].pk)
    at = timezone.now()
    context = {
        "volunteer": volunteer,
        "elsewhere": [row for row in everywhere if row.pk != volunteer.pk],
        "statistics": own_statistics(volunteer, at),
        "missing": agreements_to_accept(volunteer, at, get_language() or ""),
        "spoken": [(row.language, language_name(row.language)) for row in volunteer.languages.all()],
        "communes": list(volunteer.communes.without_outlines()),
        "skills": list(volunteer.skills.all()),
        "times": list(volunteer.availabilities.all()),
        "shifts": coming_shifts(volunteer, at),
        "open_shifts": open_shifts_for(volunteer, at)[:OPEN_SHOWN],
        "own_places": list(exchangeable(volunteer)[:SHOWN]),
        "trainings": coming_trainings(volunteer, at),
        "certificates": list(volunteer.certificates.select_related("curriculum")[:SHOWN]),
        "acceptances": list(volunteer.acceptances.select_related("text")[:SHOWN]),
        "past_shifts": past_shifts(volunteer, at),
        "hours": list(volunteer.hours.all()[:SHOWN]),
        "board": team_board(volunteer, at),
        "calendar_url": f"{settings.PUBLIC_URL}{reverse('volunteer_calendar', args=[volunteer.calendar_key])}",
    }
    return render(request, "volunteers/own/page.html", context)


@login_required
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def own_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's languages, communes, skills and times, and whether one stands on the leaderboard."""
    volunteer = mine(request, pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, volunteer=volunteer)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "volunteers/own/answers.html", {"form": form, "volunteer": volunteer}, status=status)
    told = form.cleaned_data
    change_profile(
        volunteer=volunteer,
        profile=profile_from(told),
        shows_on_leaderboard=told["shows_on_leaderboard"],
        by=signed_in_user(request),
    )
    messages.success(request, gettext("Your answers are kept."))
    return redirect("own_volunteer", volunteer.pk)


@login_required
@never_kept
@require_POST
def accept_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept one text in force; only the very version that was shown."""
    volunteer, at = mine(request, pk), timezone.now()
    # In the language of the page: the wording shown is the one accepted, and only while it is in force.
    texts = {str(text.pk): text for text in agreements_to_accept(volunteer, at, get_language() or "")}
    text = texts.get(request.POST.get("text", "")) if request.POST.get("accept") == "on" else None
    if text is None:
        messages.error(request, gettext("Please read the text and tick the box below it; it may have changed."))
    else:
        accept_agreement(volunteer=volunteer, text=text, through=AcceptedThrough.OWN_PAGE, at=at)
        messages.success(request, gettext("Thank you, it is recorded."))
    return redirect("own_volunteer", volunteer.pk)


@login_required
@never_kept
@require_POST
def own_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's calendar a new secret address; the old one ends at once."""
    renew_calendar_key(volunteer=mine(request, pk), by=signed_in_user(request))
    messages.success(request, gettext("The calendar has a new address; the old one shows nothing any more."))
    return redirect("own_volunteer", pk)


@login_required
@never_kept
@require_POST
def own_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out everything we hold about the person, as a zip."""
    packed = export_own_data(volunteer=mine(request, pk), by=signed_in_user(request), at=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="my-data.zip"'}
    return HttpResponse(packed, content_type="application/zip", headers=headers)
