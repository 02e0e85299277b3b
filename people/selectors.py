"""Reads of people shaped for forms and screens."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from people.addresses import masked_address
from people.matching import are_names_compatible
from people.models import ConsentText, ContactConflict, ContactPoint, Supporter
from people.names import name_with_origin
from people.staff_texts import country, language_name


def current_consent_texts(*, organisation_ids: Iterable[int], scope: str, language: str) -> list[ConsentText]:
    """Return the latest wording per organisation, purpose and channel for a form of ``scope`` in ``language``.

    A wording for the scope beats one for all campaigns, the person's language beats the default language.
    """
    organisations = list(organisation_ids)
    wanted: dict[tuple[int, str, str], ConsentText] = {}
    texts = ConsentText.objects.filter(
        organisation_id__in=organisations, scope__in=[scope, ""], language__in=[language, settings.LANGUAGE_CODE]
    ).select_related("organisation")
    for text in sorted(texts, key=lambda t: (t.language == language, t.scope == scope, t.version)):
        wanted[(text.organisation_id, text.purpose, text.channel)] = text
    return sorted(wanted.values(), key=lambda t: (organisations.index(t.organisation_id), t.channel, t.purpose))


def address_on(supporter: Supporter, channel: str) -> ContactPoint | None:
    """Return where somebody is written to on a channel: a proved address before others, then the newest.

    Whoever writes to many fetches their contact points beforehand as ``addresses``.
    """
    known: list[ContactPoint] | None = getattr(supporter, "addresses", None)
    points = known if known is not None else list(supporter.contact_points.all())
    return min(
        (point for point in points if point.channel == channel),
        key=lambda point: (point.verified_at is None, -point.pk),
        default=None,
    )


@dataclass(frozen=True)
class Side:
    """One of two people who gave the same address, as staff compare them."""

    supporter: Supporter
    name: str
    language: str
    residence: str
    addresses: list[str]


@dataclass(frozen=True)
class Comparison:
    """Whose an address is, and who gave it as well. ``is_last``: the owner has no other address."""

    owner: Side
    claimant: Side
    names_fit: bool
    is_last: bool


def compare_sides(conflict: ContactConflict) -> Comparison:
    """Return both people of a conflict side by side; addresses are masked."""
    owner, claimant = conflict.contact_point.supporter, conflict.supporter
    return Comparison(
        owner=_side(owner),
        claimant=_side(claimant),
        names_fit=are_names_compatible(owner.full_name, claimant.full_name),
        is_last=owner.contact_points.count() == 1,
    )


def _side(supporter: Supporter) -> Side:
    points = supporter.contact_points.order_by("channel", "pk")
    return Side(
        supporter=supporter,
        name=name_with_origin(supporter.full_name, supporter.is_generated),
        language=language_name(supporter.language) if supporter.language else "",
        residence=country(supporter.residence_country),
        addresses=[masked_address(point.channel, point.as_typed) for point in points],
    )
