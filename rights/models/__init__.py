from rights.models.request import RightsRequest
from rights.models.retention import RetentionRule, RetentionRun

__all__ = ["RetentionRule", "RetentionRun", "RightsRequest"]
