"""What came by the links of one material: visits and signatures, by partner."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext

from campaigns.enums import Grain, Metric
from campaigns.models import Campaign, Source, Tally
from campaigns.selectors.source_links import visits_of_sources
from campaigns.zones import local_day
from coalition.models import Material
from coalition.querysets import KEEPERS
from coalition.source_links import made_for
from core.small_counts import in_tens, shown

if TYPE_CHECKING:
    from accounts.models import User

MOST_SHOWN = 200


@dataclass(frozen=True)
class Brought:
    """What one partner's link of a material brought. ``signatures``: those that count, as the tallies have them."""

    partner: str
    visits: int
    signatures: int

    @property
    def signatures_shown(self) -> str:
        return shown(self.signatures)


def brought_by_links(user: "User", material: Material, *, at: datetime) -> list[Brought]:
    """Return what each partner's link of a material brought, the most signatures first; links of who left too.

    At most MOST_SHOWN, in a fixed number of queries. Who may not see people reads signatures in tens.
    """
    rows = Source.objects.visible_to(user).filter(
        campaign=material.campaign_id, made_for__startswith=made_for(material.pk)
    )
    links = list(rows.select_related("partnership__organisation").order_by("pk"))
    if not links:
        return []
    signed = _signatures(material.campaign_id, [link.code for link in links])
    today = local_day(at, material.campaign)
    followed = visits_of_sources(user, [link.pk for link in links], today=today)
    found = [(signed.get(link.code, 0), followed[link.pk].total, _partner(link)) for link in links]
    found.sort(key=lambda each: (-each[0], -each[1], each[2].casefold()))
    is_exact = _sees_people(user, material.campaign_id)
    return [
        Brought(partner, visits, count if is_exact else in_tens(count)) for count, visits, partner in found[:MOST_SHOWN]
    ]


def _signatures(campaign_id: int, codes: list[str]) -> dict[str, int]:
    tallies = Tally.objects.by(Grain.SOURCE).filter(
        petition__campaign=campaign_id, metric=Metric.SIGNATURES, key__in=[f"||{code}|" for code in codes]
    )
    return dict(tallies.order_by().values_list("source").annotate(total=Sum("count")))


def _partner(link: Source) -> str:
    return link.partnership.organisation.name if link.partnership else gettext("no partner")


def _sees_people(user: "User", campaign_id: int) -> bool:
    return user.is_superuser or Campaign.objects.led_by(user, *KEEPERS).filter(pk=campaign_id).exists()
