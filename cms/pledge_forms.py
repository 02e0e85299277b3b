"""The form somebody promises something with, and how often they want to be reminded. They save nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.actions.pledges import Reminding
from campaigns.pledge_enums import RemindMe
from campaigns.pledge_opening import Opening
from cms.contact_forms import ContactForm, contact_fields
from cms.forms import CountryField
from cms.pledge_spec import PledgeSpec
from people.actions.submissions import Intake


def remind_fields(opening: Opening, initial: Reminding | None = None) -> dict[str, forms.Field]:
    """Return the question how often somebody wants to be reminded, and on which day where they choose one."""
    initial = initial or Reminding()
    fields: dict[str, forms.Field] = {
        "remind": forms.ChoiceField(
            label=_("How often may we remind you?"),
            choices=[(choice.value, _label(choice, opening)) for choice in opening.offers],
            initial=initial.remind,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose how often we may remind you."),
                "invalid_choice": _("This is no longer offered. Please choose another answer."),
            },
        )
    }
    if RemindMe.ON_DAY in opening.offers:
        span = {"first": _written(opening.first_reminder), "last": _written(opening.last_reminder)}
        limits = {"min": opening.first_reminder.isoformat(), "max": opening.last_reminder.isoformat()}
        fields["remind_date"] = forms.DateField(
            label=_("The day you choose"),
            required=False,
            initial=initial.day,
            help_text=gettext("Only if you chose a day above: from %(first)s to %(last)s.") % span,
            widget=forms.DateInput(attrs={"type": "date", **limits}, format="%Y-%m-%d"),
            error_messages={"invalid": _("We cannot read this day. Write it as year-month-day: 2031-07-01.")},
        )
    return fields


def _label(choice: RemindMe, opening: Opening) -> Any:
    if choice == RemindMe.AS_NEEDED and not opening.counts_down:
        return _("now and then, until it is done")
    return choice.label


def _written(day: Any) -> str:
    return date_format(day, "DATE_FORMAT")


class RemindMixin(forms.Form):
    """Checks the two fields together: a day is needed for a reminder on a day, and for nothing else."""

    @property
    def opening(self) -> Opening:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        remind, day = cleaned.get("remind"), cleaned.get("remind_date")
        if remind is None or "remind_date" not in self.fields:
            return cleaned
        if remind != RemindMe.ON_DAY:
            # Whoever wrote a day without choosing it may be waiting for that day.
            if self.data.get("remind_date", "").strip() and remind != RemindMe.NEVER:
                self._say("remind_date", _("You wrote a day. Choose “on a day I choose” as well, or empty this field."))
            else:
                self.errors.pop("remind_date", None)
        elif day is None and "remind_date" not in self.errors:
            self.add_error("remind_date", _("Write the day on which we may remind you."))
        elif day is not None and not self.opening.first_reminder <= day <= self.opening.last_reminder:
            span = {"first": _written(self.opening.first_reminder), "last": _written(self.opening.last_reminder)}
            self.add_error("remind_date", gettext("Choose a day from %(first)s to %(last)s.") % span)
        return cleaned

    def _say(self, name: str, error: Any) -> None:
        """Say this, and nothing else, about one field."""
        self.errors.pop(name, None)
        self.add_error(name, error)

    @property
    def reminding(self) -> Reminding:
        """What was chosen. Call after `is_valid`."""
        remind = RemindMe(self.cleaned_data["remind"])
        return Reminding(remind, self.cleaned_data.get("remind_date") if remind == RemindMe.ON_DAY else None)


class RemindForm(RemindMixin):
    """How often, on one's own page."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, opening: Opening, now: Reminding) -> None:
        super().__init__(data, auto_id="remind-%s", label_suffix="")
        self._opening, self._now = opening, now
        self.fields.update(remind_fields(opening, now))

    @property
    def opening(self) -> Opening:
        return self._opening

    @property
    def now_words(self) -> str:
        """What is agreed so far, in words."""
        if self._now.remind == RemindMe.ON_DAY and self._now.day:
            return gettext("on %(day)s") % {"day": _written(self._now.day)}
        if self._now.remind != RemindMe.NEVER and not self._opening.may_still_send(self._now.remind):
            return gettext("no reminder is planned")
        return str(_label(RemindMe(self._now.remind), self._opening))


class PledgeForm(RemindMixin, ContactForm):
    """Who one is, where one lives, how often to be reminded, and what one may be written to about."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, spec: PledgeSpec, source: str = "", commune: str = ""
    ) -> None:
        super().__init__(data, spec=spec, source=source)
        if any(commune == code for code, _name in spec.communes):
            self.initial["commune"] = commune

    @staticmethod
    def asked_fields(spec: PledgeSpec) -> dict[str, forms.Field]:
        fields = contact_fields(_("We send you one message to confirm your promise."))
        if not spec.asks_phone:
            del fields["phone"]
        if spec.communes:
            fields["commune"] = forms.ChoiceField(
                label=_("Commune you live in"),
                choices=[("", _("Choose a commune")), *spec.communes],
                help_text=_("The reminder says where it is done there."),
                error_messages={
                    "required": _("Choose your commune."),
                    "invalid_choice": _("Choose a commune from the list."),
                },
            )
        if spec.asks_nationality:
            fields["nationality"] = CountryField(
                label=_("Country of nationality"), help_text=_("If you have several, choose one.")
            )
        # Where no wording asks whether somebody may be reminded, nobody is: then the question would be a lie.
        return {**fields, **remind_fields(spec.opening)} if spec.reminder_boxes else fields

    @property
    def opening(self) -> Opening:
        opening: Opening = self.spec.opening
        return opening

    @property
    def main_fields(self) -> list[Any]:
        """Who one is and where one lives."""
        names = ("full_name", "email", "phone", "commune", "nationality")
        return [self[name] for name in names if name in self.fields]

    @property
    def reminder_fields(self) -> list[Any]:
        """How often to be reminded, and the boxes that allow it."""
        asked = [self[name] for name in ("remind", "remind_date") if name in self.fields]
        return [*asked, *(field for field in self.consent_fields if field.name in self.spec.reminder_boxes)]

    @property
    def news_fields(self) -> list[Any]:
        """The boxes about everything else."""
        return [field for field in self.consent_fields if field.name not in self.spec.reminder_boxes]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        boxes = [choice for choice in self.consent_choices if choice.field_name in self.spec.reminder_boxes]
        ticked = {choice.channel for choice in boxes if cleaned.get(choice.field_name)}
        if "sms" in ticked and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write your number, or do not tick text messages."))
        # Without a tick the reminder asked for above would never come, and nobody would know why.
        if boxes and not ticked and cleaned.get("remind", RemindMe.NEVER) != RemindMe.NEVER:
            self.add_error("remind", _("To remind you we need your yes: tick a box below, or choose “not at all”."))
        return cleaned

    def intake(self, *, kind: str, address_hash: str) -> Intake:
        """Return the valid form as a submission. Call after `is_valid`."""
        told, spec = self.cleaned_data, self.spec
        wanted = self.reminding if spec.reminder_boxes else None
        payload = {"remind": wanted.remind.value} if wanted is not None else {}
        payload |= {name: told[name] for name in ("full_name", "commune", "nationality") if told.get(name)}
        if wanted is not None and wanted.day is not None:
            payload["remind_date"] = wanted.day.isoformat()
        return Intake(
            kind=kind,
            target_id=spec.kind_id,
            target_title=spec.promise,
            email=told["email"],
            phone=told.get("phone", ""),
            payload={
                "campaign_name": spec.campaign_name,
                "organisation_name": spec.organisation_name,
                "page_id": spec.page_id,
                **payload,
            },
            consents=self._consents(),
            locale=spec.locale,
            source=told["source"],
            address_hash=address_hash,
        )
