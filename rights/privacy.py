"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_EVIDENCE = "three years after the answer, as proof that it was given; without the person once they are erased"


def _of_request(purpose: str, erasure: Erasure) -> PersonalField:
    return PersonalField(purpose, _EVIDENCE, erasure)


PERSONAL: dict[str, PersonalField] = {
    "RightsRequest.supporter": _of_request("know whose request it is", Erasure.UNLINKED),
    "RightsRequest.language": _of_request("answer in the person's language", Erasure.KEPT),
    "RightsRequest.words": _of_request("do what the person asks", Erasure.BLANKED),
    "RightsRequest.reason": _of_request("tell the person why it takes longer or is refused", Erasure.BLANKED),
    "RightsRequest.answer": _of_request("tell the person what was done", Erasure.BLANKED),
    "RetentionRun.actor": PersonalField(
        "who on the staff applied the rule, as a number", "as long as the campaign's figures", Erasure.KEPT
    ),
    **dict.fromkeys(
        ["RecordDetails.officer_name", "RecordDetails.officer_contact", "RecordDetails.representative"],
        PersonalField(
            "name whom people and the authority ask about data protection (Art. 30(1)(a) GDPR)",
            "as long as the organisation leads campaigns here; replaced when somebody else takes over",
            Erasure.BLANKED,
        ),
    ),
    "RightsRequest.decided_by": _of_request("know who on the staff answered", Erasure.KEPT),
}
IMPERSONAL: set[str] = {
    "RecordDetails.remarks",
    "RecordProvider.name",
    "RecordProvider.country",
    "RecordVersion.fingerprint",
    "RightsRequest.counts",
    "RetentionRun.counts",
    "RetentionRun.kept",
}
