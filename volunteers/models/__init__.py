from volunteers.models.cover import CoverRequest
from volunteers.models.shift import HoursEntry, Shift, ShiftAssignment, ShiftTemplate
from volunteers.models.training import Certificate, Curriculum, TrainingAttendance, TrainingSession
from volunteers.models.volunteer import (
    AgreementAcceptance,
    AgreementText,
    Availability,
    Skill,
    StageChange,
    Team,
    Volunteer,
    VolunteerLanguage,
    VolunteerNote,
)

__all__ = [
    "AgreementAcceptance",
    "AgreementText",
    "Availability",
    "Certificate",
    "CoverRequest",
    "Curriculum",
    "HoursEntry",
    "Shift",
    "ShiftAssignment",
    "ShiftTemplate",
    "Skill",
    "StageChange",
    "Team",
    "TrainingAttendance",
    "TrainingSession",
    "Volunteer",
    "VolunteerLanguage",
    "VolunteerNote",
]
