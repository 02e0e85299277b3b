"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_CAMPAIGN = "as long as the campaign's figures"
_UNTIL_MATCHED = "blanked once it is matched to a supporter or discarded, after 30 days at the latest"
_MATCHED = "until erased, or by the campaign's rule for conversations: usually a month after it ends"


def _of_identity(purpose: str) -> PersonalField:
    return PersonalField(purpose, _UNTIL_MATCHED, Erasure.ROW_DELETED)


def _of_matched(purpose: str) -> PersonalField:
    return PersonalField(purpose, _MATCHED, Erasure.ROW_DELETED)


def _of_mobiliser(purpose: str, erasure: Erasure = Erasure.UNLINKED) -> PersonalField:
    return PersonalField(purpose, _CAMPAIGN, erasure)


def _of_conversation(purpose: str, erasure: Erasure) -> PersonalField:
    """Return what is held of a conversation: somebody's own once the person is known, a figure before and after."""
    return PersonalField(purpose, _CAMPAIGN, erasure)


PERSONAL = {
    "ContactIdentity.full_name": _of_identity("find or make the supporter this person is"),
    "ContactIdentity.email": _of_identity("find or make the supporter this person is"),
    "ContactIdentity.phone": _of_identity("find or make the supporter this person is"),
    "ContactIdentity.language": _of_matched("prove in which language the consent was asked"),
    "ContactIdentity.consents": _of_matched("record the choices with the wording shown or read aloud"),
    "ContactIdentity.supporter": _of_matched("know who this person turned out to be"),
    "ContactIdentity.candidates": _of_identity("let staff decide who this person is"),
    "ContactIdentity.decided_by": _of_matched("who on the staff decided"),
    "OutreachContact.mobiliser": _of_mobiliser("let mobilisers see and correct their own records"),
    "OutreachContact.outcome": _of_conversation("count what came of conversations", Erasure.KEPT),
    "OutreachContact.language": _of_conversation("count in which languages people talk", Erasure.KEPT),
    "OutreachContact.barriers": _of_conversation("learn what holds people back, and answer it", Erasure.KEPT),
    "OutreachContact.answers": _of_conversation("let the mobiliser mend what they wrote down", Erasure.BLANKED),
    "HandoverLink.user": PersonalField("credit what a mobiliser's link brought", _CAMPAIGN, Erasure.ROW_DELETED),
    "Revocation.mobiliser": _of_mobiliser("know whose session was taken out"),
    "Revocation.by": _of_mobiliser("who on the staff did it"),
    "Revocation.reason": _of_mobiliser("know why a session was taken out", Erasure.KEPT),
    "ScriptVersion.actor": _of_mobiliser("who on the staff published it", Erasure.KEPT),
    "PaperBatch.holder": PersonalField(
        "know in whose hands official forms are (Art. 28 GDPR)", "until the batch is destroyed", Erasure.UNLINKED
    ),
    "PaperBatch.acceptance": PersonalField(
        "prove that the holder had agreed (Art. 28 GDPR)", "until the batch is destroyed", Erasure.UNLINKED
    ),
    "PaperBatch.destruction_witness": PersonalField(
        "prove the destruction (Regulation (EU) 2019/788, Art. 19)",
        "as long as the initiative's files",
        Erasure.BLANKED,
    ),
    "PaperBatchEvent.actor": PersonalField(
        "who on the staff entered the hand-over", "as long as the initiative's files", Erasure.KEPT
    ),
    "PaperBatchEvent.note": PersonalField(
        "what was said at the hand-over", "as long as the initiative's files", Erasure.KEPT
    ),
}
IMPERSONAL = {
    "Script.title",
    "ScriptVersion.questions",
    "Barrier.key",
    "Barrier.labels",
    "CanvassingEffort.title",
    "CanvassingEffort.kind",
    "CanvassingEffort.outcomes",
    "CanvassingEffort.languages",
    "Area.name",
    "Area.polygon",
    "OutreachContact.record_type",
    "ContactIdentity.status",
    "PaperBatch.code",
    "PaperBatch.nationality",
    "PaperBatch.status",
    "PaperBatch.destruction_method",
    "PaperBatchEvent.kind",
}
