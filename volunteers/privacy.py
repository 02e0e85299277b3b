"""Which fields of this app hold personal data, why, for how long, and what erasure does to them."""

from core.personal_data import Erasure, PersonalField

_AS_LONG_AS_VOLUNTEER = "until erased; no rule of retention ends it, for whoever volunteers works with the campaign"


def _of_volunteer(purpose: str, erasure: Erasure = Erasure.ROW_DELETED) -> PersonalField:
    return PersonalField(purpose, _AS_LONG_AS_VOLUNTEER, erasure)


PERSONAL = {
    "Volunteer.supporter": _of_volunteer("know who the volunteer is"),
    "Volunteer.user": _of_volunteer("let the volunteer sign in to the phone app"),
    "Volunteer.owner": PersonalField("who on the staff looks after them", _AS_LONG_AS_VOLUNTEER, Erasure.UNLINKED),
    "Volunteer.stage": _of_volunteer("know what comes next for them"),
    "Volunteer.next_action": _of_volunteer("know what comes next for them"),
    "Volunteer.heard_through": _of_volunteer("learn what brings volunteers"),
    "Volunteer.source": _of_volunteer("learn what brings volunteers"),
    "Volunteer.calendar_key": _of_volunteer("let them subscribe to their own shifts"),
    "VolunteerLanguage.volunteer": _of_volunteer("send people who speak the language of the place"),
    "VolunteerLanguage.language": _of_volunteer("send people who speak the language of the place"),
    "Availability.volunteer": _of_volunteer("ask only when they can come"),
    "Availability.part": _of_volunteer("ask only when they can come"),
    "StageChange.volunteer": _of_volunteer("show how long each step took"),
    "StageChange.from_stage": _of_volunteer("show how long each step took"),
    "StageChange.to_stage": _of_volunteer("show how long each step took"),
    "StageChange.actor": _of_volunteer("who on the staff did it"),
    "VolunteerNote.volunteer": _of_volunteer("remember what was agreed with them"),
    "VolunteerNote.body": _of_volunteer("remember what was agreed with them"),
    "VolunteerNote.author": PersonalField("who on the staff wrote it", _AS_LONG_AS_VOLUNTEER, Erasure.UNLINKED),
    "AgreementAcceptance.volunteer": _of_volunteer("prove what was agreed before data was handled"),
    "AgreementAcceptance.actor": _of_volunteer("who entered an acceptance signed on paper"),
    "TrainingSession.trainer": PersonalField(
        "tell who gives a session", "as long as the training is shown", Erasure.BLANKED
    ),
    "TrainingAttendance.volunteer": _of_volunteer("know who was trained"),
    "TrainingAttendance.presence": _of_volunteer("know who was trained"),
    "Certificate.volunteer": _of_volunteer("prove who was trained"),
    "Certificate.code": _of_volunteer("prove who was trained"),
    "Certificate.revoked_reason": _of_volunteer("know why a certificate no longer stands"),
    "ShiftAssignment.volunteer": _of_volunteer("know who comes to a shift"),
    "ShiftAssignment.status": _of_volunteer("know who comes to a shift"),
    "CoverRequest.note": _of_volunteer("tell others why somebody asks them to take a shift"),
    "HoursEntry.volunteer": _of_volunteer("thank people for the time they gave"),
    "HoursEntry.what": _of_volunteer("thank people for the time they gave"),
}
IMPERSONAL = {
    "Team.name",
    "Skill.key",
    "Skill.labels",
    "AgreementText.kind",
    "AgreementText.language",
    "AgreementText.body",
    "AgreementAcceptance.through",
    "Curriculum.key",
    "Curriculum.title",
    "Curriculum.summary",
    "TrainingSession.title",
    "TrainingSession.place",
    "TrainingSession.online_url",
    "TrainingSession.language",
    "Shift.title",
    "Shift.place",
    "Shift.language",
    "Shift.notes",
    "ShiftTemplate.title",
    "ShiftTemplate.language",
    "ShiftTemplate.notes",
    "HoursEntry.kind",
}
