"""What staff do on a volunteer's page: notes, team, agreements on paper, the invitation, the calendar's link."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.admin import messages

from accounts.actions.memberships import MayNotGrantError
from accounts.enums import Role
from accounts.models import User
from accounts.permissions import grantable_roles
from volunteers.actions.agreements import accept_agreement
from volunteers.actions.care import NoAddress, add_note, invite_to_app, renew_calendar_key
from volunteers.actions.pipeline import assign_team
from volunteers.actions.profile import change_profile
from volunteers.enums import AcceptedThrough
from volunteers.models import StageChange, Volunteer
from volunteers.own_forms import ProfileForm, profile_from
from volunteers.staff_forms import NoteForm, PaperForm, TeamForm, named
from volunteers.viewsets.pipeline import OneVolunteerView


def steps_of(volunteer: Volunteer) -> list[StageChange]:
    """Return the volunteer's steps, newest first, each with the name of who made it."""
    steps: list[Any] = list(volunteer.stage_changes.all())
    pks = {step.actor.removeprefix("user:") for step in steps if step.actor.startswith("user:")}
    people = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=pks)} if pks else {}
    for step in steps:
        step.who = gettext("by itself") if step.actor.startswith("job:") else people.get(step.actor, "")
    return steps


def invitation_state(volunteer: Volunteer) -> str:
    """Return where the volunteer stands with the phone app: not invited, invited, or signed in on a day."""
    user = volunteer.user
    if user is None:
        return "none"
    return "active" if user.last_login else "invited"


def may_invite(user: User, volunteer: Volunteer) -> bool:
    """Whether ``user`` may make mobilisers of the volunteer's organisation."""
    return Role.MOBILISER in grantable_roles(user, volunteer.organisation)


def calendar_url(volunteer: Volunteer) -> str:
    """Return the private address of the volunteer's calendar feed, or nothing where there is no feed."""
    try:
        address = reverse("volunteer_calendar", args=[volunteer.calendar_key])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL}{address}"


class CareView(OneVolunteerView):
    """One button or small form of the volunteer's page, which comes back with a message."""

    http_method_names = ["post"]

    def home(self) -> HttpResponse:
        return redirect("staff_volunteers:inspect", self.volunteer.pk)

    def refuse_form(self, form: Any) -> HttpResponse:
        """Show the one form that was faulty, with everything typed kept."""
        context = {"form": form, "volunteer": self.volunteer, "name": named(self.volunteer)}
        return render(self.request, "volunteers/staff/one_form.html", context, status=422)


class NoteView(CareView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = NoteForm(request.POST)
        if not form.is_valid():
            return self.refuse_form(form)
        add_note(volunteer=self.volunteer, body=form.cleaned_data["body"], by=request.user, at=timezone.now())
        messages.success(request, gettext("The note is kept."))
        return self.home()


class TeamView(CareView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = TeamForm(request.POST, volunteer=self.volunteer, user=request.user)  # type: ignore[arg-type]
        if not form.is_valid():
            return self.refuse_form(form)
        assign_team(volunteer=self.volunteer, team=form.cleaned_data["team"], by=request.user)
        messages.success(request, gettext("The team is changed."))
        return self.home()


class PaperView(CareView):
    """An agreement signed on paper; it counts from noon of the day it was signed."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        at = timezone.now()
        form = PaperForm(request.POST, volunteer=self.volunteer, today=timezone.localdate(at))
        if not form.is_valid():
            return self.refuse_form(form)
        noon = datetime.combine(form.cleaned_data["day"], time(12), ZoneInfo(self.volunteer.campaign.time_zone))
        accept_agreement(
            volunteer=self.volunteer,
            text=form.cleaned_data["text"],
            through=AcceptedThrough.PAPER,
            at=min(noon, at),
            by=request.user,
        )
        messages.success(request, gettext("The agreement is recorded. Keep the paper."))
        return self.home()


class InviteView(CareView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            invite_to_app(volunteer=self.volunteer, by=request.user)
        except NoAddress:
            messages.error(request, gettext("We know no e-mail address of this person, so there is nowhere to invite."))
        except MayNotGrantError:
            messages.error(
                request, gettext("Your role may not give logins. Ask the coordinator or the partner's manager.")
            )
        else:
            messages.success(request, gettext("The invitation to the phone app is on its way."))
        return self.home()


class CalendarView(CareView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        renew_calendar_key(volunteer=self.volunteer, by=request.user)
        messages.success(request, gettext("The calendar has a new address; the old one shows nothing any more."))
        return self.home()


class AnswersView(OneVolunteerView):
    """What the volunteer told, changed by staff for them: languages, communes, skills, times."""

    def _answer(self, form: ProfileForm, status: int = 200) -> HttpResponse:
        form.fields.pop("shows_on_leaderboard", None)  # theirs alone to say
        context = {"form": form, "volunteer": self.volunteer, "name": named(self.volunteer)}
        return render(self.request, "volunteers/staff/answers.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._answer(ProfileForm(volunteer=self.volunteer))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ProfileForm(request.POST, volunteer=self.volunteer)
        if not form.is_valid():
            return self._answer(form, 422)
        change_profile(
            volunteer=self.volunteer,
            profile=profile_from(form.cleaned_data),
            shows_on_leaderboard=self.volunteer.shows_on_leaderboard,
            by=request.user,
        )
        messages.success(request, gettext("The answers are changed."))
        return redirect("staff_volunteers:inspect", self.volunteer.pk)
