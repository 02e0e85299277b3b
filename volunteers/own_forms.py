"""The forms of a volunteer's own page: what they told about themselves, and asking others to take a shift."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from places.models import Territory
from volunteers.actions.profile import Profile
from volunteers.answers import answer_fields, write_time
from volunteers.models import Skill, Volunteer


class ProfileForm(forms.Form):
    """Languages, communes, skills, times, and whether one is shown on the team's leaderboard."""

    def __init__(self, data: Any = None, *, volunteer: Volunteer) -> None:
        super().__init__(data, auto_id="own-%s", initial=profile_of(volunteer))
        self.fields.update(answer_fields())
        self.fields["shows_on_leaderboard"] = forms.BooleanField(
            label=_("Show my name and what I gave on my team's leaderboard"), required=False
        )


def profile_of(volunteer: Volunteer) -> dict[str, Any]:
    """Return what a volunteer told, as the form shows it."""
    return {
        "languages": [row.language for row in volunteer.languages.all()],
        "communes": [place.code for place in volunteer.communes.all()],
        "skills": [skill.key for skill in volunteer.skills.all()],
        "availability": [write_time(row.weekday, row.part) for row in volunteer.availabilities.all()],
        "shows_on_leaderboard": volunteer.shows_on_leaderboard,
    }


def profile_from(told: dict[str, Any]) -> Profile:
    """Return a valid form's answers as the action takes them."""
    return Profile(
        languages=tuple(told.get("languages") or ()),
        communes=tuple(Territory.objects.filter(code__in=told.get("communes") or ()).without_outlines()),
        skills=tuple(Skill.objects.filter(key__in=told.get("skills") or ())),
        availability=tuple(told.get("availability") or ()),
    )


class CoverForm(forms.Form):
    """What the others should know, and whether a shift of theirs is taken in return."""

    note = forms.CharField(
        label=_("What should the others know?"),
        max_length=200,
        required=False,
        help_text=_("Everybody who is asked reads it. You need not say why you cannot come."),
    )
    takes_exchange = forms.BooleanField(label=_("I can take a shift of theirs in return"), required=False)
