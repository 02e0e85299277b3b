"""Forms of the partner screens. They validate and return data; they save nothing."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from accounts.models import Organisation
from campaigns.enums import PartnerRole
from campaigns.models import Campaign
from campaigns.viewsets.forms import own_organisations
from coalition.actions.applications import namesakes
from coalition.actions.profiles import Aim, Person
from coalition.agreements import template_body
from coalition.enums import AgreementKind, ContactTopic, PartnerMetric
from coalition.models import PartnerAgreementText, PartnerApplication, PartnerContact, PartnerGoal
from coalition.partner_rows import FIELDS, HIGHEST_GOAL, check_columns
from core.import_forms import MappingForm as ColumnsForm
from core.import_forms import TableFileField
from core.plain_text import refuse_line_breaks, refuse_unprintable

if TYPE_CHECKING:
    from accounts.models import User

_LINE = [refuse_unprintable, refuse_line_breaks]
ROLES = [(PartnerRole.PARTNER.value, _("partner")), (PartnerRole.SUPPORTER.value, _("supporting organisation"))]


class ContactForm(forms.Form):
    """A contact person; ``contact`` is the one that is changed."""

    name = forms.CharField(label=_("Name"), max_length=150, validators=_LINE)
    function = forms.CharField(label=_("Function"), max_length=120, required=False, validators=_LINE)
    topic = forms.ChoiceField(label=_("To ask about"), choices=ContactTopic.choices)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone number"), max_length=40, required=False, validators=_LINE)

    def __init__(self, *args: Any, contact: PartnerContact | None = None, **kwargs: Any) -> None:
        names = ("name", "function", "topic", "email", "phone")
        super().__init__(*args, **kwargs)
        if contact is not None:
            self.initial = {name: getattr(contact, name) for name in names}

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors and not told["email"] and not told["phone"]:
            self.add_error("email", _("Give an e-mail address or a phone number."))
        return told

    def person(self) -> Person:
        return Person(**self.cleaned_data)


class GoalsForm(forms.Form):
    """A target and a day per metric."""

    def __init__(self, *args: Any, goals: list[PartnerGoal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {goal.metric: goal for goal in goals}
        for metric in PartnerMetric:
            goal = known.get(metric.value)
            self.fields[f"target_{metric.value}"] = forms.IntegerField(
                label=_("Goal: %(metric)s") % {"metric": metric.label},
                required=False,
                min_value=1,
                max_value=HIGHEST_GOAL,
                initial=goal.target if goal else None,
            )
            self.fields[f"due_{metric.value}"] = forms.DateField(
                label=_("Reached by: %(metric)s") % {"metric": metric.label},
                required=False,
                widget=AdminDateInput,
                initial=goal.due_date if goal else None,
            )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for metric in PartnerMetric.values:
            if told.get(f"due_{metric}") and not told.get(f"target_{metric}"):
                self.add_error(f"target_{metric}", _("Say how many are to be reached by that day."))
        return told

    def aims(self) -> dict[str, Aim | None]:
        """Return the valid form's goals, by metric."""
        told = self.cleaned_data
        return {
            metric: Aim(told[f"target_{metric}"], told[f"due_{metric}"]) if told[f"target_{metric}"] else None
            for metric in PartnerMetric.values
        }


class AcceptAgreementForm(forms.Form):
    """Accepting one wording: who does, in which function, and the box."""

    text = forms.ModelChoiceField(PartnerAgreementText.objects.none(), widget=forms.HiddenInput)
    name = forms.CharField(label=_("Your first and last name"), max_length=150, validators=_LINE)
    function = forms.CharField(label=_("Your function in the organisation"), max_length=120, validators=_LINE)
    is_read = forms.BooleanField(
        label=_("I have read this, may accept it for my organisation, and accept it"),
        error_messages={"required": _("Tick this once you have read the text; without it nothing is accepted.")},
    )

    def __init__(self, *args: Any, texts: list[PartnerAgreementText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["text"]
        field.queryset = PartnerAgreementText.objects.filter(pk__in=[text.pk for text in texts])


class LeaveForm(forms.Form):
    """Ending a partner's part."""

    reason = forms.CharField(label=_("Why (for the record)"), max_length=300, required=False, validators=_LINE)


class TakeInForm(forms.Form):
    """Accepting an application: as what, and whether the organisation is known already."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("It is this organisation we know already"),
        required=False,
        empty_label=_("no, it is new"),
    )
    is_another = forms.BooleanField(label=_("It is another organisation of the same name"), required=False)

    def __init__(self, *args: Any, application: PartnerApplication, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if application.role in dict(ROLES):
            self.fields["role"].initial = application.role
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.visible_to(user).exclude(pk=application.campaign.organisation_id)
        self.namesakes = namesakes(application, user)
        if self.namesakes:
            field.initial = self.namesakes[0].pk
        else:
            del self.fields["is_another"]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if self.namesakes and "organisation" in told:
            if told["organisation"] is None and not told.get("is_another"):
                said = gettext("An organisation of this name is known: choose it, or say that this is another one.")
                self.add_error("organisation", said)
            elif told["organisation"] is not None and told.get("is_another"):
                self.add_error("is_another", gettext("Choose the organisation or tick this, not both."))
        return told


class RefuseForm(forms.Form):
    """Refusing an application; the reason stands in the letter."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=1000,
        validators=[refuse_unprintable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The e-mail tells it in these words."),
    )


class AgreementTextForm(forms.Form):
    """A wording to publish; it begins with the version there is, else with the shipped template."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    kind = forms.ChoiceField(label=_("What it is"), choices=AgreementKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: list(settings.LANGUAGE_NAMES.items()))
    body = forms.CharField(
        label=_("Wording"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("The shipped text is a template: have it checked by a lawyer before you publish it."),
    )

    def __init__(
        self, *args: Any, user: "User", kind: str, language: str, start: PartnerAgreementText | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        leads = Campaign.objects.changeable_by(user).values("organisation")
        found = own_organisations(user).filter(pk__in=leads) if user.is_superuser else None
        field: Any = self.fields["organisation"]
        field.queryset = found if found is not None else Organisation.objects.filter(pk__in=leads)
        self.initial = {"kind": kind, "language": language, "body": template_body(AgreementKind(kind), language)}
        if field.queryset.count() == 1:
            self.initial["organisation"] = field.queryset.get().pk
        if start is not None:
            self.initial = {name: getattr(start, name) for name in ("kind", "language", "body")}
            self.initial["organisation"] = start.organisation_id

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].strip()
        if body.split("\n", 1)[0].startswith("["):
            raise forms.ValidationError(
                _("The first line says that this is a template. Take it out once a lawyer has looked at the text.")
            )
        return body


class UploadForm(forms.Form):
    """A file of partners, and the campaign they take part in."""

    campaign = forms.ModelChoiceField(Campaign.objects.none(), label=_("Campaign"))
    file = TableFileField()

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["campaign"]
        field.queryset = Campaign.objects.changeable_by(user)
        if field.queryset.count() == 1:
            field.initial = field.queryset.get().pk


class MappingForm(ColumnsForm):
    wanted, check = FIELDS, check_columns
