from campaigns.models.campaign import Campaign, Goal, Partnership, Source
from campaigns.models.petition import Invalidation, Petition, Signature
from campaigns.models.tally import LiveSwitches, Tally

__all__ = [
    "Campaign",
    "Goal",
    "Invalidation",
    "LiveSwitches",
    "Partnership",
    "Petition",
    "Signature",
    "Source",
    "Tally",
]
