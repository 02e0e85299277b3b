"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_AS_LONG_AS_KNOWN = "until erased, or until the campaign ends and no consent is left"
_SUBMISSION = "21 days unconfirmed; confirmed: as long as the supporter"


def _of_supporter(purpose: str) -> PersonalField:
    return PersonalField(purpose, _AS_LONG_AS_KNOWN, Erasure.ROW_DELETED)


def _of_submission(purpose: str) -> PersonalField:
    return PersonalField(purpose, _SUBMISSION, Erasure.ROW_DELETED)


PERSONAL = {
    "Supporter.full_name": _of_supporter("address the person by name; show it to staff who may see it"),
    "Supporter.name_key": _of_supporter("find somebody by name, written any way"),
    "Supporter.surname_key": _of_supporter("find somebody by surname, written any way"),
    "Supporter.language": _of_supporter("write in the person's language"),
    "Supporter.nationality": _of_supporter("count by the country the law counts by"),
    "Supporter.residence_country": _of_supporter("count and invite by country"),
    "Supporter.postcode": _of_supporter("tell apart communes, invite to what is near"),
    "Supporter.merged_into": _of_supporter("keep what two rows of one person gave together"),
    "ContactPoint.supporter": _of_supporter("know whose address it is"),
    "ContactPoint.canonical": _of_supporter("recognise the person who comes back"),
    "ContactPoint.as_typed": _of_supporter("write to the person, where they allowed it"),
    "ContactConflict.contact_point": _of_supporter("decide whose an address is that two people gave"),
    "ContactConflict.supporter": _of_supporter("decide whose an address is that two people gave"),
    "ContactConflict.decided_by": _of_supporter("know which of the staff decided"),
    "ConsentEvent.contact_point": _of_supporter("prove who allowed or refused what"),
    "ConsentEvent.source": _of_supporter("prove where the consent came from"),
    "Suppression.address_index": PersonalField(
        "never write to this address again, even after erasure", "without end", Erasure.KEPT
    ),
    "Submission.email": _of_submission("send the confirmation the person asked for"),
    "Submission.phone": _of_submission("reach the person, where they allowed it"),
    "Submission.subject_index": _of_submission("answer a second sending like the first, without a search by address"),
    "Submission.payload": _of_submission("hold the form as sent until it is confirmed"),
    "Submission.consents": _of_submission("record the choices with the wording shown"),
    "Submission.locale": _of_submission("write in the language of the form"),
    "Submission.source": _of_submission("credit the partner or event that brought the person"),
    "Submission.bucket": _of_submission("credit the supporter who shared the link"),
    "Submission.address_hash": _of_submission("recognise floods from one network without keeping its address"),
    "Submission.supporter": _of_submission("know what the confirmed form became"),
}
IMPERSONAL = {
    "ConsentText.scope",
    "ConsentText.language",
    "ConsentText.body",
    "ConsentEvent.scope",
    "Submission.kind",
    "Submission.target_title",
}
