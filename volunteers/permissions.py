"""What each role may do with volunteers, trainings and shifts. Which rows: ``visible_to``."""

from accounts.enums import Role


def _all(*models: str) -> set[str]:
    return {f"volunteers.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


def _view(*models: str) -> set[str]:
    return {f"volunteers.view_{model}" for model in models}


_PLANNED = ("team", "curriculum", "trainingsession", "shift", "shiftassignment", "trainingattendance")
_RUN = {
    *_all(*_PLANNED),
    *_all("hoursentry", "volunteernote"),
    *_view("volunteer", "certificate", "coverrequest", "shifttemplate"),
    "volunteers.add_volunteer",
    "volunteers.change_volunteer",
    "volunteers.add_certificate",
    "volunteers.change_certificate",  # revoke one
}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {*_RUN, *_all("skill", "shifttemplate"), *_view("agreementtext"), "volunteers.add_agreementtext"},
    Role.ORGANISER: {*_RUN, *_all("shifttemplate"), *_view("agreementtext")},
    Role.PARTNER_MANAGER: {*_RUN, *_view("agreementtext"), "volunteers.add_agreementtext"},
    Role.DATA_PROTECTION_OFFICER: _view("volunteer", "team", "certificate", "agreementtext", "volunteernote"),
}
