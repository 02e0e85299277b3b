"""Signing: what confirming, withdrawing or disowning a signature does."""

import secrets
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from campaigns.enums import COUNTING_STATUSES, SignatureStatus
from campaigns.models import Petition, Signature
from campaigns.querysets import SignatureQuerySet
from campaigns.selectors.sources import Credit, credit_for
from campaigns.territories import territory_code
from core import audit
from core.inserts import NewRows, insert_row
from core.statements import compiled_select
from core.ttl_cache import ttl_cache
from messaging.actions.number_checks import ask_number
from people.actions.consents import record_consent_choices, withdrawal_of
from people.actions.supporters import Introduction, match_or_create_supporter
from people.canonical import email_domain
from people.enums import Channel, ConsentState
from people.models import ConsentEvent, ContactPoint, Submission, Supporter

KIND = "petition-signature"
# No vowels and no look-alikes: codes are read aloud, and spell no words.
_CODE_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


class SignatureSubmission:
    """The petition signature, as one kind of submission."""

    templates: ClassVar[dict[str, str]] = {}

    def accept(self, submission: Submission, *, at: datetime) -> None:
        accept_signature(submission=submission, at=at)

    def confirm(self, submission: Submission, *, at: datetime) -> Signature:
        return confirm_signature(submission=submission, at=at)

    def disown(self, submission: Submission, *, at: datetime) -> None:
        disown_signature(submission=submission, at=at)


def new_share_code() -> str:
    """Return 10 random letters and digits: 27^10 codes, so guessing one finds nobody."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(10))


def confirm_signature(*, submission: Submission, at: datetime) -> Signature:
    """Make the supporter, the consents and the one signature that a confirmed submission asks for.

    A supporter who signed before (through another partner, or unconfirmed) keeps that signature, its partner and its
    day; its status rises to CONFIRMED, and where it was not confirmed, what this form says of country, comment and
    language replaces what somebody else may have typed. One who withdrew and signs again is counted again. An invalid
    signature stays invalid: it is undone by staff, with reasons, not by its author. Runs in the confirming transaction;
    a race raises IntegrityError and the caller's second try finds the first one's result.
    """
    petition = _petition(submission.target_id)
    rows = NewRows()
    match = match_or_create_supporter(introduction=_introduction(submission), verified=True, at=at, later=rows)
    signature = None if match.is_new else _signature_of(petition.pk, match.supporter.pk)
    if signature is None:
        signature = rows.add(_signature(petition, submission, match.supporter, SignatureStatus.CONFIRMED, at))
    else:
        _raise_to_confirmed(signature, _as_confirmed(signature, petition, submission))
    record_consent_choices(submission=submission, contact_points=match.points, at=at, later=rows)
    audit.record("campaigns.signature.confirmed", target=signature, later=rows)
    rows.insert()
    if number := match.points.get(Channel.SMS):
        _ask(number, petition, submission, at)
    submission.supporter = match.supporter
    return signature


def _ask(number: ContactPoint, petition: Petition, submission: Submission, at: datetime) -> None:
    """Ask by text whether the number is theirs, where something by SMS was agreed to."""
    campaign = petition.campaign
    ask_number(
        point=number,
        organisation=campaign.organisation,
        scope=campaign.slug,
        campaign_name=campaign.title,
        language=submission.locale,
        at=at,
    )


def _signature_of(petition_id: int, supporter_id: int) -> Signature | None:
    found = _signatures(petition_id=petition_id, supporter_id=supporter_id)
    return found[0] if found else None


@compiled_select
def _signatures(*, petition_id: int, supporter_id: int) -> QuerySet[Signature]:
    # Locked, so that a drain that counts it meanwhile and the confirmation take turns.
    found = Signature.objects.select_for_update(of=("self",)).filter(petition=petition_id, supporter=supporter_id)
    return found.order_by()


@ttl_cache(5)
def _petition(petition_id: int) -> Petition:
    """Return the petition as it was at most five seconds ago: how its signatures are counted rarely changes."""
    return Petition.objects.select_related("campaign__organisation").get(pk=petition_id)


def accept_signature(*, submission: Submission, at: datetime) -> Signature | None:
    """Count a signature without confirmation, where the petition allows it.

    Its address is unverified: it gets nothing but the confirmation, and writes into nobody's record. An address that
    has signed already is not counted again. Safe to call twice; a petition deleted meanwhile counts nothing.
    """
    petition = Petition.objects.select_related("campaign").filter(pk=submission.target_id).first()
    if petition is None or petition.requires_confirmation:
        return None
    try:
        return _accept_once(petition, submission, at)
    except IntegrityError:
        # The same person confirmed or was counted elsewhere at this moment; one of a batch must not stop the others.
        return _accept_once(petition, submission, at)


@transaction.atomic
def _accept_once(petition: Petition, submission: Submission, at: datetime) -> Signature:
    supporter = match_or_create_supporter(introduction=_introduction(submission), verified=False, at=at).supporter
    known = _signature_of(petition.pk, supporter.pk)
    return known or insert_row(_signature(petition, submission, supporter, SignatureStatus.ACCEPTED, at))


def disown_signature(*, submission: Submission, at: datetime) -> None:
    """Take back what `accept_signature` counted for this very submission: the address's owner says it was not them."""
    theirs = Signature.objects.filter(petition_id=submission.target_id, submission_id=submission.public_id)
    theirs.filter(status=SignatureStatus.ACCEPTED).update(status=SignatureStatus.WITHDRAWN, withdrawn_at=at)
    theirs.filter(status=SignatureStatus.INVALID, status_before=SignatureStatus.ACCEPTED).update(
        status_before=SignatureStatus.WITHDRAWN, withdrawn_at=at
    )


@transaction.atomic
def withdraw_signature(*, signature: Signature, at: datetime) -> Signature:
    """Take a signature out of the count and its comment off the pages; withdraw the campaign's consents too.

    Safe to call twice. The supporter stays known, so that signing again later is possible. An invalid signature stays
    invalid; undoing the invalidation then leaves it withdrawn.
    """
    changed = (
        Signature.objects.counting()
        .filter(pk=signature.pk)
        .update(status=SignatureStatus.WITHDRAWN, withdrawn_at=at, is_comment_public=False)
    ) or _invalidated(signature).exclude(status_before=SignatureStatus.WITHDRAWN).update(
        status_before=SignatureStatus.WITHDRAWN, withdrawn_at=at, is_comment_public=False
    )
    if changed:
        _withdraw_consents(signature, at)
        audit.record("campaigns.signature.withdrawn", target=signature)
    signature.refresh_from_db()
    return signature


def _invalidated(signature: Signature) -> SignatureQuerySet:
    """Return the row if an invalidation holds it: what its author does meanwhile counts once that is undone."""
    return Signature.objects.filter(pk=signature.pk, status=SignatureStatus.INVALID, invalidation__isnull=False)


def _withdraw_consents(signature: Signature, at: datetime) -> None:
    """Write WITHDRAWN for every consent in force that was given with this campaign's name on it."""
    scope = signature.petition.campaign.slug
    latest: dict[tuple[int, str, str, int], ConsentEvent] = {}
    events = ConsentEvent.objects.filter(contact_point__supporter=signature.supporter, scope=scope)
    for event in events.order_by("at", "id"):
        latest[(event.contact_point_id, event.purpose, event.channel, event.organisation_id)] = event
    ConsentEvent.objects.bulk_create(
        withdrawal_of(event, source=f"signature-withdrawn:{signature.pk}", at=at)
        for event in latest.values()
        if event.state == ConsentState.GRANTED
    )


def _introduction(submission: Submission) -> Introduction:
    told = submission.payload
    return Introduction(
        email=submission.email,
        phone=submission.phone,
        language=submission.locale,
        full_name=told.get("full_name", ""),
        nationality=told.get("nationality", ""),
        residence_country=told.get("residence_country", ""),
        postcode=told.get("postcode", ""),
        is_generated=submission.is_generated,
    )


def _signature(
    petition: Petition, submission: Submission, supporter: Supporter, status: SignatureStatus, at: datetime
) -> Signature:
    credit: Credit = credit_for(submission.source, petition.campaign_id)
    told = submission.payload
    return Signature(
        petition=petition,
        supporter=supporter,
        submission_id=submission.public_id,
        share_code=new_share_code(),
        status=status,
        territory_code=_territory(petition, submission),
        partnership_id=credit.partnership_id,
        source=credit.source,
        bucket=credit.bucket,
        locale=submission.locale,
        comment=told.get("comment", ""),
        email_domain=email_domain(submission.email)[:120],
        address_hash=submission.address_hash,
        day=at.astimezone(ZoneInfo(petition.campaign.time_zone)).date(),
        confirmed_at=at,
        is_generated=submission.is_generated,
    )


def _territory(petition: Petition, submission: Submission) -> str:
    told = submission.payload
    return territory_code(
        petition.counted_by,
        nationality=told.get("nationality", ""),
        residence=told.get("residence_country", ""),
    )


def _as_confirmed(signature: Signature, petition: Petition, submission: Submission) -> dict[str, Any]:
    """Return the columns in which the confirmed form differs from what was accepted without proof.

    The country is only noted: the tallies hold the signature under the old one, so the counting job moves it. A new
    comment is unread, whatever staff decided on the old.
    """
    territory = _territory(petition, submission)
    changes: dict[str, Any] = {
        "locale": submission.locale,
        "address_hash": submission.address_hash,
        "restated_territory_code": territory if territory != signature.territory_code else "",
    }
    comment = submission.payload.get("comment", "")
    if comment != signature.comment:
        changes.update(comment=comment, is_comment_public=False, comment_read_at=None)
    return changes


def _raise_to_confirmed(signature: Signature, changes: dict[str, Any]) -> None:
    """Confirm an accepted signature, or one its author took back before; never an invalid one.

    An invalid one only forgets that its author had left, so that undoing the invalidation counts it again. One that is
    confirmed already stays as it is.
    """
    unproved = [SignatureStatus.ACCEPTED, SignatureStatus.WITHDRAWN]
    risen = Signature.objects.filter(pk=signature.pk, status__in=unproved).update(
        status=SignatureStatus.CONFIRMED, withdrawn_at=None, **changes
    ) or _invalidated(signature).filter(status_before__in=unproved).update(
        status_before=SignatureStatus.CONFIRMED, withdrawn_at=None, **changes
    )
    if risen:
        signature.refresh_from_db()


def move_signatures(*, keep: Supporter, absorb: Supporter) -> None:
    """Hand the absorbed supporter's signatures to the kept one, in the transaction that merges them.

    Where both signed the same petition the earlier counting one stays the kept supporter's; the other goes out of the
    count and stays with the absorbed record.
    """
    mine = {row.petition_id: row for row in Signature.objects.filter(supporter=keep)}
    for theirs in Signature.objects.filter(supporter=absorb):
        own = mine.get(theirs.petition_id)
        if own is None:
            Signature.objects.filter(pk=theirs.pk).update(supporter=keep)
        elif _counts_before(theirs, own):
            _exchange(first=own, second=theirs)
        else:
            _leave_out(theirs)


def _counts_before(one: Signature, other: Signature) -> bool:
    counts = one.status in COUNTING_STATUSES, other.status in COUNTING_STATUSES
    return counts[0] if counts[0] != counts[1] else one.confirmed_at < other.confirmed_at


def _exchange(*, first: Signature, second: Signature) -> None:
    keep, absorb = first.supporter, second.supporter
    Signature.objects.filter(pk=second.pk).update(supporter=None)
    Signature.objects.filter(pk=first.pk).update(supporter=absorb)
    Signature.objects.filter(pk=second.pk).update(supporter=keep)
    _leave_out(first)


def _leave_out(signature: Signature) -> None:
    """Take a duplicate out of the count for good: undoing an invalidation does not bring it back either."""
    Signature.objects.filter(pk=signature.pk).exclude(status=SignatureStatus.WITHDRAWN).update(
        status=SignatureStatus.INVALID, status_before="", invalidation=None
    )
