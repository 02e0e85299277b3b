"""How the tables and fields of what we hold are called in a copy, and which fields stand in no copy, and why."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Group(StrEnum):
    """Under which heading a table stands, in this order."""

    WHO = "who"
    REACH = "reach"
    DID = "did"
    ALLOWED = "allowed"
    SENT = "sent"
    NOTED = "noted"


# What somebody said in the street, told to them once they are known. The same table is told to the mobiliser who wrote
# it down, without what was said.
SAID = "outreach.ContactIdentity.contact"
SAID_FIELDS = frozenset({"effort", "outcome", "language", "territory", "barriers", "answers", "occurred_at"})

GROUP_WORDS: dict[Group, tuple[Promise | str, Promise | str]] = {
    Group.WHO: (_("Who you are"), _("To address you by name and in your language, and to count you once.")),
    Group.REACH: (_("How to reach you"), _("To write to you where you allowed it, and nowhere else.")),
    Group.DID: (
        _("What you signed, promised and registered for"),
        _("To count you, to remind you as you asked, and to prepare what you come to."),
    ),
    Group.ALLOWED: (_("What you allowed and took back"), _("To keep to what you said, and to be able to prove it.")),
    Group.SENT: (_("What we sent you and what you wrote"), _("To send nothing twice, and to answer you.")),
    Group.NOTED: (_("What we noted and planned"), _("To do what was agreed with you.")),
}

# Table -> heading and its name. A table that is missing here stands under "What we noted" with the name of its model.
TABLES: dict[str, tuple[Group, Promise | str]] = {
    "people.Supporter": (Group.WHO, _("You")),
    "accounts.User": (Group.WHO, _("Your login")),
    "accounts.Membership": (Group.WHO, _("Your roles")),
    "people.ContactPoint": (Group.REACH, _("Your addresses and numbers")),
    "people.ContactConflict": (Group.REACH, _("Addresses somebody else gave as well")),
    "people.Suppression": (Group.REACH, _("Addresses we never write to")),
    "coalition.PartnerContact": (Group.REACH, _("Organisations you are the contact person of")),
    "coalition.PartnerApplication": (Group.REACH, _("Applications of organisations that named you")),
    "messaging.SenderBlock": (Group.REACH, _("Addresses a provider refuses")),
    "people.Submission": (Group.DID, _("Forms you sent")),
    "campaigns.Signature": (Group.DID, _("Petitions you signed")),
    "campaigns.Pledge": (Group.DID, _("What you promised")),
    "campaigns.PledgeMove": (Group.DID, _("How far you got with it")),
    "events.Rsvp": (Group.DID, _("Events you registered for")),
    "events.Attendance": (Group.DID, _("Events you came to")),
    "events.AttendanceUndo": (Group.DID, _("Check-ins that were taken back")),
    "events.Feedback": (Group.DID, _("What you said after events")),
    "outreach.ContactIdentity": (Group.DID, _("Conversations in the street")),
    SAID: (Group.DID, _("What you said in the street")),
    "outreach.PaperBatch": (Group.DID, _("Paper forms in your hands")),
    "outreach.PaperBatchEvent": (Group.DID, _("What became of them")),
    "outreach.HandoverLink": (Group.DID, _("Your links as a mobiliser")),
    "outreach.OutreachContact": (Group.DID, _("Conversations you wrote down")),
    "outreach.Revocation": (Group.DID, _("Sessions of yours that were taken out")),
    "volunteers.Volunteer": (Group.DID, _("Volunteering")),
    "volunteers.VolunteerLanguage": (Group.DID, _("Languages you speak")),
    "volunteers.Availability": (Group.DID, _("When you can come")),
    "volunteers.StageChange": (Group.DID, _("Your steps as a volunteer")),
    "volunteers.AgreementAcceptance": (Group.ALLOWED, _("Agreements you accepted")),
    "volunteers.TrainingAttendance": (Group.DID, _("Trainings")),
    "volunteers.Certificate": (Group.DID, _("Certificates")),
    "volunteers.ShiftAssignment": (Group.DID, _("Shifts")),
    "volunteers.CoverRequest": (Group.DID, _("Shifts you asked others to take")),
    "volunteers.HoursEntry": (Group.DID, _("Hours you gave")),
    "people.ConsentEvent": (Group.ALLOWED, _("Consents")),
    "messaging.OutboundMessage": (Group.SENT, _("Messages to you")),
    "messaging.DeliveryReport": (Group.SENT, _("What became of them")),
    "messaging.InboundMessage": (Group.SENT, _("Messages from you")),
    "coalition.HandedOver": (Group.SENT, _("Partners your address was handed to")),
    "audiences.BroadcastRecipient": (Group.SENT, _("News you were chosen for")),
    "audiences.AutomationRun": (Group.NOTED, _("Series of messages you are in")),
    "audiences.AutomationStep": (Group.NOTED, _("Where you are in them")),
    "audiences.WebhookCall": (Group.NOTED, _("Calls to other systems about you")),
    "audiences.StaffTask": (Group.NOTED, _("Tasks of our team about you")),
    "volunteers.VolunteerNote": (Group.NOTED, _("Notes of our team about your volunteering")),
    "campaigns.PledgeNote": (Group.NOTED, _("Notes of our team about your promises")),
    "rights.RightsRequest": (Group.NOTED, _("What you asked about your data")),
}

# The title of what a link leads to: the column of the other table that says it. Other links stand in no copy.
LINK_TITLES = {
    "accounts.Organisation": "name",
    "audiences.Automation": "name",
    "audiences.Broadcast": "name",
    "campaigns.Campaign": "title",
    "campaigns.Initiative": "registration_number",
    "campaigns.Partnership": "organisation__name",
    "campaigns.Petition": "title",
    "campaigns.PledgeKind": "name",
    "campaigns.Source": "label",
    "events.Event": "title",
    "events.Timeslot": "starts_at",
    "outreach.CanvassingEffort": "title",
    "people.ConsentText": "body",
    "places.Territory": "code",
    "volunteers.AgreementText": "body",
    "volunteers.Curriculum": "title",
    "volunteers.Shift": "starts_at",
    "volunteers.Team": "name",
    "volunteers.TrainingSession": "title",
}

# What is told besides the personal fields: when, what became of it, which kind.
TOLD_BESIDES = {
    "as_of", "asked_at", "at", "channel", "claimed_at", "closed_at", "confirmed_at", "counts_as", "created_at",
    "date_joined", "day", "decided_at", "destroyed_date", "done_at", "due_at", "due_back_date", "due_date",
    "ended_at", "entered_at", "event", "issued_at", "issued_date", "kind", "last_login", "lifted_at", "minutes",
    "next_action_date", "occurred_at", "offered_at", "origin", "outcome", "party_size", "paused_until", "people",
    "proved_at", "purpose", "rating", "received_at", "remind", "remind_date", "restricted_at", "revoked_at", "role",
    "said_yes_at", "scope", "sent_at", "settled_at", "sheets", "shows_on_leaderboard", "stage_since_at", "standing",
    "state", "status", "support_count", "target_title", "through", "undone_at", "valid_until", "verified_at", "via",
    "weekday", "withdrawn_at", "written_at", "handled_as", "is_comment_public", "reason", "applied_at",
    "organisation_name",
}  # fmt: skip

_STAFF = "who on our team did it: their own data, shown as our team"
_LOOKUP = "an internal form of what stands beside it, made to find it again"
_HASH = "a keyed hash: it tells us nothing but that something came twice"
_OTHER = "it may tell of somebody else"

# Personal fields of the tables above that stand in no copy, each with the reason.
LEFT_OUT: dict[str, str] = {
    "people.Supporter.name_key": _LOOKUP,
    "people.Supporter.surname_key": _LOOKUP,
    "people.ContactConflict.decided_by": _STAFF,
    "people.Submission.subject_index": _HASH,
    "people.Submission.address_hash": _HASH,
    "people.Submission.bucket": "the link of another supporter: " + _OTHER,
    "people.Suppression.address_index": _HASH,
    "campaigns.Signature.address_hash": _HASH,
    "campaigns.Signature.bucket": "the link of another supporter: " + _OTHER,
    "campaigns.Pledge.bucket": "the link of another supporter: " + _OTHER,
    "campaigns.Pledge.counted_territory_code": "where our figures count it; the place itself stands beside it",
    "campaigns.PledgeMove.by": _STAFF,
    "campaigns.PledgeNote.by": _STAFF,
    "campaigns.PledgeNote.owner": _STAFF,
    "messaging.OutboundMessage.address_index": _HASH,
    "messaging.OutboundMessage.idempotency_key": "an internal mark by which nothing is sent twice",
    "messaging.OutboundMessage.provider_id": "the provider's number of the message",
    "messaging.OutboundMessage.context": "ids the words were made from; the words are in the message you got",
    "messaging.InboundMessage.address_index": _HASH,
    "messaging.InboundMessage.provider_id": "the provider's number of the message",
    "messaging.InboundMessage.assigned_to": _STAFF,
    "messaging.SenderBlock.address_index": _HASH,
    "audiences.AutomationRun.occasion": "an internal mark by which nobody is taken in twice",
    "audiences.StaffTask.origin": "an internal mark of the step it was made by",
    "audiences.StaffTask.owner": _STAFF,
    "audiences.StaffTask.created_by": _STAFF,
    "audiences.StaffTask.settled_by": _STAFF,
    "coalition.HandedOver.digest": _HASH,
    "coalition.HandedOver.told": _HASH,
    "coalition.PartnerApplication.decided_by": _STAFF,
    "events.Attendance.by": _STAFF,
    "events.AttendanceUndo.by": _STAFF,
    "outreach.ContactIdentity.candidates": "other people it could have been",
    "outreach.ContactIdentity.decided_by": _STAFF,
    "outreach.PaperBatch.destruction_witness": "somebody else's name",
    "outreach.PaperBatchEvent.actor": _STAFF,
    "outreach.PaperBatchEvent.note": "it may tell of somebody else who held the forms",
    "outreach.OutreachContact.answers": "what somebody else answered you",
    "outreach.OutreachContact.barriers": "what held somebody else back",
    "outreach.OutreachContact.language": "in which language somebody else talked with you",
    "outreach.Revocation.by": _STAFF,
    "rights.RightsRequest.decided_by": _STAFF,
    "volunteers.Volunteer.owner": _STAFF,
    "volunteers.Volunteer.calendar_key": "the secret of your calendar's address; your own page shows it",
    "volunteers.StageChange.actor": _STAFF,
    "volunteers.VolunteerNote.author": _STAFF,
    "volunteers.AgreementAcceptance.actor": _STAFF,
    "accounts.User.password": "a salted hash by which a password is checked, never read",
}

# Links between tables that do not make a row this person's.
NOT_THEIRS: dict[str, str] = {
    "people.Supporter.merged_into": "records that became one are read together",
    "volunteers.CoverRequest.taken_by": "another volunteer's request, which this person took over",
    "volunteers.HoursEntry.assignment": "its volunteer says whose it is",
    "volunteers.HoursEntry.attendance": "its volunteer says whose it is",
    "outreach.PaperBatch.acceptance": "its holder says whose it is",
    "audiences.BroadcastRecipient.message": "its supporter and address say whose it is",
}

# Links from a login to what its person did themselves. All other links to a login say who on the team did something.
LOGIN_LINKS = {
    "accounts.Membership.user",
    "outreach.HandoverLink.user",
    "outreach.OutreachContact.mobiliser",
    "outreach.Revocation.mobiliser",
}

FIELDS: dict[str, Promise | str] = {
    "address": _("to"), "answer": _("our answer"), "answers": _("your answers"),
    "as_typed": pgettext_lazy("to write to", "address"), "asked_at": _("asked"), "at": _("when"),
    "barrier": _("what stands in the way"), "barriers": _("what stood in the way"), "body": _("text"),
    "campaign": _("campaign"),
    "canonical": _("address as we compare it"), "channel": _("channel"), "claimed_at": _("sending began"),
    "closed_at": _("closed on"), "code": _("number"), "comment": _("your comment"), "confirmed_at": _("confirmed"),
    "consents": _("your choices"), "counts_as": _("counted as"), "created_at": _("since"),
    "date_joined": _("login since"), "day": _("day"), "decided_at": _("decided"), "done_at": _("done"),
    "due_date": _("due"), "due_at": _("due"), "effort": _("action"), "email": _("e-mail address"),
    "email_domain": _("domain of your address"), "ended_at": _("ended on"), "ending": _("how it ended"),
    "entered_at": _("begun on"), "event": _("event"), "first_name": _("first name"),
    "from_stage": pgettext_lazy("a stage", "from"), "full_name": _("name"), "handled_as": _("what was done"),
    "heard_through": _("how you heard of us"), "issued_date": _("issued"), "kind": _("kind"),
    "language": _("language"), "last_login": _("last signed in"), "last_name": _("last name"),
    "lifted_at": _("lifted on"), "locale": _("language"), "minutes": _("minutes"),
    "nationality": _("country of nationality"), "next_action": _("next step"), "note": _("note"),
    "notes": _("notes"), "occurred_at": _("when"), "offered_at": _("place offered on"),
    "organisation": _("organisation"), "outcome": _("what came of it"), "part": _("part of the day"),
    "partnership": _("credited to"), "party_size": _("how many people"), "payload": _("what the form held"),
    "petition": _("petition"), "phone": _("telephone"), "postcode": _("postcode"), "purpose": _("purpose"),
    "paused_until": _("paused until"), "presence": pgettext_lazy("to a training", "came"), "proved_at": _("proved"),
    "reason": _("reason"), "received_at": _("received"), "remind": _("reminder"), "remind_date": _("reminder on"),
    "residence_country": _("country of residence"), "restated_territory_code": _("country you confirmed"),
    "restricted_at": _("restricted since"), "role": _("role"), "said_yes_at": _("said yes on"),
    "scope": _("campaign"), "sent_at": _("sent"), "session": _("training"), "settled_at": _("settled on"),
    "share_code": _("your own link"), "sheets": _("sheets"), "shift": _("shift"), "source": _("came by"),
    "stage": _("stage"), "standing": _("how it stands"), "state": _("what you said"), "status": _("status"),
    "step": _("step"), "support_count": _("statements counted"), "target_title": _("for"), "team": _("team"),
    "territory": _("place"), "territory_code": _("place"), "text": _("text"), "through": _("accepted through"),
    "title": _("title"), "to_stage": _("to"), "undone_at": _("taken back"), "verified_at": _("proved"),
    "via": _("how you checked in"), "weekday": _("day of the week"), "what": _("what"),
    "withdrawn_at": _("withdrawn"), "words": _("your words"), "written_at": _("written"),
}  # fmt: skip

# Where a field is called otherwise in one table than in the others.
OWN_TITLES: dict[str, Promise | str] = {
    "coalition.PartnerContact.partnership": _("organisation"),
    "coalition.PartnerApplication.partnership": _("became partner as"),
}

# What tables say in words of the machine, in words for people: a person's way through a series of messages.
VALUES: dict[str, dict[str, Promise | str]] = {
    "audiences.AutomationStep.kind": {
        "wait": _("a wait"),
        "until": _("a wait for a date"),
        "send": _("a message"),
        "check": _("a check"),
        "task": _("a task of our team"),
        "call": _("a call to another system"),
        "leave": _("the end of the series"),
    },
}
