"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from datetime import datetime

from coalition.actions.partner_exports import drop_files_with
from coalition.contact_people import named_at, proved_addresses
from coalition.enums import ApplicationStatus
from coalition.models import HandedOver, PartnerApplication, PartnerContact
from people.models import ContactPoint, Supporter

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "coalition.HandedOver",
        "coalition.PartnerApplication",
        "coalition.PartnerContact",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "coalition.Announcement.published_by",
        "coalition.AnnouncementRead.user",
        "coalition.PartnerAgreement.accepted_by",
        "coalition.PartnerAgreement.signatory_name",
        "coalition.PartnerAgreement.signatory_function",
        "coalition.PartnerApplication.decided_by",
        "coalition.PartnerDeparture.ended_memberships",
        "coalition.PartnerKey.added_by",
        "coalition.PartnerKey.confirmed_by",
        "coalition.PartnerKey.retired_by",
        "coalition.StandingExport.set_up_by",
        "coalition.StandingExport.confirmed_by",
        "coalition.PartnerExport.asked_by",
        "coalition.PartnerExport.collected_by",
        "coalition.MaterialVersion.uploaded_by",
        "coalition.PartnerProfile.saved_by",
        "coalition.PartnerProfile.sent_by",
        "coalition.PartnerProfile.decided_by",
        "coalition.PartnerImport.content",
        "coalition.PartnerImport.by",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Cut what partners were handed of the person, and forget them as an organisation's contact person.

    The number by which a partner knows an address stays, so that its next file can tell it to delete that. Of an
    application that was answered the organisation stays, of one that waits nothing. Who signed an agreement for a
    partner stays as the proof of a contract (Art. 17(3)(e) GDPR). Only an address they proved says that a contact
    person is them.
    """
    points = ContactPoint.objects.filter(supporter=supporter)
    rows = HandedOver.objects.filter(point__in=points)
    drop_files_with(rows=rows, at=at)
    handed = rows.update(point=None, digest="", told="")
    addresses = proved_addresses([supporter.pk])
    applications = PartnerApplication.objects.filter(named_at(PartnerApplication, addresses))
    waiting = applications.filter(status=ApplicationStatus.OPEN).delete()[0]
    answered = applications.update(contact_name="", contact_function="", contact_email="", why="")
    contacts = PartnerContact.objects.filter(named_at(PartnerContact, addresses)).delete()[0]
    return {
        "coalition.HandedOver": handed,
        "coalition.PartnerApplication": waiting + answered,
        "coalition.PartnerContact": contacts,
    }
