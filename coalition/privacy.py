"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_AS_PARTNER = "while the organisation takes part, and three years after as proof of who agreed to what"
_APPLICATION = "a year after the answer"


def _of_contact(purpose: str) -> PersonalField:
    return PersonalField(purpose, "while the organisation takes part", Erasure.ROW_DELETED)


def _of_application(purpose: str, erasure: Erasure = Erasure.BLANKED) -> PersonalField:
    return PersonalField(purpose, _APPLICATION, erasure)


def _of_agreement(purpose: str, erasure: Erasure) -> PersonalField:
    return PersonalField(purpose, _AS_PARTNER, erasure)


def _of_export(purpose: str) -> PersonalField:
    return PersonalField(purpose, "three years, as proof of who got which file", Erasure.UNLINKED)


def _of_means(purpose: str) -> PersonalField:
    return PersonalField(purpose, "three years after its end, as proof of who got which file", Erasure.UNLINKED)


def _of_page(purpose: str) -> PersonalField:
    return PersonalField(purpose, "with the campaign", Erasure.UNLINKED)


PERSONAL: dict[str, PersonalField] = {
    "Announcement.published_by": PersonalField(
        "know who told partners something", "as long as the announcement is kept", Erasure.UNLINKED
    ),
    "AnnouncementRead.user": PersonalField(
        "mark for each person what they have not read yet", "as long as the announcement is kept", Erasure.ROW_DELETED
    ),
    "PartnerAgreement.accepted_by": _of_agreement("prove who accepted for the partner", Erasure.UNLINKED),
    "PartnerAgreement.signatory_name": _of_agreement("prove who accepted for the partner", Erasure.BLANKED),
    "PartnerAgreement.signatory_function": _of_agreement("prove that they might accept for it", Erasure.BLANKED),
    "PartnerApplication.contact_name": _of_application("know whom to answer"),
    "PartnerApplication.contact_function": _of_application("know for whom the contact speaks"),
    "PartnerApplication.contact_email": _of_application("answer the application"),
    "PartnerApplication.why": _of_application("decide on the application"),
    "PartnerApplication.locale": PersonalField(
        "answer in the language of the form", "with the application, without who sent it", Erasure.KEPT
    ),
    "PartnerApplication.decided_by": _of_application("know which of the staff answered", Erasure.UNLINKED),
    "PartnerContact.name": _of_contact("know whom to ask at a partner"),
    "PartnerContact.function": _of_contact("know whom to ask at a partner"),
    "PartnerContact.email": _of_contact("reach a partner's contact person"),
    "PartnerContact.phone": _of_contact("reach a partner's contact person"),
    "PartnerContact.topic": _of_contact("know what to ask whom about"),
    "PartnerDeparture.ended_memberships": PersonalField(
        "give people back their roles when the partner comes back", "while the campaign lasts", Erasure.BLANKED
    ),
    "PartnerKey.added_by": _of_means("know who added a key"),
    "PartnerKey.confirmed_by": _of_means("know who compared the key's fingerprint"),
    "PartnerKey.retired_by": _of_means("know who took a key out of use"),
    "StandingExport.set_up_by": _of_means("know who set it up"),
    "StandingExport.confirmed_by": _of_means("know which second person agreed"),
    "PartnerExport.asked_by": _of_export("know who asked for a file"),
    "PartnerExport.collected_by": _of_export("know who has the file"),
    "HandedOver.point": PersonalField(
        "tell the partner later whom it must delete", "as long as the address is here", Erasure.UNLINKED
    ),
    "HandedOver.digest": PersonalField(
        "see whether what the partner holds has changed", "as long as the address is here", Erasure.BLANKED
    ),
    "HandedOver.told": PersonalField(
        "see whether what the partner holds has changed", "as long as the address is here", Erasure.BLANKED
    ),
    "MaterialVersion.uploaded_by": PersonalField(
        "know who put up what partners hand out", "with the campaign", Erasure.UNLINKED
    ),
    "PartnerProfile.saved_by": _of_page("know who wrote a partner's page"),
    "PartnerProfile.sent_by": _of_page("know who sent it for approval"),
    "PartnerProfile.decided_by": _of_page("know which of the staff approved it or returned it"),
    "PartnerImport.content": PersonalField(
        "look at a file before it is applied", "two days at the latest", Erasure.ROW_DELETED
    ),
    "PartnerImport.by": PersonalField("know which of the staff brought it in", "with the campaign", Erasure.UNLINKED),
}
IMPERSONAL: set[str] = {
    "Material.title",
    "Material.kind",
    "Material.description",
    "Material.countries",
    "Material.roles",
    "MaterialVersion.language",
    "MaterialVersion.text",
    "MaterialVersion.file",
    "MaterialVersion.thumbnail",
    "MaterialVersion.file_name",
    "MaterialVersion.content_type",
    "MaterialVersion.sha256",
    "Announcement.status",
    "Announcement.to_roles",
    "Announcement.to_countries",
    "AnnouncementText.language",
    "AnnouncementText.subject",
    "AnnouncementText.body",
    "PartnerKey.recipient",
    "PartnerKey.fingerprint",
    "StandingExport.url",
    "PartnerExport.sha256",
    "PartnerExport.file",
    "PartnerExport.problem",
    "CoalitionSettings.agreement_kind",
    "PartnerAgreementText.kind",
    "PartnerAgreementText.language",
    "PartnerAgreementText.body",
    "PartnerApplication.organisation_name",
    "PartnerApplication.country",
    "PartnerApplication.website",
    "PartnerApplication.role",
    "PartnerApplication.languages",
    "PartnerApplication.status",
    "PartnerApplication.reason",
    "PartnerDeparture.reason",
    "PartnerGoal.metric",
    "PartnerImport.status",
    "PartnerLogo.token",
    "PartnerLogo.small",
    "PartnerLogo.large",
    "PartnerLogo.card",
    "PartnerProfile.status",
    "PartnerProfile.website",
    "PartnerProfile.reason",
    "PartnerProfileText.language",
    "PartnerProfileText.summary",
    "PartnerProfileText.words",
    "PartnerImport.file_name",
    "PartnerImport.columns",
    "PartnerImport.made",
}
