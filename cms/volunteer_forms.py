"""The form somebody applies to volunteer with. It validates and returns data; it saves nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.contact_forms import ContactForm, contact_fields
from cms.forms import refuse_line_breaks, refuse_unprintable
from cms.volunteer_spec import VolunteerSpec
from people.actions.submissions import Intake
from volunteers.answers import answer_fields


class VolunteerForm(ContactForm):
    """Who one is, what one speaks and can do, when and where; the agreements, each accepted by its own box."""

    @staticmethod
    def asked_fields(spec: VolunteerSpec) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {
            **contact_fields(_("We send you one message to confirm your application.")),
            **answer_fields(),
            "heard_through": forms.CharField(
                label=_("How did you hear of us?"),
                max_length=200,
                required=False,
                validators=[refuse_unprintable, refuse_line_breaks],
            ),
        }
        for text in spec.agreements:
            fields[text.field_name] = forms.BooleanField(
                label=gettext("I have read this and accept it: %(title)s") % {"title": text.title},
                error_messages={"required": _("Please read this and accept it: without it you cannot volunteer.")},
            )
        return fields

    @property
    def main_fields(self) -> list[Any]:
        """The fields before the agreements."""
        names = ("full_name", "email", "phone", "languages", "communes", "skills", "availability", "heard_through")
        return [self[name] for name in names if name in self.fields]

    @property
    def agreement_fields(self) -> list[tuple[Any, Any]]:
        """Each text with its box."""
        return [(text, self[text.field_name]) for text in self.spec.agreements]

    def intake(self, *, kind: str, address_hash: str) -> Intake:
        """Return the valid form as a submission. Call after `is_valid`."""
        told, spec = self.cleaned_data, self.spec
        asked = ("full_name", "languages", "communes", "skills", "availability", "heard_through")
        return Intake(
            kind=kind,
            target_id=spec.campaign_id,
            target_title=spec.title,
            email=told["email"],
            phone=told.get("phone", ""),
            payload={
                "campaign_name": spec.campaign_name,
                "organisation_name": spec.host_name,
                "organisation": spec.host_id,
                "page_id": spec.page_id,
                "agreements": [text.text_id for text in spec.agreements],
                **{name: told[name] for name in asked if told.get(name)},
            },
            consents=self._consents(),
            locale=spec.locale,
            source=told["source"],
            address_hash=address_hash,
        )
