"""Taking shifts, giving them back and asking others to take them, on the volunteer's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.zones import local_span
from core.caching import never_kept
from volunteers.actions.covers import ask_for_cover, take_back_request, take_over
from volunteers.actions.shifts import PlaceReleased, ShiftRefused, give_back_shift, take_shift
from volunteers.cover_views import exchangeable, given_in_return
from volunteers.models import CoverRequest, ShiftAssignment, Volunteer
from volunteers.own_forms import CoverForm
from volunteers.own_views import mine, signed_in_user
from volunteers.refusals import reason_of
from volunteers.selectors.open_shifts import open_shifts_for, shifts_open_to


@login_required
@never_kept
@require_safe
def own_shifts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the shifts a volunteer could take, those that suit first."""
    volunteer = mine(request, pk)
    context = {
        "volunteer": volunteer,
        "open_shifts": open_shifts_for(volunteer, timezone.now()),
        "own_places": list(exchangeable(volunteer)[:20]),
    }
    return render(request, "volunteers/own/open_shifts.html", context)


@login_required
@never_kept
@require_POST
def take(request: HttpRequest, pk: int, shift_pk: int) -> HttpResponse:
    """Take a place of an open shift."""
    volunteer, at = mine(request, pk), timezone.now()
    shift = get_object_or_404(shifts_open_to(volunteer).select_related("event"), pk=shift_pk)
    try:
        take_shift(shift=shift, volunteer=volunteer, by=signed_in_user(request), at=at)
    except ShiftRefused as refusal:
        messages.error(request, reason_of(refusal))
        return redirect("own_shifts", volunteer.pk)
    messages.success(request, gettext("“%(shift)s” is yours. Thank you!") % {"shift": shift.full_title})
    return redirect("own_volunteer", volunteer.pk)


@login_required
@never_kept
@require_POST
def take_cover(request: HttpRequest, pk: int, cover_pk: int) -> HttpResponse:
    """Take a shift from whoever asked for it, and give one in return where both want that."""
    volunteer, at = mine(request, pk), timezone.now()
    seen = CoverRequest.objects.filter(assignment__shift__in=shifts_open_to(volunteer))
    cover = get_object_or_404(seen.select_related("assignment__shift__event"), pk=cover_pk)
    try:
        gives = given_in_return(volunteer, request.POST.get("gives", ""))
        take_over(cover=cover, volunteer=volunteer, by=signed_in_user(request), at=at, gives=gives)
    except ShiftRefused as refusal:
        messages.error(request, reason_of(refusal))
        return redirect("own_shifts", volunteer.pk)
    words = {"shift": cover.assignment.shift.full_title}
    messages.success(request, gettext("“%(shift)s” is yours. Thank you!") % words)
    return redirect("own_volunteer", volunteer.pk)


@login_required
@never_kept
@require_POST
def give_back(request: HttpRequest, pk: int, place_pk: int) -> HttpResponse:
    """Give a shift back, so that somebody else can have it."""
    volunteer = mine(request, pk)
    place = _own_place(volunteer, place_pk)
    try:
        give_back_shift(assignment=place, by=signed_in_user(request), at=timezone.now())
    except ShiftRefused as refusal:
        messages.error(request, reason_of(refusal))
    else:
        messages.success(request, gettext("You gave this shift back. Somebody else can take it now."))
    return redirect("own_volunteer", volunteer.pk)


@login_required
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
def ask_others(request: HttpRequest, pk: int, place_pk: int) -> HttpResponse:
    """Ask once what the others should know, then write to those who could take the shift."""
    volunteer = mine(request, pk)
    place = _own_place(volunteer, place_pk)
    form = CoverForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        shift = place.shift
        context = {
            "form": form,
            "volunteer": volunteer,
            "title": shift.full_title,
            "when": local_span(shift.starts_at, shift.ends_at, shift.campaign),
        }
        return render(request, "volunteers/own/ask_others.html", context, status=422 if form.is_bound else 200)
    told = form.cleaned_data
    try:
        ask_for_cover(
            assignment=place,
            note=told["note"],
            takes_exchange=told["takes_exchange"],
            by=signed_in_user(request),
            at=timezone.now(),
        )
    except (ShiftRefused, PlaceReleased) as refusal:
        messages.error(request, reason_of(refusal))
    else:
        messages.success(request, gettext("The others are asked. The shift stays yours until somebody takes it."))
    return redirect("own_volunteer", volunteer.pk)


@login_required
@never_kept
@require_POST
def come_after_all(request: HttpRequest, pk: int, cover_pk: int) -> HttpResponse:
    """Take one's request back."""
    volunteer = mine(request, pk)
    own = CoverRequest.objects.filter(assignment__volunteer=volunteer).select_related("assignment")
    cover = take_back_request(cover=get_object_or_404(own, pk=cover_pk), by=signed_in_user(request), at=timezone.now())
    if cover.taken_by_id is None:
        messages.success(request, gettext("You come after all. Nobody is asked any more."))
    else:
        messages.error(request, gettext("Somebody took this shift meanwhile: it is theirs now."))
    return redirect("own_volunteer", volunteer.pk)


def _own_place(volunteer: Volunteer, pk: int) -> ShiftAssignment:
    rows = ShiftAssignment.objects.standing().filter(volunteer=volunteer)
    return get_object_or_404(rows.select_related("shift__campaign", "shift__event", "volunteer"), pk=pk)
