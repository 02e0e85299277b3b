"""The form a citizen signs with. It validates and returns data; it saves nothing."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms.utils import flatatt
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from campaigns.selectors.sources import clean_source_code
from cms.form_spec import ConsentChoice, FormSpec
from cms.petition_spec import PetitionSpec
from core.plain_text import refuse_line_breaks, refuse_unprintable
from people.actions.submissions import Intake
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.models import ConsentText
from places.country_names import country_choices

HONEYPOT = "website"
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,10}\Z")
# What mail programs turn into a link by themselves: a scheme, www., a mailbox, a name under a common top-level domain.
_WEB_ADDRESS = re.compile(
    r"://|\bwww\.|@|\w\.(?:com|net|org|info|biz|eu|uk|ru|cn|xyz|top|shop|site|online|link|click|app)\b", re.IGNORECASE
)
_CONSENT = re.compile(r"consent_(\d{1,18})\Z")


@cache
def _country_codes() -> frozenset[str]:
    return frozenset(code for code, _name in country_choices("en"))


@cache
def _country_options(language: str) -> str:
    """Return the options of the list, none of them chosen, as they are written in ``language``."""
    with override(language):
        choices = [("", gettext("Choose a country")), *country_choices(language)]
    return format_html_join("\n", '<option value="{}">{}</option>', choices)


def refuse_web_addresses(value: str) -> None:
    """Refuse a name that carries a link: the confirmation greets by name, whoever's address was typed beside it."""
    if _WEB_ADDRESS.search(value):
        raise ValidationError(_("Please write your name only, without an e-mail or web address."))


class CountrySelect(forms.Select):
    """A list of countries in the reader's language.

    It is written at once from text kept by language: through Django's templates, an option at a time, two lists take
    longer than the whole rest of the page.
    """

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        options = _country_options(get_language() or "en")
        chosen = f'<option value="{escape("" if value is None else value)}"'
        options = options.replace(f"{chosen}>", f"{chosen} selected>", 1)
        return format_html(
            '<select name="{}"{}>\n{}\n</select>',
            name,
            flatatt(self.build_attrs(self.attrs, attrs)),
            mark_safe(options),  # noqa: S308 - made by format_html_join; what was typed stands escaped in ``chosen``
        )


class CountryField(forms.CharField):
    """An ISO alpha-2 country code out of a list."""

    widget = CountrySelect
    default_error_messages = {"unknown": _("Choose a country from the list.")}

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and value not in _country_codes():
            raise ValidationError(self.error_messages["unknown"], code="unknown")


class CommentField(forms.CharField):
    """A text of several lines. Browsers send a line's end as two characters and count it as one; so do we."""

    def to_python(self, value: Any) -> str:
        return super().to_python(str(value).replace("\r\n", "\n") if value else "") or ""


def _fields(spec: PetitionSpec) -> dict[str, forms.Field]:
    """Return the fields a petition asks, in order."""
    petition = spec.petition
    fields: dict[str, forms.Field] = {}
    if petition.asks_name:
        fields["full_name"] = forms.CharField(
            label=_("Your name"),
            max_length=150,
            validators=[refuse_unprintable, refuse_line_breaks],
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )
    fields["email"] = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send you one message to confirm your signature."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "dir": "ltr"}),
    )
    if petition.asks_phone:
        fields["phone"] = forms.CharField(
            label=_("Phone number"),
            max_length=40,
            required=False,
            validators=[refuse_unprintable, refuse_line_breaks],
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
        )
    if petition.asks_nationality:
        fields["nationality"] = CountryField(
            label=_("Country of nationality"), help_text=_("If you have several, choose one.")
        )
    if petition.asks_residence:
        fields["residence_country"] = CountryField(
            label=_("Country you live in"), widget=CountrySelect(attrs={"autocomplete": "country"})
        )
    if petition.asks_postcode:
        fields["postcode"] = forms.CharField(
            label=_("Postcode"),
            max_length=12,
            widget=forms.TextInput(attrs={"autocomplete": "postal-code", "dir": "ltr"}),
        )
    if petition.asks_comment:
        fields["comment"] = CommentField(
            label=_("Why do you sign?"),
            required=False,
            max_length=500,
            validators=[refuse_unprintable],
            help_text=_("Shown on the site only after somebody of the campaign has read it."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
    return fields


def _shared_fields(spec: FormSpec) -> dict[str, forms.Field]:
    """Return what stands in every public form: a box per consent, the visit's source, and what tells machines."""
    fields: dict[str, forms.Field] = {}
    for choice in spec.choices:
        fields[choice.field_name] = forms.BooleanField(label=choice.body, required=False)
    fields["source"] = forms.CharField(required=False, widget=forms.HiddenInput)
    fields[HONEYPOT] = forms.CharField(required=False, max_length=200)
    fields["altcha"] = forms.CharField(required=False, widget=forms.HiddenInput, validators=[MaxLengthValidator(4000)])
    fields["wait_token"] = forms.CharField(
        required=False, widget=forms.HiddenInput, validators=[MaxLengthValidator(300)]
    )
    return fields


class PublicForm(forms.Form):
    """A form of a public page, in the page's language, with one unticked box per consent.

    ``slow_lane`` is set when the request was suspicious and no proof of work came with it: {"seconds", "token"}.
    """

    use_required_attribute = True
    honeypot_name = HONEYPOT

    def __init__(self, data: Mapping[str, Any] | None = None, *, spec: FormSpec, source: str = "") -> None:
        super().__init__(data, auto_id="sign-%s", initial={"source": source})
        self.spec: Any = spec
        self.slow_lane: dict[str, Any] | None = None
        self.consent_choices = spec.choices
        # Fields hold nothing of a request, so every form of one specification and language shares them.
        language = get_language() or ""
        shared = spec.form_fields.get(language)
        if shared is None:
            shared = spec.form_fields[language] = {**self.asked_fields(spec), **_shared_fields(spec)}
        self.fields = dict(shared)

    @staticmethod
    def asked_fields(spec: Any) -> dict[str, forms.Field]:
        """Return what this kind of form asks, in order."""
        raise NotImplementedError

    def _clean_fields(self) -> None:
        """Do as Django does, but without an object for drawing each field: most forms are valid and never drawn.

        No field here is disabled or takes a file, which is what Django's own way cares for beside this.
        """
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, self.files, name)
            try:
                self.cleaned_data[name] = field.clean(value)
                clean = getattr(self, f"clean_{name}", None)
                if clean is not None:
                    self.cleaned_data[name] = clean()
            except ValidationError as error:
                self.add_error(name, error)

    def clean_full_name(self) -> str:
        name: str = self.cleaned_data["full_name"]
        refuse_web_addresses(name)
        return name

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        refuse_unprintable(typed)
        try:
            canonical_email(typed)
        except UnreadableAddress:
            raise ValidationError(_("Enter a valid email address."), code="invalid") from None
        return typed

    def clean_source(self) -> str:
        return clean_source_code(self.cleaned_data["source"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("phone")
        if typed:
            try:
                canonical_phone(typed, cleaned.get("residence_country", ""))
            except UnreadableAddress:
                self.add_error("phone", _("Write the number with its country code, for instance +32 470 12 34 56."))
        return cleaned

    @property
    def is_trapped(self) -> bool:
        """Whether the field no person sees was filled in."""
        return bool(self.data.get(HONEYPOT))

    def intake(self, *, kind: str, address_hash: str) -> Intake:
        """Return the valid form as a submission. Call after `is_valid`."""
        raise NotImplementedError

    def _consents(self) -> list[dict[str, Any]]:
        shown = [
            {"text": choice.text_id, "granted": bool(self.cleaned_data[choice.field_name])}
            for choice in self.consent_choices
        ]
        return shown + [{"text": text_id, "granted": True} for text_id in self._ticked_on_an_older_page()]

    def _ticked_on_an_older_page(self) -> Iterable[int]:
        """Return boxes ticked on a page drawn before its wording changed: the wording shown is the one consented to."""
        known = {choice.text_id for choice in self.consent_choices}
        ticked = {int(match[1]) for name in self.data if (match := _CONSENT.match(name)) and self.data[name] == "on"}
        older = sorted(ticked - known)[:10]
        if not older:
            return []
        organisations = [self.spec.organisation_id]
        if self.spec.partnership is not None:
            organisations.append(self.spec.partnership.organisation_id)
        return ConsentText.objects.filter(
            pk__in=older, organisation_id__in=organisations, scope__in=[self.spec.campaign_slug, ""]
        ).values_list("pk", flat=True)


class SignForm(PublicForm):
    """The fields a petition asks."""

    @staticmethod
    def asked_fields(spec: PetitionSpec) -> dict[str, forms.Field]:
        return _fields(spec)

    def clean_postcode(self) -> str:
        typed: str = self.cleaned_data["postcode"].strip()
        if not _POSTCODE.match(typed):
            raise ValidationError(_("Write the postcode with letters and digits only, for instance 1050."))
        return typed.upper()

    def intake(self, *, kind: str, address_hash: str) -> Intake:
        """Return the valid form as a submission. Call after `is_valid`."""
        told, spec = self.cleaned_data, self.spec
        asked = ("full_name", "nationality", "residence_country", "postcode", "comment")
        return Intake(
            kind=kind,
            target_id=spec.petition.pk,
            target_title=spec.title,
            email=told["email"],
            phone=told.get("phone", ""),
            payload={
                "campaign_name": spec.campaign_name,
                "organisation_name": spec.organisation_name,
                "page_id": spec.page_id,
                **{name: told[name] for name in asked if told.get(name)},
            },
            consents=self._consents(),
            locale=spec.locale,
            source=told["source"],
            address_hash=address_hash,
            needs_confirmation=spec.petition.requires_confirmation,
        )


__all__ = [
    "ConsentChoice",
    "PublicForm",
    "SignForm",
    "country_choices",
    "refuse_line_breaks",
    "refuse_unprintable",
]
