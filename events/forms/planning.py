"""What both forms of an event ask: who holds it, in which words, where, in which time zone."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm

from accounts.models import User
from campaigns.models import Campaign
from campaigns.scoped import CampaignScopedQuerySet
from campaigns.scoped_forms import organisations_run_by
from campaigns.wall_clock import WallClockField, WallClockInput, at_place
from events.actions.planning import Slot, slots_in_a_row
from events.forms.rows import MOST_PLACES
from events.forms.types import MOST_MINUTES
from events.models import Event, EventType, Venue
from places.languages import COMMON, NAMES, OTHER, language_name
from places.models import Territory

MOST_SLOTS = 24


def _zones() -> list[tuple[str, str]]:
    near = sorted(name for name in available_timezones() if name.startswith("Europe/"))
    return [(name, name) for name in (*near, "UTC")]


zone_choices = lazy(_zones, list)


def possible_organisers(campaign: Campaign, organisation_ids: list[int]) -> Any:
    """Return who may answer for an event of one of these organisations or of the campaign's leading one."""
    return (
        User.objects.filter(
            is_active=True,
            memberships__organisation__in=[*organisation_ids, campaign.organisation_id],
            memberships__role__in=CampaignScopedQuerySet.own_roles,
        )
        .distinct()
        .order_by("first_name", "email")
    )


SecureAddress: Any = partial(forms.URLField, assume_scheme="https")


class EventFormBase(WagtailAdminModelForm):
    """The fields of an event that planning and changing share; ``campaign`` is set before they are made."""

    for_user: Any
    campaign: Campaign

    language = forms.ChoiceField(label=gettext_lazy("Language of its title"), choices=settings.LANGUAGES)
    spoken = forms.MultipleChoiceField(
        label=gettext_lazy("Languages spoken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    spoken_more = forms.ChoiceField(
        label=gettext_lazy("Another language spoken"),
        required=False,
        choices=[("", "–"), *((code, NAMES[code]) for code in OTHER)],
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("All hours here are those of a clock at this place.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        chosen = [code for code in self.instance.spoken if code not in COMMON]
        fields["spoken"].choices = [(code, language_name(code)) for code in (*COMMON, *chosen)]
        zone = self.instance.time_zone
        zones = list(zone_choices())
        fields["time_zone"].choices = zones if (zone, zone) in zones else [(zone, zone), *zones]
        fields["venue"].queryset = Venue.objects.visible_to(self.for_user).filter(campaign=self.campaign)
        fields["territory"].queryset = Territory.objects.filter(level=Territory.Level.COMMUNE).without_outlines()
        fields["territory"].help_text = _("The venue's, where there is a venue.")
        organisations = [self.instance.organisation_id] if self.instance.pk else self.organisation_ids()
        fields["organiser"].queryset = possible_organisers(self.campaign, organisations)

    def organisation_ids(self) -> list[int]:
        return list(organisations_run_by(self.for_user, self.campaign).values_list("pk", flat=True))

    def in_zone(self, wall: Any, cleaned: dict[str, Any]) -> Any:
        """Return the moment a wall clock shows at the place of the event; raises ValidationError."""
        return at_place(wall, ZoneInfo(cleaned.get("time_zone") or self.instance.time_zone))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        more = cleaned.pop("spoken_more", "")
        spoken = [*cleaned.get("spoken", []), *([more] if more else [])]
        cleaned["spoken"] = list(dict.fromkeys(spoken))
        venue = cleaned.get("venue")
        if venue is not None and venue.territory_id:
            cleaned["territory"] = Territory.objects.without_outlines().get(pk=venue.territory_id)
        return cleaned


class PlanForm(EventFormBase):
    """A new event of a type: its words, its place, its first timeslot and how many follow it."""

    starts_at = WallClockField(label=gettext_lazy("Starts"), widget=WallClockInput)
    minutes = forms.IntegerField(label=gettext_lazy("Length (minutes)"), min_value=5, max_value=MOST_MINUTES)
    slot_count = forms.IntegerField(
        label=gettext_lazy("Timeslots in a row"),
        min_value=1,
        max_value=MOST_SLOTS,
        initial=1,
        help_text=gettext_lazy("People register for one of them. Each is as long as said above."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places in each timeslot"),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text=gettext_lazy("Leave empty: no limit."),
    )

    class Meta:
        model = Event
        fields = [
            "title", "summary", "language", "organisation", "organiser", "spoken", "venue", "territory", "online_url",
            "time_zone", "is_public", "takes_rsvps",
        ]  # fmt: skip
        field_classes = {"online_url": SecureAddress}
        widgets = {"title": forms.TextInput(attrs={"dir": "auto"}), "summary": forms.TextInput(attrs={"dir": "auto"})}

    def __init__(self, *args: Any, event_type: EventType, **kwargs: Any) -> None:
        self.event_type, self.campaign = event_type, event_type.campaign
        begin = Event(
            campaign=self.campaign,
            event_type=event_type,
            time_zone=self.campaign.time_zone,
            is_public=event_type.is_public,
            takes_rsvps=event_type.takes_rsvps,
        )
        super().__init__(*args, **{**kwargs, "instance": begin})
        fields: dict[str, Any] = self.fields
        fields["minutes"].initial, fields["capacity"].initial = event_type.default_minutes, event_type.default_capacity
        fields["organisation"].queryset = run = organisations_run_by(self.for_user, self.campaign)
        own = self.for_user.memberships.values("organisation")
        self.initial["organisation"] = run.filter(pk__in=own).values_list("pk", flat=True).first()
        self.initial["organiser"] = self.for_user.pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wall = cleaned.get("starts_at")
        if wall:
            try:
                cleaned["starts_at"] = self.in_zone(wall, cleaned)
            except forms.ValidationError as error:
                self.add_error("starts_at", error)
        return cleaned

    def slots(self) -> list[Slot]:
        """Return the timeslots of a valid form."""
        told = self.cleaned_data
        return slots_in_a_row(
            told["starts_at"], minutes=told["minutes"], count=told["slot_count"], capacity=told["capacity"]
        )

    def columns(self) -> dict[str, Any]:
        """Return the columns of Event a valid form says, the title apart."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name != "title"}

    def _post_clean(self) -> None:
        """Check nothing of the row: it is the action's to make, its times are not columns of this form."""
