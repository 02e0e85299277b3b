"""Forms of trainings, shifts and hours. They validate; the views save."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf.locale import LANG_INFO
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.models import Organisation
from campaigns.models import Campaign
from campaigns.wall_clock import WallClockField, at_place
from campaigns.zones import local_day
from volunteers.models import Curriculum, HoursEntry, Shift, Team, TrainingAttendance, Volunteer
from volunteers.querysets import ShiftQuerySet


def _languages() -> list[tuple[str, str]]:
    codes = [code for code in LANG_INFO if len(code) <= 3 and "name" in LANG_INFO[code]]
    names = [(code, str(get_language_info(code)["name_translated"])) for code in codes]
    return [("", "–"), *sorted(names, key=lambda each: each[1])]


language_choices = lazy(_languages, list)


class PlannedForm(WagtailAdminModelForm):
    """Something that starts and ends, in the time zone of its campaign."""

    starts_at = WallClockField(label=_("Starts"), help_text=_("In the time zone of the campaign."))
    ends_at = WallClockField(label=_("Ends"))
    language = forms.ChoiceField(label=_("Language"), required=False, choices=language_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = ZoneInfo(self.campaign_of(self.instance).time_zone)
            for name in ("starts_at", "ends_at"):
                self.initial[name] = getattr(self.instance, name).astimezone(zone).replace(tzinfo=None)
            self.fields["starts_at"].help_text = _("In the time zone of the campaign, %(zone)s.") % {"zone": zone.key}

    def campaign_of(self, row: Any) -> Campaign:
        raise NotImplementedError

    def campaign_in(self, cleaned: dict[str, Any]) -> Campaign | None:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        campaign = self.campaign_in(cleaned)
        for name in ("starts_at", "ends_at"):
            wall = cleaned.get(name)
            if wall is None:
                continue
            try:
                # Without a campaign the form is refused; the model still looks at the moments, so they need some zone.
                cleaned[name] = at_place(wall, ZoneInfo(campaign.time_zone) if campaign else ZoneInfo("UTC"))
            except forms.ValidationError as error:
                self.add_error(name, error)
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and not self.has_error("starts_at") and not self.has_error("ends_at"):
            if ends <= starts:
                self.add_error("ends_at", _("The end lies before the beginning."))
            elif ends - starts > timedelta(days=7):
                self.add_error("ends_at", _("That is longer than a week. Is the date right?"))
        return cleaned


def answerable(user: Any) -> QuerySet[Organisation]:
    """Return the organisations the user may plan for; all for an administrator."""
    if user.is_superuser:
        return Organisation.objects.all()
    held = user.memberships.filter(role__in=ShiftQuerySet.own_roles).values("organisation")
    return Organisation.objects.filter(pk__in=held)


class OwnedForm(WagtailAdminModelForm):
    """A row of a campaign and of the organisation that answers for it; both stay what they are once it is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("campaign", "organisation"):
                self.fields[name].disabled = True  # people, places and certificates hang on them
            return
        own = answerable(self.for_user)
        campaigns = Campaign.objects.visible_to(self.for_user)
        self.fields["organisation"].queryset = own
        self.fields["campaign"].queryset = campaigns
        for name, rows in (("organisation", own), ("campaign", campaigns)):
            if rows.count() == 1:
                self.fields[name].initial = rows.get().pk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        campaign, organisation = cleaned.get("campaign"), cleaned.get("organisation")
        if campaign and organisation and not self.instance.pk and not takes_part(organisation, campaign):
            self.add_error("organisation", _("This organisation takes no part in that campaign."))
        return cleaned


def takes_part(organisation: Organisation, campaign: Campaign) -> bool:
    """Whether an organisation leads a campaign or is an active partner of it."""
    partners = campaign.partnerships.filter(organisation=organisation, left_at__isnull=True)
    return organisation.pk == campaign.organisation_id or partners.exists()


class CurriculumForm(OwnedForm):
    """A training as a programme."""


class SessionForm(PlannedForm):
    """One dated session. Its training stays what it is; its places never fall below those promised."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["curriculum"].queryset = Curriculum.objects.changeable_by(self.for_user).select_related("campaign")
        if self.instance.pk:
            self.fields["curriculum"].disabled = True

    def campaign_of(self, row: Any) -> Campaign:
        campaign: Campaign = row.curriculum.campaign
        return campaign

    def campaign_in(self, cleaned: dict[str, Any]) -> Campaign | None:
        curriculum = cleaned.get("curriculum")
        return curriculum.campaign if curriculum else None

    def clean_capacity(self) -> int | None:
        capacity: int | None = self.cleaned_data["capacity"]
        if capacity is not None and self.instance.pk:
            promised = TrainingAttendance.objects.filter(
                session=self.instance, presence__in=["coming", "attended"]
            ).count()
            if capacity < promised:
                raise forms.ValidationError(
                    _("%(count)s people have a place already; first tell some of them.") % {"count": promised}
                )
        return capacity


class ShiftForm(PlannedForm, OwnedForm):
    """Hours of work needed. Fewer people than have it already cannot be asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = self.fields["territory"].queryset.defer("outline")

    def campaign_of(self, row: Any) -> Campaign:
        campaign: Campaign = row.campaign
        return campaign

    def campaign_in(self, cleaned: dict[str, Any]) -> Campaign | None:
        return cleaned.get("campaign")

    def clean_needed(self) -> int:
        needed: int = self.cleaned_data["needed"]
        if self.instance.pk:
            taken = self.instance.assignments.exclude(status="released").count()
            if needed < taken:
                raise forms.ValidationError(_("%(count)s people have this shift already.") % {"count": taken})
        return needed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        campaign = cleaned.get("campaign")
        for name, text in (
            ("team", _("This team belongs to another campaign.")),
            ("required_curriculum", _("This training belongs to another campaign.")),
        ):
            chosen = cleaned.get(name)
            if campaign and chosen and chosen.campaign_id != campaign.pk:
                self.add_error(name, text)
        return cleaned

    class Meta:
        model = Shift
        fields: list[str] = []


class HoursForm(WagtailAdminModelForm):
    """Work that was neither a shift nor a training; of those only the day, the minutes and the words are put right."""

    class Meta:
        model = HoursEntry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Volunteer.objects.changeable_by(self.for_user).select_related("supporter")
        self.fields["volunteer"].queryset = people.order_by("supporter__full_name")
        self.fields["minutes"].widget.attrs.update(min=1, max=1440)
        if self.instance.pk:
            self.fields["volunteer"].disabled = True

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not 1 <= minutes <= 1440:
            raise forms.ValidationError(_("Between a minute and a day, which has 1440."))
        return minutes

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, volunteer = cleaned.get("day"), cleaned.get("volunteer")
        if day and volunteer and day > local_day(timezone.now(), volunteer.campaign):
            self.add_error("day", _("This day has not come yet."))
        return cleaned


class InviteForm(forms.Form):
    """Whom to invite: everybody of the campaign who meets all that is said here and has no place yet."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("any"))
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    language = forms.ChoiceField(label=_("Speaks"), required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["team"].queryset = Team.objects.filter(volunteers__in=people.values("pk")).distinct()  # type: ignore[attr-defined]
        stages = Volunteer._meta.get_field("stage").choices or []
        self.fields["stage"].choices = [("", _("any")), *stages]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("any")), *_languages()[1:]]  # type: ignore[attr-defined]

    def chosen(self) -> Any:
        """Return the volunteers the valid form means."""
        told, meant = self.cleaned_data, Q()
        if told["team"]:
            meant &= Q(team=told["team"])
        if told["stage"]:
            meant &= Q(stage=told["stage"])
        if told["language"]:
            meant &= Q(languages__language=told["language"])
        return self.people.filter(meant).distinct()
