"""What volunteers tell about themselves, as a form that shows what they told before."""

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
