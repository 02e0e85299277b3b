from audiences.models.automation import (
    Automation,
    AutomationRun,
    AutomationSegment,
    AutomationStep,
    AutomationVersion,
    WebhookCall,
)
from audiences.models.broadcast import (
    Broadcast,
    BroadcastExcluded,
    BroadcastIncluded,
    BroadcastRecipient,
    BroadcastVariant,
)
from audiences.models.segment import Segment, SegmentUse
from audiences.models.task import StaffTask

__all__ = [
    "Automation",
    "AutomationRun",
    "AutomationSegment",
    "AutomationStep",
    "AutomationVersion",
    "Broadcast",
    "BroadcastExcluded",
    "BroadcastIncluded",
    "BroadcastRecipient",
    "BroadcastVariant",
    "Segment",
    "SegmentUse",
    "StaffTask",
    "WebhookCall",
]
