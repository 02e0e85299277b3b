from coalition.models.agreement import CoalitionSettings, PartnerAgreement, PartnerAgreementText
from coalition.models.joining import PartnerApplication, PartnerDeparture, PartnerImport
from coalition.models.partner import PartnerContact, PartnerGoal

__all__ = [
    "CoalitionSettings",
    "PartnerAgreement",
    "PartnerAgreementText",
    "PartnerApplication",
    "PartnerContact",
    "PartnerDeparture",
    "PartnerGoal",
    "PartnerImport",
]
