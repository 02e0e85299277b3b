"""How an organisation becomes a partner: it is taken in with its manager and a link, all or nothing."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.actions.memberships import invite_member
from accounts.actions.organisations import create_organisation
from accounts.enums import Role
from accounts.models import Membership, Organisation
from campaigns.actions.signatures import new_share_code
from campaigns.actions.source_links import link_of_partner, make_links
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from campaigns.selectors.source_links import own_link_of
from coalition.actions.leaving import come_back
from core import audit
from places.models import Territory

LONGEST_SLUG = 60


@dataclass(frozen=True)
class Newcomer:
    """An organisation that is to take part. ``slug`` empty: made from the name; ``email`` empty: nobody is invited."""

    name: str
    country: str
    role: str = PartnerRole.PARTNER
    slug: str = ""
    website: str = ""
    territory: Territory | None = None
    person: str = ""
    email: str = ""
    known: Organisation | None = None
    is_generated: bool = False


@dataclass
class Taken:
    """What taking a newcomer in made; a part that was there already is not among ``made``."""

    partnership: Partnership
    made: dict[str, list[int]] = field(default_factory=dict)


@transaction.atomic
def take_in(*, campaign: Campaign, newcomer: Newcomer, by: audit.Actor, at: datetime) -> Taken:
    """Make the organisation, its part in the campaign, a link of its own, and its manager; return them.

    What is there already is left as it is, so a second call makes nothing. A partner that had left comes back.
    Raises accounts.actions.memberships.MayNotGrantError when ``by`` may not give roles there.
    """
    # The same newcomer twice at once takes turns.
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
    made: dict[str, list[int]] = {}
    organisation = newcomer.known
    if organisation is None:
        slug = newcomer.slug or free_slug(newcomer.name)
        is_new = not Organisation.objects.filter(slug=slug).exists()
        organisation = create_organisation(
            by=by,
            slug=slug,
            name=newcomer.name,
            country=newcomer.country,
            website=newcomer.website,
            is_generated=newcomer.is_generated,
        )
        if is_new:
            made["organisations"] = [organisation.pk]
    if organisation != campaign.organisation and not organisation.led_by.filter(pk=campaign.organisation_id).exists():
        organisation.led_by.add(campaign.organisation)
        made["ties"] = [organisation.pk]
    partnership = _partnership(campaign, organisation, newcomer, made, by, at)
    _link(partnership, made, by)
    _invite(partnership, newcomer, made, by)
    return Taken(partnership, made)


@transaction.atomic
def give_link(*, partnership: Partnership, by: audit.Actor) -> None:
    """Make the partner the link that is its own, unless it has one."""
    _link(partnership, {}, by)


def free_slug(name: str) -> str:
    """Return a short name nobody has, made from ``name``; names in other scripts get one that cannot be guessed."""
    base = slugify(name)[: LONGEST_SLUG - 4].strip("-") or f"organisation-{new_share_code()}".lower()
    slug, number = base, 1
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _partnership(
    campaign: Campaign,
    organisation: Organisation,
    newcomer: Newcomer,
    made: dict[str, list[int]],
    by: audit.Actor,
    at: datetime,
) -> Partnership:
    partnership, is_new = Partnership.objects.get_or_create(
        campaign=campaign,
        organisation=organisation,
        defaults={"role": newcomer.role, "territory": newcomer.territory},
    )
    if is_new:
        made["partnerships"] = [partnership.pk]
        audit.record("campaigns.partnership.created", by=by, target=partnership, role=str(newcomer.role))
    elif partnership.left_at is not None:
        partnership = come_back(partnership=partnership, by=by, at=at)
    return partnership


def _link(partnership: Partnership, made: dict[str, list[int]], by: audit.Actor) -> None:
    if own_link_of(partnership) is not None:
        return
    links, is_new = make_links(campaign=partnership.campaign, wanted=[link_of_partner(partnership)])
    if not is_new:
        return
    source = links[0]
    made["sources"] = [source.pk]
    audit.record("campaigns.source.created", by=by, target=source)


def _invite(partnership: Partnership, newcomer: Newcomer, made: dict[str, list[int]], by: audit.Actor) -> None:
    if not newcomer.email:
        return
    organisation = partnership.organisation
    held = Membership.objects.filter(
        user__email__iexact=newcomer.email.strip(), organisation=organisation, role=Role.PARTNER_MANAGER
    )
    if held.exists():
        return
    first, _space, last = newcomer.person.strip().partition(" ")
    membership = invite_member(
        email=newcomer.email,
        organisation=organisation,
        role=Role.PARTNER_MANAGER,
        first_name=first[:150],
        last_name=last[:150],
        by=by,
    )
    made["memberships"] = [membership.pk]
