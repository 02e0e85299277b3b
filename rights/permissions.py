"""What each role may do here. Which rows: ``visible_to``."""

from accounts.enums import Role

_ANSWERS = {"rights.view_rightsrequest", "rights.add_rightsrequest", "rights.change_rightsrequest"}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {"rights.view_rightsrequest"},
    Role.DATA_PROTECTION_OFFICER: _ANSWERS,
}
