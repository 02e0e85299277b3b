"""Other people's events, each forwarded to one action."""

from typing import Any

from accounts.actions.groups import sync_roles


def after_migrate(**_: Any) -> None:
    """Django makes permissions after migrating, so groups can only be right from here on."""
    sync_roles()
