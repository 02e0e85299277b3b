"""What each role may do here. Which rows: ``visible_to``."""

from accounts.enums import Role

_ANSWERS = {"rights.view_rightsrequest", "rights.add_rightsrequest", "rights.change_rightsrequest"}
# How long a campaign keeps what it holds about people: who runs it and who watches over its data decide.
_KEEPS = {f"rights.{verb}_retentionrule" for verb in ("view", "add", "change", "delete")} | {"rights.view_retentionrun"}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {"rights.view_rightsrequest"} | _KEEPS,
    Role.DATA_PROTECTION_OFFICER: _ANSWERS | _KEEPS,
}
