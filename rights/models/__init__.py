from rights.models.request import RightsRequest

__all__ = ["RightsRequest"]
