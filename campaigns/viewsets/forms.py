"""Forms of the staff screens. They validate; the views save."""

import re
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from accounts.models import Organisation, Role
from campaigns.actions.goals import Aim
from campaigns.enums import Metric
from campaigns.models import Campaign, Partnership, Petition, Source
from campaigns.source_codes import new_source_code
from campaigns.viewsets.source_fields import LeadsToField, clean_hosts

MOST_STEPS = 50
HIGHEST_STEP = 1_000_000_000
# "25000", "25 000", "25.000", "25,000": thousands may be set off as the writer is used to.
_NUMBER = re.compile(r"\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+\Z|\d+\Z")


class GoalStepsField(forms.CharField):
    """Rising whole numbers, one per line."""

    widget = forms.Textarea(attrs={"rows": 8, "inputmode": "numeric"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (value if isinstance(value, str) else "").splitlines() if line.strip()]
        unreadable = [line for line in lines if not _NUMBER.match(line)]
        if unreadable:
            message = ngettext(
                "This line is not a whole number: %(lines)s.",
                "These lines are not whole numbers: %(lines)s.",
                len(unreadable),
            )
            raise ValidationError(message % {"lines": "; ".join(unreadable)})
        return [int(re.sub(r"\D", "", line)) for line in lines]

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_STEPS or any(not 0 < step <= HIGHEST_STEP for step in value):
            raise ValidationError(
                gettext("Write at most %(lines)s goals, each between 1 and %(highest)s.")
                % {"lines": MOST_STEPS, "highest": HIGHEST_STEP}
            )
        for before, after in pairwise(value):
            if after <= before:
                raise ValidationError(
                    gettext("Each goal must be higher than the one above it: %(after)s comes after %(before)s.")
                    % {"after": after, "before": before}
                )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != "\n".join((data or "").split()))


def own_organisations(user: Any, *roles: Role) -> QuerySet[Organisation]:
    """Return the organisations the user holds one of ``roles`` in; all for an administrator."""
    if user.is_superuser:
        return Organisation.objects.all()
    held = user.memberships.filter(role__in=roles).values("organisation")
    return Organisation.objects.filter(pk__in=held)


def _fields_of_goals() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for metric in Metric:
        fields[f"goal_{metric.value}"] = forms.IntegerField(
            label=_("Goal: %(metric)s") % {"metric": metric.label},
            required=False,
            min_value=1,
            max_value=HIGHEST_STEP,
            help_text=_("How many to reach in all. Empty: no goal."),
        )
        fields[f"due_{metric.value}"] = forms.DateField(label=_("By"), required=False, widget=AdminDateInput)
    return fields


class BaseCampaignForm(WagtailAdminModelForm):
    """A campaign and what it means to reach, one row per metric."""

    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Days are counted in this zone."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]
        leads = own_organisations(self.for_user, Role.COORDINATOR)
        self.fields["organisation"].queryset = leads
        if self.instance.pk is None and leads.count() == 1:
            self.fields["organisation"].initial = leads.get().pk
        goals = {goal.metric: goal for goal in self.instance.goals.all()} if self.instance.pk else {}
        for metric, goal in goals.items():
            self.initial[f"goal_{metric}"], self.initial[f"due_{metric}"] = goal.target, goal.due_date

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts_date"), cleaned.get("ends_date")
        if starts and ends and ends < starts:
            self.add_error("ends_date", _("A campaign ends after it starts."))
        for metric in Metric.values:
            if cleaned.get(f"due_{metric}") and not cleaned.get(f"goal_{metric}"):
                self.add_error(f"goal_{metric}", _("Say how many are to be reached by that day."))
        return cleaned

    def aims(self) -> dict[str, Aim | None]:
        """Return the valid form's goals, by metric."""
        told = self.cleaned_data
        return {
            metric: Aim(told[f"goal_{metric}"], told[f"due_{metric}"]) if told[f"goal_{metric}"] else None
            for metric in Metric.values
        }


CampaignForm = type("CampaignForm", (BaseCampaignForm,), {**_fields_of_goals(), "__module__": __name__})


class PetitionForm(WagtailAdminModelForm):
    """A petition's settings."""

    goal_steps = GoalStepsField(
        label=_("Goals, one after the other"),
        help_text=_("One number per line, rising. The next one is shown when the present one is nearly reached."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.changeable_by(self.for_user)
        if self.instance.pk:
            self.fields["campaign"].disabled = True  # tallies and consents hang on it
        zone = timezone.get_current_timezone_name()
        for name, text in (
            ("opens_at", gettext("Times are in the time zone of your account, %(zone)s. Empty: open at once.")),
            ("closes_at", gettext("Times are in the time zone of your account, %(zone)s. Empty: until you close it.")),
        ):
            self.fields[name].help_text = text % {"zone": zone}

    class Meta:
        model = Petition
        fields: list[str] = []


class PartnershipForm(WagtailAdminModelForm):
    """An organisation's part in a campaign."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.changeable_by(self.for_user)
        self.fields["territory"].queryset = self.fields["territory"].queryset.defer("outline")
        if self.instance.pk:
            for name in ("campaign", "organisation"):
                self.fields[name].disabled = True  # its signatures and consents belong to these two


class SourceForm(WagtailAdminModelForm):
    """A link's code. A partner manager chooses among the own partnerships; the campaign follows from them."""

    code = forms.SlugField(
        label=_("Code"),
        validators=[MinLengthValidator(3), MaxLengthValidator(39)],
        help_text=_(
            "What stands in the link after ?s=. The one suggested cannot be guessed; keep it, or write your own."
        ),
    )
    leads_to = LeadsToField(
        label=_("Leads to"),
        required=False,
        help_text=_("The page its short link and QR code open, in the reader's language."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = Campaign.objects.changeable_by(self.for_user)
        managed = Partnership.objects.managed_by(self.for_user)
        of_led = Partnership.objects.filter(campaign__in=led.values("pk"))
        self.fields["partnership"].queryset = (of_led | managed).select_related("organisation")
        self.coordinated = set(led.values_list("pk", flat=True))
        campaigns = Campaign.objects.filter(pk__in=[*self.coordinated, *managed.values_list("campaign", flat=True)])
        self.fields["campaign"].queryset = campaigns
        self.fields["campaign"].required = False
        self.fields["campaign"].help_text = _("Empty: the partner's.")
        if not self.coordinated:
            self.fields["partnership"].required = True
        offered = [self.instance.campaign] if self.instance.pk else list(campaigns)
        self.fields["leads_to"].offer(offered, self.instance.leads_to)
        if self.instance.pk:
            for name in ("campaign", "code"):
                self.fields[name].disabled = True  # it may be printed and shared already
        else:
            self.fields["code"].initial = new_source_code()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        campaign, partnership = cleaned.get("campaign"), cleaned.get("partnership")
        if campaign is None and partnership is None:
            self.add_error("campaign", _("Choose a campaign, or a partner of one."))
        elif campaign is None:
            cleaned["campaign"] = partnership.campaign  # type: ignore[union-attr]
        elif partnership is not None and partnership.campaign_id != campaign.pk:
            self.add_error("partnership", _("This partner takes part in another campaign."))
        elif partnership is None and campaign.pk not in self.coordinated:
            self.add_error("partnership", _("Choose your organisation: the link counts for it."))
        chosen = cleaned.get("campaign")
        if chosen is not None and not self.fields["leads_to"].belongs_to(chosen, cleaned.get("leads_to", "")):
            self.add_error("leads_to", _("This page belongs to another campaign."))
        return cleaned

    def clean_embed_hosts(self) -> str:
        return clean_hosts(self.cleaned_data["embed_hosts"])

    class Meta:
        model = Source
        fields: list[str] = []
