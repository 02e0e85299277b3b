"""What each role may do with the ledger of messages. Which rows: ``visible_to``."""

from accounts.enums import Role

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {"messaging.view_outboundmessage", "messaging.change_outboundmessage"},  # settle an unknown one
    Role.DATA_PROTECTION_OFFICER: {"messaging.view_outboundmessage"},
}
