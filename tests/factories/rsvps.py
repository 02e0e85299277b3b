"""Forms somebody registers with, as they come in."""

from typing import Any

from events.actions.rsvps import KIND
from events.models import Event
from people.actions.submissions import Intake


def make_intake(
    event: Event,
    email: str = "rita@example.org",
    *,
    full_name: str = "Rita Guest",
    party_size: int = 1,
    timeslot: int | None = None,
    answers: dict[str, Any] | None = None,
    **columns: Any,
) -> Intake:
    slot = timeslot or event.timeslots.order_by("starts_at").values_list("pk", flat=True)[0]
    return Intake(
        kind=KIND,
        target_id=event.pk,
        target_title=event.title,
        email=email,
        locale=columns.pop("locale", "en"),
        payload={
            "page_id": event.pk,
            "full_name": full_name,
            "timeslot": slot,
            "party_size": party_size,
            "answers": answers or {},
        },
        needs_confirmation=False,
        **columns,
    )
