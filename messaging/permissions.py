"""What each role may do with the ledger of messages. Which rows: ``visible_to``."""

from accounts.enums import Role

_WRITE = {"messaging.view_messagetext", "messaging.add_messagetext", "messaging.change_messagetext"}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {
        "messaging.view_outboundmessage",
        "messaging.change_outboundmessage",  # settle an unknown one
        "messaging.view_inboundmessage",
        "messaging.change_inboundmessage",
        *_WRITE,
    },
    Role.PARTNER_MANAGER: _WRITE,
    Role.DATA_PROTECTION_OFFICER: {
        "messaging.view_outboundmessage",
        "messaging.view_inboundmessage",
        "messaging.delete_words",
        "messaging.view_messagetext",
    },
}
