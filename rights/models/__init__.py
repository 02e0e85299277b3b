from rights.models.record import RecordDetails, RecordProvider, RecordVersion
from rights.models.request import RightsRequest
from rights.models.retention import RetentionRule, RetentionRun

__all__ = ["RecordDetails", "RecordProvider", "RecordVersion", "RetentionRule", "RetentionRun", "RightsRequest"]
