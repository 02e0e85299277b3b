"""Requests about data for tests."""

from datetime import datetime
from typing import Any

from people.models import Supporter
from rights.actions.requests import receive_request
from rights.enums import RequestKind, RequestOrigin
from rights.models import RightsRequest


def make_request(supporter: Supporter, at: datetime, kind: RequestKind = RequestKind.ACCESS, **told: Any) -> RightsRequest:
    """Write down a letter of a supporter."""
    defaults: dict[str, Any] = {"origin": RequestOrigin.LETTER}
    return receive_request(supporter=supporter, kind=kind, received_at=at, **{**defaults, **told})
