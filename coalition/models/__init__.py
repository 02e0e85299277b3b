from coalition.models.agreement import CoalitionSettings, PartnerAgreement, PartnerAgreementText
from coalition.models.announcement import Announcement, AnnouncementRead, AnnouncementRecipient, AnnouncementText
from coalition.models.exports import HandedOver, PartnerExport, PartnerKey, StandingExport
from coalition.models.joining import PartnerApplication, PartnerDeparture, PartnerImport
from coalition.models.material import Material, MaterialDownload, MaterialVersion
from coalition.models.partner import PartnerContact, PartnerGoal
from coalition.models.profile import PartnerLogo, PartnerProfile, PartnerProfileText

__all__ = [
    "Announcement",
    "AnnouncementRead",
    "AnnouncementRecipient",
    "AnnouncementText",
    "CoalitionSettings",
    "HandedOver",
    "Material",
    "MaterialDownload",
    "MaterialVersion",
    "PartnerAgreement",
    "PartnerAgreementText",
    "PartnerApplication",
    "PartnerContact",
    "PartnerDeparture",
    "PartnerExport",
    "PartnerGoal",
    "PartnerImport",
    "PartnerKey",
    "PartnerLogo",
    "PartnerProfile",
    "PartnerProfileText",
    "StandingExport",
]
