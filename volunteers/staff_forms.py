"""Forms of the staff screens of volunteers. They validate; actions save."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from accounts.enums import Role
from accounts.models import Organisation, User
from campaigns.models import Campaign
from people.names import name_with_origin
from places.languages import COMMON, NAMES, OTHER
from places.models import Territory
from volunteers.enums import AgreementKind, Stage
from volunteers.models import AgreementText, Team, Volunteer
from volunteers.selectors.pipeline import possible_owners


class PipelineFilterForm(forms.Form):
    """What the columns are narrowed to. An answer the viewer may not give narrows nothing."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), required=False)
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none(), required=False)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    language = forms.ChoiceField(
        label=_("Speaks"), choices=[("", "–"), *((code, NAMES[code]) for code in (*COMMON, *OTHER))], required=False
    )
    commune = forms.ModelChoiceField(
        label=_("Commune"), queryset=Territory.objects.none(), to_field_name="code", required=False
    )
    owner = forms.ChoiceField(label=_("Looked after by"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        seen = Volunteer.objects.visible_to(user)
        fields: dict[str, Any] = self.fields
        fields["campaign"].queryset = Campaign.objects.visible_to(user)
        fields["organisation"].queryset = Organisation.objects.filter(pk__in=seen.values("organisation"))
        fields["team"].queryset = Team.objects.visible_to(user)
        communes = Territory.objects.filter(level=Territory.Level.COMMUNE).without_outlines()
        fields["commune"].queryset = communes
        owners = User.objects.filter(pk__in=seen.filter(owner__isnull=False).values("owner")).order_by("first_name")
        fields["owner"].choices = [
            ("", "–"), ("me", _("me")), ("nobody", _("nobody yet")), *((str(each.pk), str(each)) for each in owners),
        ]  # fmt: skip
        self.user = user

    def narrow(self, rows: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
        """Return the rows that match."""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        paths = {"campaign": "campaign", "organisation": "organisation", "team": "team", "commune": "communes"}
        for name, path in paths.items():
            if asked.get(name):
                rows = rows.filter(**{path: asked[name]})
        if asked.get("language"):
            rows = rows.filter(languages__language=asked["language"])
        owner = asked.get("owner")
        if owner == "nobody":
            return rows.filter(owner__isnull=True)
        if owner:
            rows = rows.filter(owner=self.user.pk if owner == "me" else owner)
        return rows

    @property
    def used(self) -> list[str]:
        """The names of the filters in use."""
        return [name for name, value in getattr(self, "cleaned_data", {}).items() if value]


class MoveForm(forms.Form):
    stage = forms.ChoiceField(choices=Stage.choices)


class NextStepForm(forms.Form):
    """Who looks after a volunteer, and what comes next."""

    owner = forms.ModelChoiceField(label=_("Looked after by"), queryset=User.objects.none(), required=False)
    next_action = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_action_date = forms.DateField(label=_("By"), required=False, widget=AdminDateInput)

    def __init__(self, data: Any = None, *, volunteer: Volunteer) -> None:
        names = ("owner", "next_action", "next_action_date")
        super().__init__(data, initial={name: getattr(volunteer, name) for name in names}, prefix="next")
        people = possible_owners(volunteer)
        if volunteer.owner_id:  # who looks after them now may have left the organisation since
            people = (people | User.objects.filter(pk=volunteer.owner_id).distinct()).distinct()
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("Note"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("What you agreed on. The volunteer may read it on request: write nothing you would not say."),
    )


class TeamForm(forms.Form):
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)

    def __init__(self, data: Any = None, *, volunteer: Volunteer, user: User) -> None:
        super().__init__(data, initial={"team": volunteer.team_id}, prefix="team")
        teams = Team.objects.visible_to(user).filter(campaign=volunteer.campaign_id)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class PaperForm(forms.Form):
    """A text in force that somebody signed on paper, and when."""

    text = forms.ModelChoiceField(label=_("Agreement signed on paper"), queryset=AgreementText.objects.none())
    day = forms.DateField(label=_("Signed on"), widget=AdminDateInput)

    def __init__(self, data: Any = None, *, volunteer: Volunteer, today: Any = None) -> None:
        super().__init__(data, initial={"day": today}, prefix="paper")
        self.today = today
        accepted = volunteer.acceptances.values("text")
        organisations = [volunteer.organisation_id, volunteer.campaign.organisation_id]
        texts = AgreementText.objects.filter(organisation__in=organisations).newest().exclude(pk__in=accepted)
        self.fields["text"].queryset = texts.select_related("organisation")  # type: ignore[attr-defined]

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if self.today is not None and day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day


class AgreementTextForm(forms.Form):
    """A text and what it is. The next version number is given when it is published."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label=_("What it is"), choices=AgreementKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    body = forms.CharField(
        label=pgettext_lazy("agreement", "Wording"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16, "dir": "auto"}),
        help_text=_("The whole text, as it stands on the sign-up page. An empty line begins a new paragraph."),
    )

    def __init__(self, *args: Any, user: Any, start: AgreementText | None = None, **kwargs: Any) -> None:
        if start is not None:
            names = ("organisation", "kind", "language", "body")
            kwargs["initial"] = {name: getattr(start, name) for name in names}
        super().__init__(*args, **kwargs)
        roles = [Role.COORDINATOR.value, Role.PARTNER_MANAGER.value]
        organisations: Any = Organisation.objects.all()
        self.fields["organisation"].queryset = organisations.reached_by(user, roles)  # type: ignore[attr-defined]


def named(volunteer: Volunteer) -> str:
    """Return the volunteer's name as staff see it."""
    return name_with_origin(volunteer.supporter.full_name, volunteer.is_generated)


__all__ = [
    "AgreementTextForm",
    "MoveForm",
    "NextStepForm",
    "NoteForm",
    "PaperForm",
    "PipelineFilterForm",
    "TeamForm",
    "named",
]
