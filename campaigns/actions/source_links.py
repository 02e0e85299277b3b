"""Links made by the dozen, and counted when they are followed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns.enums import SourceKind, VisitWay
from campaigns.models import Campaign, Partnership, Source, SourceVisit
from campaigns.source_codes import new_source_code
from campaigns.zones import local_day


def count_visit(*, source: Source, way: VisitWay, at: datetime) -> None:
    """Count one more visit of a link on the day it is in the campaign: one statement, and nothing of who it was."""
    day = local_day(at, source.campaign)
    row = SourceVisit.objects.filter(source=source, day=day, way=way)
    if row.update(visits=F("visits") + 1):
        return
    try:
        with transaction.atomic():
            SourceVisit.objects.create(source=source, day=day, way=way, visits=1)
    except IntegrityError:  # the day's first two visits came at the same moment
        row.update(visits=F("visits") + 1)


@dataclass(frozen=True)
class WantedLink:
    """A link somebody needs. ``made_for`` names it for ever, so that asking again finds it."""

    made_for: str
    label: str
    kind: SourceKind
    partnership_id: int | None = None
    leads_to: str = ""


@transaction.atomic
def make_links(*, campaign: Campaign, wanted: Iterable[WantedLink]) -> tuple[list[Source], int]:
    """Return the campaign's links for everything ``wanted``, and how many of them are new.

    Safe to call twice and at the same moment: what is there stays as it is, also what staff changed of it.
    """
    rows = {each.made_for: each for each in wanted}
    known = Source.objects.filter(campaign=campaign, made_for__in=rows)
    before = set(known.values_list("made_for", flat=True))
    missing = [
        Source(
            campaign=campaign,
            code=new_source_code(),
            label=each.label[:120],
            kind=each.kind,
            partnership_id=each.partnership_id,
            leads_to=each.leads_to,
            made_for=each.made_for,
        )
        for each in rows.values()
        if each.made_for not in before
    ]
    Source.objects.bulk_create(missing, ignore_conflicts=True)
    ours = {source.code for source in missing}
    found = list(known.select_related("partnership__organisation").order_by("label", "pk"))
    return found, sum(source.code in ours for source in found)


def make_partner_links(
    *, campaign: Campaign, organisation_ids: set[int] | None, at: datetime
) -> tuple[list[Source], int]:
    """Make a link for each active partner of a campaign, or for those of ``organisation_ids``."""
    active = Partnership.objects.active().filter(campaign=campaign).select_related("organisation")
    if organisation_ids is not None:
        active = active.filter(organisation__in=organisation_ids)
    wanted = [link_of_partner(each) for each in active.order_by("organisation__name")]
    return make_links(campaign=campaign, wanted=wanted)


def link_of_partner(partnership: Partnership) -> WantedLink:
    """Return the one link a partner has by itself, whoever makes it."""
    return WantedLink(f"partner:{partnership.pk}", partnership.organisation.name, SourceKind.PARTNER, partnership.pk)
