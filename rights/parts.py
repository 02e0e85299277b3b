"""Where people take part in campaigns, and the way from there to the campaign."""

from typing import Any

from django.db.models import OuterRef, Q
from django.db.models.expressions import Exists

from campaigns.models import Pledge, Signature
from events.models import Rsvp
from outreach.models import ContactIdentity
from volunteers.models import Volunteer

PARTS: tuple[tuple[Any, str], ...] = (
    (Signature, "petition__campaign"), (Pledge, "campaign"), (Volunteer, "campaign"), (Rsvp, "event__campaign"),
    (ContactIdentity, "contact__effort__campaign"),
)  # fmt: skip


def takes_part(person: Any, campaign: str) -> Q:
    """Return the condition that somebody takes part in the campaign a row leads to; ``campaign``: the way there.

    ``person``: what names them, by one pk or many (``supporter`` or ``supporter__in``).
    """
    condition = Q()
    for model, path in PARTS:
        condition |= Q(Exists(model._base_manager.filter(**{path: OuterRef(campaign)}, **person)))
    return condition
