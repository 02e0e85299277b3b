"""Doing what people ask about their data, by themselves or by the officer: correct, restrict, object, erase."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from core import audit
from core.audit import Actor
from messaging.actions.queue import cancel_messages_to
from messaging.models import OutboundMessage
from people.actions.consents import withdrawal_of
from people.actions.contact_conflicts import note_conflict
from people.actions.restriction import restrict_supporter
from people.actions.supporters import hold_supporter
from people.canonical import canonical_email
from people.consent import grants_in_force
from people.enums import Channel
from people.models import ConsentEvent, ContactPoint, Supporter
from rights.actions.erasure import Erased, erase_supporter
from rights.actions.letters import queue_address_check, tell_other_officers
from rights.actions.requests import ONE_PRESS, PersonGone, fulfil_own_request
from rights.clocks import due_on
from rights.enums import RequestKind, RequestOrigin, RequestStatus
from rights.models import RightsRequest
from rights.selectors import organisations_concerned

CORRECTABLE = ("full_name", "language", "postcode", "residence_country", "nationality")
OBJECTION = "link:your-data"


@transaction.atomic
def correct_supporter(
    *, supporter: Supporter, changes: dict[str, str], at: datetime, by: Actor = None
) -> dict[str, str]:
    """Write what somebody says is right in the place of what stands there, and return what stood before.

    Only fields they gave themselves (CORRECTABLE); what is the same already is not written, and nothing at all is no
    correction. What was counted with a signature stays as it was. ``by``: who of the staff writes it for them; without,
    it is they themselves, and their request is written down as done at once. Raises PersonGone.
    """
    held = hold_supporter(supporter.pk)
    if held is None:
        raise PersonGone
    before = {
        name: getattr(held, name)
        for name, value in changes.items()
        if name in CORRECTABLE and getattr(held, name) != value
    }
    if before:
        for name in before:
            setattr(held, name, changes[name])
        held.save(update_fields=list(before))
        audit.record(
            "rights.supporter.corrected" if by is None else "rights.supporter.corrected_for_them",
            by=by,
            target=held,
            fields=sorted(before),
        )
        if by is None:
            fulfil_own_request(supporter=held, kind=RequestKind.RECTIFICATION, at=at)
    return before


@transaction.atomic
def correct_for_request(*, request: RightsRequest, changes: dict[str, str], by: Actor, at: datetime) -> dict[str, str]:
    """Write what is right for the person a request is from, and return what stood before; the request stays as it is.

    Safe to call twice. Raises PersonGone.
    """
    if request.supporter is None:
        raise PersonGone
    before = correct_supporter(supporter=request.supporter, changes=changes, by=by, at=at)
    if before:
        audit.record("rights.request.corrected", by=by, target=request, fields=sorted(before))
    return before


@transaction.atomic
def ask_new_address(
    *, request: RightsRequest, point: ContactPoint, typed: str, by: Actor, at: datetime
) -> OutboundMessage:
    """Ask, by a letter to the new e-mail address of whoever a request is from, whether it is theirs; return the letter.

    Nobody of the staff proves an address: the old one stands until the button behind the letter's link is pressed
    (`change_address`). One letter an hour. Raises PersonGone where the old address is not the person's any more.
    """
    held = hold_supporter(request.supporter_id or 0)
    if held is None or not ContactPoint.objects.filter(pk=point.pk, supporter=held, channel=Channel.EMAIL).exists():
        raise PersonGone
    letter = queue_address_check(point=point, typed=typed, language=request.language, at=at)
    audit.record("rights.request.address_asked", by=by, target=request, letter=letter.pk)
    return letter


@transaction.atomic
def change_address(*, point: ContactPoint, typed: str, at: datetime) -> bool:
    """Put an address somebody has just proved in the place of an older one of theirs, and return whether it is.

    What they allowed stays allowed at the new one; what waits for the old one is cancelled. An address that is
    somebody else's stays theirs, and staff are asked to decide. Safe to call twice.
    """
    supporter = hold_supporter(point.supporter_id)
    held = ContactPoint.objects.select_for_update(of=("self",)).filter(pk=point.pk, supporter=supporter).first()
    if supporter is None or held is None:
        raise PersonGone
    canonical = canonical_email(typed)
    if held.canonical == canonical:
        return True
    other = _at_address(canonical)
    if other is None:
        other = _replace(held, canonical, typed, at)
    elif other.supporter_id == supporter.pk and other.verified_at is None:
        other.verified_at = at
        other.save(update_fields=["verified_at"])
    if other is not None and other.supporter_id != supporter.pk:
        note_conflict(point=other, supporter=supporter)
        return False
    audit.record("rights.contact_point.replaced", target=supporter)  # wishes.ADDRESS_REPLACED
    fulfil_own_request(supporter=supporter, kind=RequestKind.RECTIFICATION, at=at)
    return True


def _at_address(canonical: str) -> ContactPoint | None:
    return ContactPoint.objects.filter(channel=Channel.EMAIL, canonical=canonical).first()


def _replace(held: ContactPoint, canonical: str, typed: str, at: datetime) -> ContactPoint | None:
    """Put the address in the place of the older one; where somebody was first by a moment, return theirs."""
    before = held.canonical, held.as_typed, held.verified_at
    try:
        with transaction.atomic():
            cancel_messages_to(point=held, by=None)
            held.canonical, held.as_typed, held.verified_at = canonical, typed, at
            held.save(update_fields=["canonical", "as_typed", "verified_at"])
    except IntegrityError:
        held.canonical, held.as_typed, held.verified_at = before
        return _at_address(canonical)
    return None


@transaction.atomic
def restrict_own(*, supporter: Supporter, at: datetime) -> Supporter:
    """Use somebody's data for nothing from now on, because they said so. Safe to call twice."""
    if supporter.restricted_at is None:
        fulfil_own_request(supporter=supporter, kind=RequestKind.RESTRICTION, at=at)
    return restrict_supporter(supporter=supporter, by=None, at=at)


@transaction.atomic
def object_to_marketing(
    *, supporter: Supporter, organisation: Organisation | None, by: Actor, source: str, at: datetime
) -> int:
    """Take back every consent somebody ever gave, or what they gave to one organisation, and return how many (Art. 21).

    At every address of theirs and for every purpose. What waits to be sent is refused when its turn comes. A second
    call finds nothing.
    """
    held = hold_supporter(supporter.pk)
    if held is None:
        raise PersonGone
    points = ContactPoint.objects.select_for_update(of=("self",)).filter(supporter=held).order_by("pk")
    taken_back = [
        withdrawal_of(event, source=source, at=at)
        for point in points
        for event in grants_in_force(point, at)
        if organisation is None or event.organisation_id == organisation.pk
    ]
    ConsentEvent.objects.bulk_create(taken_back)
    audit.record("rights.supporter.objected", by=by, target=held, consents=len(taken_back))
    return len(taken_back)


@transaction.atomic
def object_own(*, supporter: Supporter, organisation: Organisation | None, at: datetime) -> RightsRequest:
    """Do what somebody objects to by their own link: nothing is written to them any more, for one organisation or all.

    The request is kept also where nothing was allowed: they said so.
    """
    count = object_to_marketing(supporter=supporter, organisation=organisation, by=None, source=OBJECTION, at=at)
    concerned = [organisation] if organisation is not None else list(organisations_concerned(supporter))
    said = RightsRequest.objects.filter(
        supporter=supporter, kind=RequestKind.OBJECTION, status=RequestStatus.DONE, done_at__gt=at - ONE_PRESS
    )
    for known in said if not count else ():
        if set(known.organisations.all()) == set(concerned):  # the same press a second time
            return known
    return fulfil_own_request(supporter=supporter, kind=RequestKind.OBJECTION, at=at, organisations=concerned)


def erase_own(*, supporter: Supporter, language: str, at: datetime) -> Erased:
    """Forget somebody because they pressed the button. What is left of the request proves it, without them.

    A second press, or two at once, finds nobody and leaves one request.
    """
    return _erase(supporter, origin=RequestOrigin.OWN_LINK, language=language, by=None, at=at)[0]


@transaction.atomic
def erase_for_request(*, request: RightsRequest, by: Actor, at: datetime) -> Erased:
    """Forget the person a request is from, whatever it asked for first; the officer decided. Raises PersonGone.

    It reaches every organisation the person has to do with by now, whomever the request named when it came: the
    officers of the others are told (ADR 38).
    """
    if request.supporter is None:
        raise PersonGone
    asker, origin = request.supporter, RequestOrigin(request.origin)
    erased, proof = _erase(asker, origin=origin, language=request.language, by=by, at=at)
    if isinstance(by, User):
        RightsRequest.objects.filter(pk=request.pk, decided_by=None).update(decided_by=by)
        if proof is not None:
            tell_other_officers(request=proof, by=by, at=at)
    return erased


@transaction.atomic
def _erase(
    supporter: Supporter, *, origin: RequestOrigin, language: str, by: Actor, at: datetime
) -> tuple[Erased, RightsRequest | None]:
    """Return what was erased, and the request that proves it to everybody concerned; None where nobody was there."""
    concerned = list(organisations_concerned(supporter).values_list("pk", flat=True))
    asked = RightsRequest.objects.filter(supporter=supporter, kind=RequestKind.ERASURE)
    waiting = list(asked.waiting().order_by("pk").values_list("pk", flat=True))
    erased = erase_supporter(supporter=supporter, by=by, at=at)
    if not erased.counts:
        return erased, None
    if waiting:
        RightsRequest.objects.filter(pk__in=waiting).update(counts=erased.counts)
        request = RightsRequest.objects.get(pk=waiting[0])
        request.organisations.add(*concerned)
        return erased, request
    request = RightsRequest.objects.create(
        kind=RequestKind.ERASURE,
        origin=origin,
        language=language if language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE,
        received_at=at,
        due_date=due_on(timezone.localtime(at).date()),
        status=RequestStatus.DONE,
        done_at=at,
        counts=erased.counts,
        decided_by=by if isinstance(by, User) else None,
    )
    request.organisations.set(concerned)
    audit.record("rights.request.decided", by=by, target=request, kind=request.kind, status=request.status,
                 counts=erased.counts)  # fmt: skip
    return erased, request
