"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_LEDGER = "as long as somebody may ask what they were sent; erased with the person"


def _of_message(purpose: str, erasure: Erasure) -> PersonalField:
    return PersonalField(purpose, _LEDGER, erasure)


PERSONAL = {
    "OutboundMessage.address": PersonalField(
        "send the message",
        "21 days for answers to forms nobody confirmed, at once when disowned; else as long as the person is known",
        Erasure.BLANKED,
    ),
    "OutboundMessage.address_index": _of_message("never send the same occasion twice to one address", Erasure.KEPT),
    "OutboundMessage.context": _of_message("the ids and words the text needs", Erasure.BLANKED),
    "OutboundMessage.answer": _of_message("answer what the person texted", Erasure.BLANKED),
    "OutboundMessage.language": _of_message("write in the person's language", Erasure.KEPT),
    "OutboundMessage.idempotency_key": _of_message("never send the same occasion twice", Erasure.KEPT),
    "OutboundMessage.provider_id": _of_message("match the provider's report to the message", Erasure.KEPT),
    "OutboundMessage.submission": _of_message("know which form it answers", Erasure.UNLINKED),
    "OutboundMessage.contact_point": _of_message("ask for consent again before sending", Erasure.UNLINKED),
    "InboundMessage.address": PersonalField(
        "answer the person",
        "until a day after somebody has dealt with it; blank where the machine did",
        Erasure.BLANKED,
    ),
    "InboundMessage.address_index": _of_message("know which message it answers", Erasure.KEPT),
    "InboundMessage.text": PersonalField(
        "do what the person says",
        "ninety days, then blanked; longer only while it waits for somebody of the staff",
        Erasure.BLANKED,
    ),
    "InboundMessage.provider_id": _of_message("know a repeated report of the provider again", Erasure.KEPT),
    "InboundMessage.contact_point": _of_message("know who wrote", Erasure.UNLINKED),
    "InboundMessage.handled_as": _of_message("show what was done", Erasure.KEPT),
    "InboundMessage.assigned_to": PersonalField("know who of the staff answers", _LEDGER, Erasure.KEPT),
    "SenderBlock.address_index": PersonalField(
        "do not try again what the provider refuses", "without end", Erasure.KEPT
    ),
    "Wording.by": PersonalField("know who of the staff wrote it", "as long as the text", Erasure.KEPT),
}
IMPERSONAL = {
    "OutboundMessage.template",
    "OutboundMessage.scope",
    "OutboundMessage.reason",
    "OutboundMessage.claim",
    "OutboundMessage.batch",
    "SenderBlock.sender",
    "SenderState.sender",
    "SenderState.pause_reason",
    "DeliveryReport.reason",
    "MessageText.scope",
    "MessageText.name",
    "MessageText.fallback_language",
    "Wording.language",
    "Wording.subject",
    "Wording.preheader",
    "Wording.body",
    "LinkCount.batch",
}
