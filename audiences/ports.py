"""What calls other systems for us. The implementation lives in `integrations`; settings.WEBHOOK_CALLER names it."""

from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class CallError(Exception):
    """The other system did not take it. ``permanent``: it never will. ``uncertain``: nobody knows whether it did."""

    def __init__(self, reason: str, *, permanent: bool = False, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.uncertain = uncertain


class WebhookCaller(Protocol):
    """Tells another system what happened."""

    def call(self, *, key: str, url: str, payload: dict[str, Any]) -> None:
        """Hand ``payload`` over as JSON, with ``key`` by which a repetition is known. Raises CallError."""

    def is_allowed(self, url: str) -> bool:
        """Whether the operator lets us call this address."""


def new_caller() -> WebhookCaller:
    """Return a fresh caller."""
    caller: WebhookCaller = import_string(settings.WEBHOOK_CALLER)()
    return caller
