"""Under which category of personal data a classified field stands in the record of processing.

By the field's name, or by what it links to; a field that is named nowhere stands under its own name in words, so that
what a package adds to its register is in the record at once.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

NAME = _("name")
REACH = _("addresses and telephone numbers")
LANGUAGE = _("language")
PLACE = _("country, place or postcode")
NATIONALITY = _("country of nationality")
WORDS = _("what people wrote or said")
CHOICES = _("consents given and taken back")
WAY = _("by which link or partner somebody came")
LOOKUP = _("keyed hashes and internal marks")
STEPS = _("what was done and how far it went")
NOTES = _("notes and tasks of the team")
SENT = _("messages and what became of them")
FUNCTION = _("function in an organisation")
TEAM = _("who on the team did it")
WHO = _("which person it is about")
FORM = _("the form as it was sent")
KEYS = _("what one signs in with, and keys of personal addresses")
REGISTER = _("names in the public register of initiatives")
TIMES = _("when somebody can come")

_NAMES: dict[Words, str] = {
    NAME: "full_name first_name last_name name contact_name signatory_name destruction_witness trainer officer_name "
    "representative label",
    REACH: "address as_typed canonical contact_email email phone officer_contact",
    LANGUAGE: "language locale",
    PLACE: "residence_country postcode territory_code counted_territory_code restated_territory_code",
    NATIONALITY: "nationality",
    WORDS: "comment answers words why what",
    CHOICES: "consents",
    WAY: "source bucket share_code heard_through",
    LOOKUP: "address_hash address_index subject_index name_key surname_key idempotency_key provider_id digest told key "
    "occasion email_domain code conditions",
    STEPS: "step ending barrier barriers outcome stage from_stage to_stage status presence part handled_as "
    "ended_memberships target",
    NOTES: "body note notes next_action title reason revoked_reason answer topic",
    SENT: "subject text html headers context payload",
    FUNCTION: "contact_function function signatory_function",
    TEAM: "actor",
    FORM: "content candidates",
    KEYS: "password calendar_key",
    REGISTER: "organisers sponsors",
}
_BY_NAME: dict[str, Words] = {name: category for category, names in _NAMES.items() for name in names.split()}
_BY_FIELD: dict[str, Words] = {
    "people.Submission.payload": FORM,
    "messaging.InboundMessage.text": WORDS,
    "messaging.OutboundMessage.answer": SENT,
    "campaigns.PledgeNote.text": NOTES,
    "people.Submission.source": WAY,
    "people.ConsentEvent.source": CHOICES,
    "people.ConsentEvent.contact_point": CHOICES,
    "volunteers.Availability.part": TIMES,
    "events.Feedback.words": WORDS,
    "accounts.ExportRequest.address": NOTES,
}


def category_of(field: Any) -> Words:
    """Return the category a model's field belongs to, in words."""
    told = _BY_FIELD.get(f"{field.model._meta.label}.{field.name}")
    if told:
        return told
    if field.is_relation:
        return TEAM if field.related_model._meta.label == "accounts.User" else WHO
    words: Words = _BY_NAME.get(field.name) or field.verbose_name
    return words
