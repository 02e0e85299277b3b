"""What each role may do with canvassing efforts, contacts and paper batches. Which rows: ``visible_to``."""

from accounts.enums import Role


def _all(*models: str) -> set[str]:
    return {f"outreach.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


def _view(*models: str) -> set[str]:
    return {f"outreach.view_{model}" for model in models}


_FRAME = ("canvassingeffort", "script", "area", "areaassignment")
_RUN = {
    *_all(*_FRAME),
    *_view("outreachcontact", "contactidentity", "revocation", "paperbatch", "barrier"),
    "outreach.change_contactidentity",  # decide who an ambiguous one is
    "outreach.add_revocation",
    "outreach.change_revocation",  # undo one
    "outreach.add_paperbatch",
    "outreach.change_paperbatch",
}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {*_RUN, *_all("barrier")},
    Role.ORGANISER: _RUN,
    Role.PARTNER_MANAGER: _RUN,
    Role.ANALYST: _view("canvassingeffort", "barrier"),
    Role.DATA_PROTECTION_OFFICER: _view(*_FRAME, "outreachcontact", "contactidentity", "revocation", "paperbatch"),
}
