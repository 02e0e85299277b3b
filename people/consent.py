"""Whether we may contact somebody: the one place that decides it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from people.addresses import address_index, addresses_by_index
from people.enums import Channel, ConsentState, Purpose, SuppressionReason
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter, Suppression


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


class _Stand(NamedTuple):
    """One contact point as the database has it now; ``state``: of the consent in force."""

    state: str | None
    verified_at: datetime | None
    paused_until: datetime | None
    restricted_at: datetime | None


ALLOWED = Decision(True)
UNVERIFIED = Decision(False, "unverified")

# Somebody erased who signs again has come back by themselves: the answer to that may reach them, nothing else.
_LIFTED_FOR_SERVICE = {SuppressionReason.ERASED}
# What somebody who asked for a pause is not sent: the news; what they registered for comes all the same.
_PAUSED = {Purpose.CAMPAIGN_NEWS, Purpose.PARTNER_NEWS}
PAUSED = Decision(False, "paused")
# Whoever had the use of their data restricted (Art. 18 GDPR) gets answers to what they do themselves, nothing else.
RESTRICTED = Decision(False, "restricted")
# What needs no consent yet yields to a withdrawal of another purpose, to which the person's word refers.
_GOES_BY = {Purpose.AGENDA: Purpose.REMINDER}


def may_contact(contact_point: ContactPoint | UnknownAddress, purpose: ContactPurpose, at: datetime) -> Decision:
    """Decide whether one address may be written to for one purpose at one moment.

    A suppression always wins. SERVICE (the answer to what the person just did) needs no consent; everything else
    needs a verified contact point whose latest event for this purpose, channel and organisation — for this scope or
    for all of the organisation's campaigns — is GRANTED, of somebody who did not have the use of their data restricted
    (Art. 18). News wait while the person paused them. AGENDA (reminders of
    what they registered for) needs a verified contact point whose latest event for REMINDER is not WITHDRAWN. (GDPR
    Art. 6(1)(a), 7(3); ePrivacy Directive Art. 13.)
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
    if contact_point.supporter.restricted_at is not None:
        return RESTRICTED
    latest = _latest_first(purpose, at).filter(contact_point=contact_point).values_list("state", flat=True).first()
    return _by_consent(contact_point.paused_until, purpose, latest, at)


def _by_consent(paused_until: datetime | None, purpose: ContactPurpose, latest: str | None, at: datetime) -> Decision:
    """Decide for a verified contact point by the state in force, None: nothing was ever said."""
    if latest == ConsentState.WITHDRAWN:
        return Decision(False, "withdrawn")
    if latest != ConsentState.GRANTED and purpose.purpose not in _GOES_BY:
        return Decision(False, "no-consent")
    is_paused = paused_until is not None and paused_until > at
    return PAUSED if is_paused and purpose.purpose in _PAUSED else ALLOWED


def may_contact_each(
    asked: Sequence[tuple[ContactPoint | UnknownAddress, ContactPurpose]], at: datetime
) -> list[Decision]:
    """Decide for many addresses at once, each for its own purpose, what `may_contact` decides for one.

    Suppressions are read once per channel and consents once per purpose. A contact point is judged as it stands in the
    database now: the one handed in may have been read before the person paused, or was erased.
    """
    indexes = [address_index(point.channel, point.canonical) for point, _purpose in asked]
    stops: dict[Channel, dict[str, set[str]]] = {
        channel: suppressions_among(channel, indexes) for channel in {purpose.channel for _point, purpose in asked}
    }
    stands = {purpose: _stands_among(asked, purpose, at) for purpose in {purpose for _point, purpose in asked}}
    decisions = []
    for index, (point, purpose) in zip(indexes, asked, strict=True):
        refusal = refusal_by_suppression(stops[purpose.channel].get(index, set()), purpose.purpose)
        if refusal:
            decisions.append(Decision(False, refusal))
        elif purpose.purpose == Purpose.SERVICE:
            decisions.append(ALLOWED)
        else:
            stand = stands[purpose].get(point.pk) if isinstance(point, ContactPoint) else None
            decisions.append(_by_stand(stand, purpose, at))
    return decisions


def _by_stand(stand: _Stand | None, purpose: ContactPurpose, at: datetime) -> Decision:
    if stand is None or stand.verified_at is None:
        return UNVERIFIED
    if stand.restricted_at is not None:
        return RESTRICTED
    return _by_consent(stand.paused_until, purpose, stand.state, at)


def _stands_among(
    asked: Sequence[tuple[ContactPoint | UnknownAddress, ContactPurpose]], purpose: ContactPurpose, at: datetime
) -> dict[int, _Stand]:
    """Return how the contact points stand that are asked about for ``purpose``, by id; none that is gone."""
    if purpose.purpose == Purpose.SERVICE:
        return {}
    ids = [point.pk for point, theirs in asked if theirs == purpose and isinstance(point, ContactPoint)]
    points = ContactPoint.objects.filter(pk__any_of=ids).annotate(consent_in_force=_state_in_force(purpose, at))
    columns = points.values_list("pk", "consent_in_force", "verified_at", "paused_until", "supporter__restricted_at")
    return {pk: _Stand(*stand) for pk, *stand in columns}


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


def who_still_allows(supporters: Iterable[int], at: datetime) -> set[int]:
    """Return those of ``supporters`` (ids) with a consent that stands granted at any of their addresses; two queries.

    Not whether somebody may be written to: whether a consent of theirs is a reason to go on knowing them.
    """
    owners = dict(ContactPoint.objects.filter(supporter__in=list(supporters)).values_list("pk", "supporter_id"))
    said = ConsentEvent.objects.filter(contact_point__in=owners, at__lte=at).order_by("at", "id")
    last = {
        event[:4]: event[4]
        for event in said.values_list("contact_point_id", "purpose", "organisation_id", "scope", "state")
    }
    return {owners[key[0]] for key, state in last.items() if state == ConsentState.GRANTED}


def last_words(contact_point: ContactPoint, purpose: ContactPurpose, at: datetime) -> list[ConsentEvent]:
    """Return what was said last and before last of ``purpose`` at one address, the one in force first."""
    return list(_latest_first(purpose, at).filter(contact_point=contact_point).select_related("text")[:2])


def grants_in_force(contact_point: ContactPoint, at: datetime) -> list[ConsentEvent]:
    """Return the consents that stand granted at one address, one per purpose, organisation and scope.

    Whether the address may be written to for one of them is `may_contact`'s to say.
    """
    last: dict[tuple[str, int, str], ConsentEvent] = {}
    for event in ConsentEvent.objects.filter(contact_point=contact_point, at__lte=at).order_by("at", "id"):
        last[event.purpose, event.organisation_id, event.scope] = event
    return [event for event in last.values() if event.state == ConsentState.GRANTED]


def consenting_points(purpose: ContactPurpose, at: datetime) -> QuerySet[ContactPoint]:
    """Return the contact points `may_contact` allows for ``purpose`` as far as consent and pauses go, set-based.

    Suppressions are kept by keyed hash and cannot be joined: whoever is about to write, or to hand an address on, takes
    out what `suppressed_among` returns as well. Not for SERVICE, which asks no consent.
    """
    points = agreeing_points(purpose, at)
    if purpose.purpose in _PAUSED:
        points = points.filter(Q(paused_until=None) | Q(paused_until__lte=at))
    return points


def agreeing_points(purpose: ContactPurpose, at: datetime) -> QuerySet[ContactPoint]:
    """Return the same, those who asked for a pause included: who agreed, not who may be written to today."""
    points = ContactPoint.objects.filter(channel=purpose.channel, verified_at__isnull=False)
    # Those few are read by an index of their own: a join would read everybody.
    points = points.exclude(supporter__in=Supporter.objects.filter(restricted_at__isnull=False).order_by())
    # The state in force said as "one is in force that …": a database joins that as a set, and would look up the latest
    # event address by address.
    if purpose.purpose in _GOES_BY:
        withdrawn = _in_force(purpose, at, ConsentState.WITHDRAWN)
        return points.filter(~Exists(withdrawn.filter(contact_point=OuterRef("pk"))))
    granted = _in_force(purpose, at, ConsentState.GRANTED)
    return points.filter(Exists(granted.filter(contact_point=OuterRef("pk"))))


def _in_force(purpose: ContactPurpose, at: datetime, state: ConsentState) -> QuerySet[ConsentEvent]:
    """Return the events of ``state`` after which nothing else was said, as `_latest_first` orders them."""
    other = ConsentState.WITHDRAWN if state == ConsentState.GRANTED else ConsentState.GRANTED
    later = _latest_first(purpose, at).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")),
        contact_point=OuterRef("contact_point"),
        state=other,
    )
    return _latest_first(purpose, at).order_by().filter(~Exists(later.order_by()), state=state)


def nothing_against() -> Q:
    """Return the condition under which nothing speaks against what a row says: of ``channel`` and ``purpose``, to the
    ``contact_point`` with this ``address_index``.

    For whoever asked `may_contact_each` before and asks, right before each letter, whether that still holds: of a row
    that meets the condition it does. One that fails it may be allowed all the same (another consent was taken back):
    that is to be asked in full.
    """
    stops = Suppression.objects.filter(
        channel=OuterRef("channel"), address_index=OuterRef("address_index"), lifted_at__isnull=True
    )
    withdrawn = ConsentEvent.objects.filter(contact_point=OuterRef("pk"), state=ConsentState.WITHDRAWN)
    stands = ContactPoint.objects.filter(
        ~Exists(withdrawn), pk=OuterRef("contact_point"), verified_at__isnull=False, paused_until__isnull=True,
        supporter__restricted_at__isnull=True,
    )  # fmt: skip
    return Q(~Exists(stops)) & (Q(purpose=Purpose.SERVICE) | Q(Exists(stands)))


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
