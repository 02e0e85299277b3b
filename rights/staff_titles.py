"""What the staff's page of a request calls the tables whose name in a person's own copy says “you”."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rights.holding_words import SAID
from rights.holdings import Table

_TITLES: dict[str, Promise | str] = {
    "people.Supporter": _("Their own record"),
    "accounts.User": _("Their login"),
    "accounts.Membership": _("Their roles"),
    "people.ContactPoint": _("Their addresses and numbers"),
    "coalition.PartnerContact": _("Organisations they are the contact person of"),
    "coalition.PartnerApplication": _("Applications of organisations that named them"),
    "people.Submission": _("Forms they sent"),
    "campaigns.Signature": _("Petitions they signed"),
    "campaigns.Pledge": _("What they promised"),
    "campaigns.PledgeMove": _("How far they got with what they promised"),
    "events.Rsvp": _("Events they registered for"),
    "events.Attendance": _("Events they came to"),
    "events.Feedback": _("What they said after events"),
    SAID: _("What they said in the street"),
    "outreach.PaperBatch": _("Paper forms in their hands"),
    "outreach.PaperBatchEvent": _("What became of their paper forms"),
    "outreach.HandoverLink": _("Their links as a mobiliser"),
    "outreach.OutreachContact": _("Conversations they wrote down"),
    "outreach.Revocation": _("Sessions of theirs that were taken out"),
    "volunteers.VolunteerLanguage": _("Languages they speak"),
    "volunteers.Availability": _("When they can come"),
    "volunteers.StageChange": _("Their steps as a volunteer"),
    "volunteers.AgreementAcceptance": _("Agreements they accepted"),
    "volunteers.CoverRequest": _("Shifts they asked others to take"),
    "volunteers.HoursEntry": _("Hours they gave"),
    "messaging.OutboundMessage": _("Messages to them"),
    "messaging.DeliveryReport": _("What became of the messages to them"),
    "messaging.InboundMessage": _("Messages from them"),
    "coalition.HandedOver": _("Partners their address was handed to"),
    "audiences.BroadcastRecipient": _("News they were chosen for"),
    "audiences.AutomationRun": _("Series of messages they are in"),
    "audiences.AutomationStep": _("Where they are in series of messages"),
    "audiences.WebhookCall": _("Calls to other systems about them"),
    "audiences.StaffTask": _("Tasks of our team about them"),
    "volunteers.VolunteerNote": _("Notes of our team about their volunteering"),
    "campaigns.PledgeNote": _("Notes of our team about their promises"),
    "rights.RightsRequest": _("What they asked about their data"),
}


def staff_title(table: Table) -> str:
    """Return a table's name for staff, who read of somebody else."""
    return str(_TITLES.get(table.label) or table.title)
