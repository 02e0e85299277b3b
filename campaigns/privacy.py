"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_CAMPAIGN = "as long as the campaign's figures"


def _of_signature(purpose: str, erasure: Erasure) -> PersonalField:
    return PersonalField(purpose, _CAMPAIGN, erasure)


PERSONAL = {
    "Signature.supporter": _of_signature("count a person once; let them withdraw", Erasure.UNLINKED),
    "Signature.comment": _of_signature("show why people sign, after moderation", Erasure.BLANKED),
    "Signature.share_code": _of_signature("the supporter's own link", Erasure.KEPT),
    "Signature.bucket": _of_signature("which supporter's link brought this one", Erasure.KEPT),
    "Signature.territory_code": _of_signature("count by country", Erasure.KEPT),
    "Signature.restated_territory_code": _of_signature("count by the country the person confirmed", Erasure.KEPT),
    "Signature.locale": _of_signature("count by language", Erasure.KEPT),
    "Signature.source": _of_signature("count by link", Erasure.KEPT),
    "Signature.email_domain": _of_signature("find forged signatures by the domain of their address", Erasure.BLANKED),
    "Signature.address_hash": _of_signature("find forged signatures that came from one network", Erasure.BLANKED),
    "Source.label": PersonalField(
        "tell links apart; that of a mobiliser's own carries their first name", _CAMPAIGN, Erasure.BLANKED
    ),
    "Invalidation.conditions": _of_signature("know which signatures were taken out, to undo it", Erasure.KEPT),
    "Invalidation.by": PersonalField("who on the staff did it", _CAMPAIGN, Erasure.UNLINKED),
    "RegistrationImport.by": PersonalField("who on the staff did it", _CAMPAIGN, Erasure.UNLINKED),
    "SetAside.by": PersonalField("who on the staff did it", _CAMPAIGN, Erasure.UNLINKED),
    "Initiative.organisers": PersonalField(
        "the organisers as the public register names them, without addresses and without those who asked for privacy",
        "as long as the initiative is shown; replaced by each reading of the register",
        Erasure.BLANKED,
    ),
    "Initiative.sponsors": PersonalField(
        "sponsors above the legal sum, as the public register names them (Regulation (EU) 2019/788, Art. 17)",
        "as long as the initiative is shown; replaced by each reading of the register",
        Erasure.BLANKED,
    ),
}
IMPERSONAL = {
    "Campaign.title",
    "Campaign.slug",
    "Campaign.time_zone",
    "Source.code",
    "Petition.title",
    "Petition.goal_steps",
    "Invalidation.reason",
    "Tally.key",
    "Tally.territory_code",
    "Tally.source",
    "LiveSwitches.allowed_networks",
    "Initiative.registration_number",
    "Initiative.titles",
    "Initiative.objectives",
    "Initiative.original_language",
    "Initiative.status",
    "Initiative.steps",
    "Initiative.support_url",
    "Initiative.website_url",
    "Initiative.source",
    "ValidityEstimate.country",
    "ProgressSnapshot.counts",
    "ProgressSnapshot.late_counts",
    "ProgressSnapshot.fingerprint",
    "SetAside.reason",
    "Election.key",
    "Election.titles",
    "Election.country",
    "EligibilityRules.rules",
    "EligibilityRules.source_text",
    "EligibilityRules.source_url",
    "EligibilityRules.reason",
    "EligibilityCase.label",
    "EligibilityCase.answers",
    "CommuneOffice.online_url",
    "CommuneOffice.form_url",
    "CommuneOffice.address",
    "CommuneOffice.opening_hours",
    "CommuneOffice.email",
    "CommuneOffice.source_url",
    "RegistrationImport.file_name",
    "RegistrationImport.fingerprint",
    "RegistrationImport.content",
    "RegistrationImport.columns",
    "RegistrationImport.default_source",
    "RegistrationCount.source",
}
