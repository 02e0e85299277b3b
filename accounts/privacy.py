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
    "ExportRequest.asker": _of_user("know who exported many people's data"),
    "ExportRequest.decided_by": PersonalField("know who agreed to it", _ACCOUNT, Erasure.UNLINKED),
    "ExportRequest.address": PersonalField(
        "lead the asker back to the very export; a name they searched for may stand in it",
        "30 days, then it is emptied",
        Erasure.ROW_DELETED,
    ),
    "ExportRequest.reason": PersonalField("let a second person decide", _ACCOUNT, Erasure.ROW_DELETED),
    "ExportRequest.note": PersonalField("tell the asker why not", _ACCOUNT, Erasure.ROW_DELETED),
    "ExportTaken.user": PersonalField("add up small exports", "24 hours", Erasure.ROW_DELETED),
    "ReadingDay.user": PersonalField("know what somebody usually reads", "30 days", Erasure.ROW_DELETED),
    "ReadingAlarm.user": _of_user("notice when a login reads far more than usual"),
    "ApiToken.maker": PersonalField(
        "know who answers for a token, and end it when they leave", "as long as the login", Erasure.ROW_DELETED
    ),
    "Organisation.contact_email": PersonalField(
        "where citizens ask an organisation about their data; often one person's address",
        "as long as the organisation takes part",
        Erasure.BLANKED,
    ),
}
IMPERSONAL = {
    "ApiToken.name",
    "ApiToken.token_hash",
    "ApiToken.partnerships",
    "ExportRequest.permission",
    "ExportRequest.what",
    "ExportRequest.filters",
    "ExportRequest.fingerprint",
    "ExportRequest.organisations",
    "ExportTaken.fingerprint",
    "Organisation.postal_address",
    "Organisation.name",
    "Organisation.slug",
    "Organisation.country",
    "Organisation.website",
    "Organisation.privacy_url",
}
