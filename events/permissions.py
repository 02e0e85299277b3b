"""What each role may do with events, venues and those who come. Which rows: ``visible_to``."""

from accounts.enums import Role


def _all(*models: str) -> set[str]:
    return {f"events.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


def _view(*models: str) -> set[str]:
    return {f"events.view_{model}" for model in models}


_RUN = {
    *_all("event", "venue", "timeslot", "checklistitem", "material", "eventtext", "outcomereport", "focusnote"),
    *_view("eventtype", "reminderrule"),
    *(f"events.{verb}_{model}" for model in ("rsvp", "attendance") for verb in ("view", "add", "change")),
}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {*_RUN, *_all("eventtype", "reminderrule")},
    Role.ORGANISER: {*_RUN, *_all("eventtype", "reminderrule")},
    Role.PARTNER_MANAGER: _RUN,
    Role.DATA_PROTECTION_OFFICER: _view("event", "rsvp", "attendance", "outcomereport"),
}
