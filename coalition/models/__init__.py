from coalition.models.agreement import CoalitionSettings, PartnerAgreement, PartnerAgreementText
from coalition.models.exports import HandedOver, PartnerExport, PartnerKey, StandingExport
from coalition.models.joining import PartnerApplication, PartnerDeparture, PartnerImport
from coalition.models.partner import PartnerContact, PartnerGoal

__all__ = [
    "CoalitionSettings",
    "HandedOver",
    "PartnerAgreement",
    "PartnerAgreementText",
    "PartnerApplication",
    "PartnerContact",
    "PartnerDeparture",
    "PartnerExport",
    "PartnerGoal",
    "PartnerImport",
    "PartnerKey",
    "StandingExport",
]
