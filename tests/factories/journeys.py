"""Journeys for tests: a running one of an organisation with the steps given."""

from datetime import datetime
from typing import Any

from accounts.models import Organisation
from audiences.actions.journeys import draw_up_journey, publish_steps, start_journey
from audiences.models import Automation
from messaging.models import MessageText
from tests.factories.staff import World

SIGNATURE = {"kind": "signature"}


def step(kind: str, key: str, **fields: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, **fields}


def make_journey(
    world: World,
    *steps: dict[str, Any],
    at: datetime,
    organisation: Organisation | None = None,
    trigger: dict[str, Any] | None = None,
    **told: Any,
) -> Automation:
    """Return a journey of the lead that runs since ``at``, by default for whoever signs."""
    by = world.coordinator
    automation = draw_up_journey(
        organisation=organisation or world.lead,
        campaign=world.campaign,
        name=told.pop("name", "Welcome"),
        trigger=trigger or SIGNATURE,
        by=by,
        **told,
    )
    publish_steps(automation=automation, steps=list(steps) or [step("leave", "a")], by=by)
    return start_journey(automation=automation, by=by, at=at)


def send(text: MessageText, key: str = "hello", hours: int = 24) -> dict[str, Any]:
    return step("send", key, text=text.pk, purpose="campaign_news", useful_hours=hours)
