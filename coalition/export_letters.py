"""Letters about keys and files, to a partner's managers and the lead's coordinators; no citizen's data in any."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from campaigns.actions.transparency_alarms import coordinators_of
from campaigns.models import Partnership
from messaging.actions.staff_letters import queue_staff_letter


def managers_of(partnership: Partnership) -> list[User]:
    """Return who manages the partner, each once."""
    rows = User.objects.filter(
        memberships__organisation=partnership.organisation_id, memberships__role=Role.PARTNER_MANAGER, is_active=True
    )
    return list(rows.distinct().order_by("pk"))


def tell_managers(
    partnership: Partnership, *, key: str, template: str, at: datetime, coordinators: bool = False, **words: Any
) -> None:
    """Queue one letter to each manager, and to the lead's coordinators where they should know."""
    people = {user.pk: user for user in managers_of(partnership)}
    if coordinators:
        people |= {user.pk: user for user in coordinators_of(partnership.campaign)}
    told = {
        **words,
        "organisation": partnership.organisation.name,
        "campaign": partnership.campaign.title,
        "path": reverse("staff_partner_exports:show", args=[partnership.pk]),
    }
    for _pk, user in sorted(people.items()):
        queue_staff_letter(key=key, template=template, user=user, context=told, at=at)
