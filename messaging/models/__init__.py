from messaging.models.inbound import InboundMessage
from messaging.models.outbound import OutboundMessage
from messaging.models.report import DeliveryReport
from messaging.models.sender import SenderBlock, SenderState
from messaging.models.wording import LinkCount, MessageText, Wording

__all__ = [
    "DeliveryReport",
    "InboundMessage",
    "LinkCount",
    "MessageText",
    "OutboundMessage",
    "SenderBlock",
    "SenderState",
    "Wording",
]
