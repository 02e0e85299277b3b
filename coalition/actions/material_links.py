"""Giving a partner its links: one of its own, and one for each material."""

from datetime import datetime

from django.db import transaction

from campaigns.models import Partnership
from coalition.actions.joining import give_link
from coalition.source_links import make_material_links
from core import audit


@transaction.atomic
def give_links(*, partnership: Partnership, by: audit.Actor, at: datetime) -> None:
    """Make the partner its own link and one for each material it is offered, as far as it has them not; safe to repeat.

    A partner that left is given none for materials.
    """
    give_link(partnership=partnership, by=by)
    campaign, own = partnership.campaign, {partnership.organisation_id}
    _found, new = make_material_links(campaign=campaign, organisation_ids=own, at=at)
    if new:
        audit.record("campaigns.sources.made", by=by, target=campaign, whose="materials", count=new)
