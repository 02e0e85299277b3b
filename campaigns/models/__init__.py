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
from campaigns.models.pledge import Pledge, PledgeMove, PledgeNote, SupportVisit
from campaigns.models.pledge_kind import PledgeKind, PledgeKindText, PledgeReminderRule
from campaigns.models.registration_count import RegistrationCount, RegistrationImport
from campaigns.models.source_visit import SourceVisit
from campaigns.models.tally import LiveSwitches, Tally
from campaigns.models.transparency import Contribution, Ledger, Publication, Sponsor, UnpaidHelp

__all__ = [
    "Campaign",
    "CommuneOffice",
    "Contribution",
    "DeadlineKind",
    "DeadlineOrigin",
    "Election",
    "EligibilityCase",
    "EligibilityRules",
    "Goal",
    "Initiative",
    "InitiativeDeadline",
    "Invalidation",
    "Ledger",
    "LiveSwitches",
    "Partnership",
    "Petition",
    "Pledge",
    "PledgeKind",
    "PledgeKindText",
    "PledgeMove",
    "PledgeNote",
    "PledgeReminderRule",
    "ProgressSnapshot",
    "Publication",
    "RegistrationCount",
    "RegistrationImport",
    "SetAside",
    "Signature",
    "SnapshotOrigin",
    "Source",
    "SourceVisit",
    "Sponsor",
    "SupportVisit",
    "Tally",
    "UnpaidHelp",
    "ValidityEstimate",
]
