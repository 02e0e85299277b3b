"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_ACCOUNT = "as long as the person works on a campaign here"


def _of_user(purpose: str) -> PersonalField:
    return PersonalField(purpose, _ACCOUNT, Erasure.ROW_DELETED)


PERSONAL = {
    "User.email": _of_user("sign in by a code sent there"),
    "User.first_name": _of_user("tell colleagues apart"),
    "User.last_name": _of_user("tell colleagues apart"),
    "User.password": _of_user("sign in, where somebody sets one; a salted hash"),
    "Membership.user": _of_user("know what somebody may do"),
    "Organisation.contact_email": PersonalField(
        "where citizens ask an organisation about their data; often one person's address",
        "as long as the organisation takes part",
        Erasure.BLANKED,
    ),
}
IMPERSONAL = {
    "Organisation.postal_address",
    "Organisation.name",
    "Organisation.slug",
    "Organisation.country",
    "Organisation.website",
    "Organisation.privacy_url",
}
