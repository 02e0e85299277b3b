from audiences.models.automation import (
    Automation,
    AutomationRun,
    AutomationSegment,
    AutomationStep,
    AutomationVersion,
    WebhookCall,
)
from audiences.models.broadcast import Broadcast, BroadcastRecipient, BroadcastVariant
from audiences.models.segment import Segment, SegmentUse
from audiences.models.task import StaffTask

__all__ = [
    "Automation",
    "AutomationRun",
    "AutomationSegment",
    "AutomationStep",
    "AutomationVersion",
    "Broadcast",
    "BroadcastRecipient",
    "BroadcastVariant",
    "Segment",
    "SegmentUse",
    "StaffTask",
    "WebhookCall",
]
