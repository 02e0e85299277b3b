"""The form an organisation asks with to take part. It validates and returns data; it saves nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.enums import PartnerRole
from cms.contact_forms import ContactForm, contact_fields
from cms.forms import CommentField, CountryField, refuse_line_breaks, refuse_unprintable
from cms.partner_spec import PartnerSpec
from people.actions.submissions import Intake
from volunteers.answers import LanguagesField

ROLES = [
    (PartnerRole.PARTNER.value, _("Partner: we collect signatures, hold events or find volunteers")),
    (PartnerRole.SUPPORTER.value, _("Supporting organisation: we lend our name and spread the word")),
]


class PartnerForm(ContactForm):
    """Which organisation, what it wishes to be, whom to ask."""

    @staticmethod
    def asked_fields(spec: PartnerSpec) -> dict[str, forms.Field]:
        contact = contact_fields(_("We send you one message to confirm, and then our answer."))
        contact.pop("phone")
        return {
            "organisation": forms.CharField(
                label=_("Name of your organisation"),
                max_length=200,
                validators=[refuse_unprintable, refuse_line_breaks],
                widget=forms.TextInput(attrs={"autocomplete": "organization"}),
            ),
            "country": CountryField(label=_("Country it works in")),
            "organisation_website": forms.URLField(
                label=_("Its website"),
                required=False,
                max_length=200,
                assume_scheme="https",
                error_messages={"invalid": _("Write the whole address, for instance https://example.org.")},
                widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "dir": "ltr"}),
            ),
            "role": forms.ChoiceField(
                label=_("What would you like to be?"),
                choices=ROLES,
                initial=PartnerRole.PARTNER.value,
            ),
            **contact,
            "function": forms.CharField(
                label=_("Your function there"),
                max_length=120,
                required=False,
                validators=[refuse_unprintable, refuse_line_breaks],
                widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
            ),
            "languages": LanguagesField(label=_("Languages your organisation works in")),
            "why": CommentField(
                label=_("Why do you want to take part?"),
                max_length=2000,
                validators=[refuse_unprintable],
                widget=forms.Textarea(attrs={"rows": 5}),
            ),
        }

    @property
    def main_fields(self) -> list[Any]:
        names = (
            "organisation", "country", "organisation_website", "role", "full_name", "email", "function", "languages",
            "why",
        )  # fmt: skip
        return [self[name] for name in names]

    def intake(self, *, kind: str, address_hash: str) -> Intake:
        """Return the valid form as a submission. Call after `is_valid`."""
        told, spec = self.cleaned_data, self.spec
        asked = ("organisation", "country", "organisation_website", "role", "full_name", "function", "languages", "why")
        return Intake(
            kind=kind,
            target_id=spec.campaign_id,
            target_title=spec.title,
            email=told["email"],
            payload={
                "campaign_name": spec.campaign_name,
                "organisation_name": spec.organisation_name,
                "page_id": spec.page_id,
                **{name: told[name] for name in asked if told.get(name)},
            },
            locale=spec.locale,
            source=told["source"],
            address_hash=address_hash,
        )
