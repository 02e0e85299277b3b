"""Whether we may contact somebody: the one place that decides it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from people.addresses import address_index, addresses_by_index
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentEvent, ConsentText, ContactPoint, Suppression


@dataclass(frozen=True)
class ContactPurpose:
    """What we would write about, on which channel, for whom. ``scope`` is a campaign's slug, blank for none."""

    purpose: Purpose
    channel: Channel
    organisation_id: int | None = None
    scope: str = ""


@dataclass(frozen=True)
class UnknownAddress:
    """An address that is nobody's contact point yet: the one a public form was sent with."""

    channel: Channel
    canonical: str


@dataclass(frozen=True)
class Decision:
    """Whether we may, and if not, why not (a stable word for the ledger)."""

    allowed: bool
    reason: str = ""


ALLOWED = Decision(True)
UNVERIFIED = Decision(False, "unverified")

# Somebody erased who signs again has come back by themselves: the answer to that may reach them, nothing else.
_LIFTED_FOR_SERVICE = {SuppressionReason.ERASED}
# What needs no consent yet yields to a withdrawal of another purpose, to which the person's word refers.
_GOES_BY = {Purpose.AGENDA: Purpose.REMINDER}


def may_contact(contact_point: ContactPoint | UnknownAddress, purpose: ContactPurpose, at: datetime) -> Decision:
    """Decide whether one address may be written to for one purpose at one moment.

    A suppression always wins. SERVICE (the answer to what the person just did) needs no consent; everything else
    needs a verified contact point whose latest event for this purpose, channel and organisation — for this scope or
    for all of the organisation's campaigns — is GRANTED. AGENDA (reminders of what they registered for) needs a
    verified contact point whose latest event for REMINDER is not WITHDRAWN. (GDPR Art. 6(1)(a), 7(3); ePrivacy
    Directive Art. 13.)
    """
    index = address_index(contact_point.channel, contact_point.canonical)
    stops = suppressions_among(purpose.channel, [index]).get(index, set())
    refusal = refusal_by_suppression(stops, purpose.purpose)
    if refusal:
        return Decision(False, refusal)
    if purpose.purpose == Purpose.SERVICE:
        return ALLOWED
    if isinstance(contact_point, UnknownAddress) or contact_point.verified_at is None:
        return UNVERIFIED
    latest = _latest_first(purpose, at).filter(contact_point=contact_point).values_list("state", flat=True).first()
    return _by_consent(purpose, latest)


def _by_consent(purpose: ContactPurpose, latest: str | None) -> Decision:
    """Decide for a verified contact point by the state in force, None: nothing was ever said."""
    if latest == ConsentState.WITHDRAWN:
        return Decision(False, "withdrawn")
    if latest == ConsentState.GRANTED or purpose.purpose in _GOES_BY:
        return ALLOWED
    return Decision(False, "no-consent")


def may_contact_each(
    asked: Sequence[tuple[ContactPoint | UnknownAddress, ContactPurpose]], at: datetime
) -> list[Decision]:
    """Decide for many addresses at once, each for its own purpose, what `may_contact` decides for one.

    Suppressions are read once per channel and consents once per purpose.
    """
    indexes = [address_index(point.channel, point.canonical) for point, _purpose in asked]
    stops: dict[Channel, dict[str, set[str]]] = {
        channel: suppressions_among(channel, indexes) for channel in {purpose.channel for _point, purpose in asked}
    }
    states = {purpose: _states_among(asked, purpose, at) for purpose in {purpose for _point, purpose in asked}}
    decisions = []
    for index, (point, purpose) in zip(indexes, asked, strict=True):
        refusal = refusal_by_suppression(stops[purpose.channel].get(index, set()), purpose.purpose)
        if refusal:
            decisions.append(Decision(False, refusal))
        elif purpose.purpose == Purpose.SERVICE:
            decisions.append(ALLOWED)
        elif isinstance(point, UnknownAddress) or point.verified_at is None:
            decisions.append(UNVERIFIED)
        else:
            decisions.append(_by_consent(purpose, states[purpose].get(point.pk)))
    return decisions


def _states_among(
    asked: Sequence[tuple[ContactPoint | UnknownAddress, ContactPurpose]], purpose: ContactPurpose, at: datetime
) -> dict[int, str | None]:
    """Return the state in force by contact point, of those asked about for ``purpose``."""
    if purpose.purpose == Purpose.SERVICE:
        return {}
    ids = [point.pk for point, theirs in asked if theirs == purpose and isinstance(point, ContactPoint)]
    points = ContactPoint.objects.filter(pk__any_of=ids).annotate(consent_in_force=_state_in_force(purpose, at))
    return dict(points.values_list("pk", "consent_in_force"))


def _latest_first(purpose: ContactPurpose, at: datetime) -> QuerySet[ConsentEvent]:
    """Return the events that speak of ``purpose`` at ``at``, the one in force first."""
    return ConsentEvent.objects.filter(
        Q(scope=purpose.scope) | Q(scope=""),
        purpose=_GOES_BY.get(purpose.purpose, purpose.purpose),
        channel=purpose.channel,
        organisation=purpose.organisation_id,
        at__lte=at,
    ).order_by("-at", "-id")


def _state_in_force(purpose: ContactPurpose, at: datetime) -> Subquery:
    return Subquery(_latest_first(purpose, at).filter(contact_point=OuterRef("pk")).values("state")[:1])


def event_in_force(contact_point: ContactPoint, text: ConsentText, at: datetime) -> ConsentEvent | None:
    """Return the event in force at one address for what a wording speaks of, None: nothing was ever said.

    For whoever records consents; whether somebody may be written to is `may_contact`'s to say.
    """
    purpose = ContactPurpose(Purpose(text.purpose), Channel(text.channel), text.organisation_id, text.scope)
    return _latest_first(purpose, at).filter(contact_point=contact_point).first()


def consenting_points(purpose: ContactPurpose, at: datetime) -> QuerySet[ContactPoint]:
    """Return the contact points `may_contact` allows for ``purpose`` as far as consent goes, set-based.

    Suppressions are kept by keyed hash and cannot be joined: whoever is about to write, or to hand an address on, takes
    out what `suppressed_among` returns as well. Not for SERVICE, which asks no consent.
    """
    points = ContactPoint.objects.filter(channel=purpose.channel, verified_at__isnull=False)
    points = points.alias(consent_in_force=_state_in_force(purpose, at))
    if purpose.purpose in _GOES_BY:
        return points.filter(Q(consent_in_force=None) | Q(consent_in_force=ConsentState.GRANTED))
    return points.filter(consent_in_force=ConsentState.GRANTED)


def suppressed_among(channel: str, canonicals: Iterable[str]) -> set[str]:
    """Return those of ``canonicals`` (matching forms of addresses) that anything but an answer may not reach."""
    by_index = addresses_by_index(channel, canonicals)
    return {by_index[index] for index in suppressions_among(channel, by_index)}


def suppressions_among(channel: str, indexes: Iterable[str]) -> dict[str, set[str]]:
    """Return the reasons in force for those of ``indexes`` (keyed hashes of addresses) that are suppressed."""
    found: dict[str, set[str]] = {}
    rows = Suppression.objects.filter(channel=channel, address_index__any_of=indexes, lifted_at__isnull=True)
    for index, reason in rows.values_list("address_index", "reason"):
        found.setdefault(index, set()).add(reason)
    return found


def refusal_by_suppression(reasons: set[str], purpose: str) -> str:
    """Return why these suppressions forbid ``purpose`` (``suppressed:<reason>``), or nothing."""
    binding = reasons - (_LIFTED_FOR_SERVICE if purpose == Purpose.SERVICE else set())
    return f"suppressed:{min(binding)}" if binding else ""
