"""What each role may do with segments, broadcasts, journeys and tasks. Which rows: ``visible_to``.

Seeing who is in a segment asks people.view_supporter, seeing who got a broadcast view_broadcastrecipient, and who is on
the way through a journey view_automationrun: whoever reads figures only has none of them.
"""

from accounts.enums import Role


def _all(*models: str) -> set[str]:
    return {f"audiences.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


_READ = {"audiences.view_segment", "audiences.view_broadcast", "audiences.view_automation"}
_SEND = {
    *_all("segment", "broadcast", "automation", "stafftask"),
    "audiences.approve_broadcast",
    "audiences.view_broadcastrecipient",
    "audiences.view_automationrun",
    "audiences.change_automationrun",
}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: _SEND,
    Role.PARTNER_MANAGER: _SEND,
    Role.ORGANISER: _all("stafftask"),
    Role.ANALYST: _READ,
    Role.DATA_PROTECTION_OFFICER: {*_READ, "audiences.view_broadcastrecipient", "audiences.view_automationrun"},
}
