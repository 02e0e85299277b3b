"""What each role may do here. Which rows: ``visible_to``."""

from accounts.enums import Role

ROLE_PERMISSIONS: dict[Role, set[str]] = {}
