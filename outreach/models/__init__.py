from outreach.models.contact import ContactIdentity, OutreachContact, Revocation
from outreach.models.effort import (
    Area,
    AreaAssignment,
    Barrier,
    CanvassingEffort,
    HandoverLink,
    Script,
    ScriptVersion,
)
from outreach.models.paper import PaperBatch, PaperBatchEvent

__all__ = [
    "Area",
    "AreaAssignment",
    "Barrier",
    "CanvassingEffort",
    "ContactIdentity",
    "HandoverLink",
    "OutreachContact",
    "PaperBatch",
    "PaperBatchEvent",
    "Revocation",
    "Script",
    "ScriptVersion",
]
