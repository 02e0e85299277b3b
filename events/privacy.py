"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

# Texts are translated whole; tests/architecture/test_time_limits.py names the rules.
_WITH_PERSON = (
    "until erased, or with the person: usually twelve months after the campaign ends, where nothing else keeps them"
)
_SAID = "until erased, or by the campaign's rule for what guests told us: usually six months after it ends"
_WITH_EVENT = "as long as the event is kept, or until the login is deleted"


def _of_guest(purpose: str, erasure: Erasure = Erasure.ROW_DELETED) -> PersonalField:
    return PersonalField(purpose, _WITH_PERSON, erasure)


def _said(purpose: str) -> PersonalField:
    return PersonalField(purpose, _SAID, Erasure.ROW_DELETED)


def _of_staff(purpose: str) -> PersonalField:
    return PersonalField(purpose, _WITH_EVENT, Erasure.UNLINKED)


PERSONAL = {
    "Event.organiser": _of_staff("know who is asked for the report"),
    "ChecklistItem.done_by": _of_staff("know who did it"),
    "OutcomeReport.written_by": _of_staff("know who wrote the report"),
    "Attendance.by": _of_staff("know who checked people in"),
    "AttendanceUndo.by": _of_staff("know who took a check-in back"),
    "Rsvp.supporter": _of_guest("know who comes"),
    "Rsvp.submission": _of_guest("know what was asked for"),
    "Rsvp.status": _of_guest("know who comes"),
    "Rsvp.full_name": _said("greet people and find them in the list"),
    "Rsvp.answers": _said("prepare for who comes"),
    "Rsvp.language": _of_guest("write in the person's own language"),
    "Rsvp.source": _of_guest("learn what brings people"),
    "Feedback.rsvp": _of_guest("know whom to thank"),
    "Feedback.words": _said("do the next event better"),
    "Attendance.rsvp": _of_guest("know who came", Erasure.UNLINKED),
    "AttendanceUndo.rsvp": _of_guest("know who did not come after all"),
}
IMPERSONAL = {
    "EventType.kind",
    "EventType.name",
    "EventType.questions",
    "EventType.checklist",
    "EventType.outcome_fields",
    "ReminderRule.key",
    "ReminderRule.text",
    "ReminderRule.moment",
    "Venue.name",
    "Venue.address",
    "Venue.postcode",
    "Venue.town",
    "Venue.features",
    "Venue.access_notes",
    "Venue.staff_notes",
    "Event.language",
    "Event.title",
    "Event.summary",
    "Event.description",
    "Event.spoken",
    "Event.online_url",
    "Event.time_zone",
    "Event.status",
    "Event.cancel_reason",
    "EventText.language",
    "EventText.title",
    "EventText.summary",
    "EventText.description",
    "ChecklistItem.text",
    "Material.name",
    "Attendance.via",
    "OutcomeReport.informed_reason",
    "OutcomeReport.said",
    "OutcomeReport.photo_consent",
    "OutcomeReport.photo_notes",
    "FocusNote.text",
    "FocusNote.barriers",
}
