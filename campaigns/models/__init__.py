from campaigns.models.campaign import Campaign, Goal, Partnership, Source
from campaigns.models.election import CommuneOffice, Election, EligibilityCase, EligibilityRules
from campaigns.models.initiative import (
    DeadlineKind,
    DeadlineOrigin,
    Initiative,
    InitiativeDeadline,
    ProgressSnapshot,
    SetAside,
    SnapshotOrigin,
    ValidityEstimate,
)
from campaigns.models.petition import Invalidation, Petition, Signature
from campaigns.models.registration_count import RegistrationCount, RegistrationImport
from campaigns.models.tally import LiveSwitches, Tally

__all__ = [
    "Campaign",
    "CommuneOffice",
    "DeadlineKind",
    "DeadlineOrigin",
    "Election",
    "EligibilityCase",
    "EligibilityRules",
    "Goal",
    "Initiative",
    "InitiativeDeadline",
    "Invalidation",
    "LiveSwitches",
    "Partnership",
    "Petition",
    "ProgressSnapshot",
    "RegistrationCount",
    "RegistrationImport",
    "SetAside",
    "Signature",
    "SnapshotOrigin",
    "Source",
    "Tally",
    "ValidityEstimate",
]
