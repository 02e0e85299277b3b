from events.models.event import ChecklistItem, Event, EventText, Material, Timeslot
from events.models.event_type import EventType, ReminderRule
from events.models.report import FocusNote, OutcomeReport
from events.models.rsvp import Attendance, AttendanceUndo, Feedback, Rsvp
from events.models.venue import Venue

__all__ = [
    "Attendance",
    "AttendanceUndo",
    "ChecklistItem",
    "Event",
    "EventText",
    "EventType",
    "Feedback",
    "FocusNote",
    "Material",
    "OutcomeReport",
    "ReminderRule",
    "Rsvp",
    "Timeslot",
    "Venue",
]
