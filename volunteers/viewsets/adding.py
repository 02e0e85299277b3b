"""The form for a volunteer who is added by hand."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.widgets import AdminDateInput

from accounts.models import Organisation
from campaigns.models import Campaign, Partnership
from people.actions.supporters import Introduction
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.viewsets import FormScreen
from places.languages import COMMON, NAMES, OTHER
from volunteers.actions.adding import KnownToOthers, VolunteersAlready, add_volunteer
from volunteers.models import AgreementText, Team, Volunteer
from volunteers.viewsets.planning_forms import answerable


class AddVolunteerForm(forms.Form):
    """Who it is, for whom they work, and what they signed. What contradicts itself is said beside its field."""

    full_name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Whom we know by this address is found again, not doubled."),
    )
    is_proved = forms.BooleanField(
        label=_("I saw that the address is theirs"),
        required=False,
        help_text=_("They wrote from it or opened a mail before you. Else it stays marked as not verified."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    locale = forms.ChoiceField(label=_("Language we write in"), choices=settings.LANGUAGES)
    speaks = forms.MultipleChoiceField(
        label=_("Speaks"), choices=[(code, NAMES[code]) for code in (*COMMON, *OTHER)], required=False
    )
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)
    signed = forms.ModelMultipleChoiceField(
        label=_("Agreements signed on paper"),
        queryset=AgreementText.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    signed_day = forms.DateField(label=_("Signed on"), required=False, widget=AdminDateInput)

    def __init__(self, data: Any = None, *, user: Any, today: Any) -> None:
        super().__init__(data)
        self.today, self.user = today, user
        rows: dict[str, Any] = self.fields
        self.led = Campaign.objects.led_by(user, *Volunteer.objects.all().leading_changers)
        partners = Partnership.objects.active().filter(campaign__in=self.led.values("pk")).values("organisation")
        rows["campaign"].queryset = Campaign.objects.visible_to(user)
        own = Q(pk__in=answerable(user).values("pk"))
        rows["organisation"].queryset = Organisation.objects.filter(own | Q(pk__in=partners))
        rows["team"].queryset = Team.objects.visible_to(user)
        rows["signed"].queryset = AgreementText.objects.visible_to(user).newest().select_related("organisation")
        rows["signed"].label_from_instance = _agreement_label
        for name in ("campaign", "organisation"):
            only = list(rows[name].queryset[:2])
            if len(only) == 1:
                self.initial[name] = only[0]

    def clean_email(self) -> str:
        return self._readable("email", canonical_email)

    def clean_phone(self) -> str:
        return self._readable("phone", canonical_phone) if self.cleaned_data["phone"] else ""

    def _readable(self, name: str, read: Any) -> str:
        typed: str = self.cleaned_data[name].strip()
        try:
            read(typed)
        except UnreadableAddress:
            raise ValidationError(_("This cannot be read. Is there a slip in it?")) from None
        return typed

    def clean_signed_day(self) -> Any:
        day = self.cleaned_data["signed_day"]
        if day and day > self.today:
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        campaign, organisation = told.get("campaign"), told.get("organisation")
        if campaign and organisation:
            self._check_together(campaign, organisation, told)
        if told.get("signed") and not told.get("signed_day") and not self.has_error("signed_day"):
            self.add_error("signed_day", _("When was the paper signed?"))
        return told

    def _check_together(self, campaign: Campaign, organisation: Organisation, told: dict[str, Any]) -> None:
        takes_part = Partnership.objects.active().filter(campaign=campaign, organisation=organisation).exists()
        if organisation.pk != campaign.organisation_id and not takes_part:
            self.add_error("organisation", _("This organisation takes no part in the campaign."))
        elif not (answerable(self.user).filter(pk=organisation.pk) | self._of_led(campaign, organisation)).exists():
            self.add_error("organisation", _("You do not look after this organisation's volunteers."))
        if told.get("team") and told["team"].campaign_id != campaign.pk:
            self.add_error("team", _("This team belongs to another campaign."))
        theirs = (organisation.pk, campaign.organisation_id)
        if any(text.organisation_id not in theirs for text in told.get("signed") or ()):
            self.add_error("signed", _("Only agreements of this organisation or of the campaign's leading one."))

    def _of_led(self, campaign: Campaign, organisation: Organisation) -> Any:
        rows = Organisation.objects.filter(pk=organisation.pk)
        return rows if self.led.filter(pk=campaign.pk).exists() else rows.none()


def _agreement_label(text: AgreementText) -> str:
    language = settings.LANGUAGE_NAMES.get(text.language, text.language)
    version = gettext("version %(version)s") % {"version": text.version}
    return f"{text.organisation}: {text.get_kind_display()}, {language}, {version}"


class AddVolunteerView(FormScreen):
    """Somebody who did not apply through the form: they stand in the first column, and nothing is mailed."""

    right = "volunteers.add_volunteer"
    index = ("staff_volunteers:index", _("Volunteers"))
    page_title = _("Add a volunteer")
    header_icon = "group"
    submit_label = _("Add")

    def make_form(self, data: Any = None) -> AddVolunteerForm:
        return AddVolunteerForm(data, user=self.request.user, today=timezone.localdate())

    def save(self, form: AddVolunteerForm) -> HttpResponse:
        told, at = form.cleaned_data, timezone.now()
        day, campaign = told["signed_day"], told["campaign"]
        noon = datetime.combine(day, time(12), ZoneInfo(campaign.time_zone)) if day else at
        try:
            volunteer = add_volunteer(
                campaign=campaign,
                organisation=told["organisation"],
                introduction=Introduction(
                    email=told["email"], full_name=told["full_name"], phone=told["phone"], language=told["locale"]
                ),
                is_proved=told["is_proved"],
                languages=told["speaks"],
                team=told["team"],
                signed=list(told["signed"]),
                signed_at=min(noon, at),
                by=self.request.user,
                at=at,
            )
        except KnownToOthers:
            form.add_error(
                "email", _("Others here know this person. Send them the link of the page for volunteers instead.")
            )
            return self.render_to_response(self.get_context_data(form=form), status=422)
        except VolunteersAlready as already:
            messages.warning(self.request, gettext("This person volunteers here already; nothing was changed."))
            return redirect("staff_volunteers:inspect", already.volunteer.pk)
        messages.success(self.request, format_html(gettext("{} is added. Nothing was mailed."), volunteer.supporter))
        return redirect("staff_volunteers:inspect", volunteer.pk)


__all__ = ["AddVolunteerForm", "AddVolunteerView"]
