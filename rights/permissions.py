"""What each role may do here. Which rows: ``visible_to``."""

from accounts.enums import Role

_ANSWERS = {"rights.view_rightsrequest", "rights.add_rightsrequest", "rights.change_rightsrequest"}
# How long a campaign keeps what it holds about people: who runs it and who watches over its data decide.
_KEEPS = {f"rights.{verb}_retentionrule" for verb in ("view", "add", "change", "delete")} | {"rights.view_retentionrun"}

# The record of processing: who runs campaigns reads it, who watches over the data answers for what it says.
_READS_RECORD = {"rights.view_recorddetails"}
_KEEPS_RECORD = _READS_RECORD | {"rights.change_recorddetails"}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {"rights.view_rightsrequest"} | _KEEPS | _READS_RECORD,
    Role.DATA_PROTECTION_OFFICER: _ANSWERS | _KEEPS | _KEEPS_RECORD,
}
