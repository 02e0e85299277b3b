"""A partner's link for each material it is offered (settings.SOURCE_LINK_MAKERS names this)."""

from datetime import datetime

from campaigns.actions.source_links import WantedLink, make_links
from campaigns.enums import SourceKind
from campaigns.models import Campaign, Partnership, Source
from coalition.models import Material, MaterialVersion


def made_for(material_id: int, partnership_id: int | None = None) -> str:
    """Return by what name a link is known as a material's, with one partner or (its beginning) with all of them."""
    return f"material:{material_id}:{partnership_id or ''}"


def make_material_links(
    *, campaign: Campaign, organisation_ids: set[int] | None, at: datetime
) -> tuple[list[Source], int]:
    """Make a link for each active partner and each material it is offered, or for partners of ``organisation_ids``.

    What comes by it is credited to the partner. Materials that are retired or up in no language have none made.
    """
    offered = MaterialVersion.objects.offered().filter(material__campaign=campaign)
    materials = list(Material.objects.filter(pk__in=offered.values("material")).order_by("pk"))
    active = Partnership.objects.active().filter(campaign=campaign).select_related("organisation").order_by("pk")
    if organisation_ids is not None:
        active = active.filter(organisation__in=organisation_ids)
    wanted = [
        _link_of(material, partnership)
        for partnership in active
        for material in materials
        if material.is_meant_for(partnership.organisation.country)
    ]
    return make_links(campaign=campaign, wanted=wanted)


def _link_of(material: Material, partnership: Partnership) -> WantedLink:
    return WantedLink(
        made_for(material.pk, partnership.pk),
        f"{material.title[:60]} · {partnership.organisation.name}",
        SourceKind.MATERIAL,
        partnership.pk,
    )
