"""What people are told of their own RSVP. Each answers what they did or asked for, so its purpose is SERVICE."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings

from events.models import Rsvp
from messaging.actions.address_limits import suppress_excess
from messaging.actions.queue import Draft, queue_service_messages
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint, Submission

REGISTERED, OFFER, LAPSED, CHANGED, CANCELLED = (
    "rsvp_registered", "rsvp_offer", "rsvp_lapsed", "rsvp_changed", "rsvp_cancelled",
)  # fmt: skip
_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class MailAddress(NamedTuple):
    typed: str
    canonical: str
    point: ContactPoint | None


def mail_address(rsvp: Rsvp) -> MailAddress | None:
    """Return where messages about an RSVP go: the address its form was sent with, else the person's proved one.

    None for somebody who left no e-mail address.
    """
    points = ContactPoint.objects.filter(supporter=rsvp.supporter_id, channel=Channel.EMAIL)
    submission = rsvp.submission
    if submission is not None and submission.email:
        canonical = canonical_email(submission.email)
        return MailAddress(submission.email, canonical, points.filter(canonical=canonical).first())
    best = min(points, key=lambda point: (point.verified_at is None, -point.pk), default=None)
    return MailAddress(best.as_typed, best.canonical, best) if best is not None else None


def tell_registered(rsvp: Rsvp, submission: Submission | None, *, at: datetime) -> None:
    """Queue the confirmation: a place, or the waiting list; with the links to change it and to prove the address."""
    occasion = f"submission:{submission.public_id}" if submission is not None else f"rsvp:{rsvp.pk}:{stamp(at)}"
    _queue(rsvp, REGISTERED, occasion, at=at, submission=submission)


def tell_known(rsvp: Rsvp, submission: Submission, *, at: datetime) -> None:
    """Queue "you are registered already" for a further form of the same person, at most once an hour."""
    _queue(rsvp, REGISTERED, f"rsvp:{rsvp.pk}:again-{at.astimezone(UTC):%Y%m%dT%H}", at=at, submission=submission)


def tell_accepted(rsvp: Rsvp, *, at: datetime) -> None:
    _queue(rsvp, REGISTERED, f"rsvp:{rsvp.pk}:{stamp(at)}", at=at)


def tell_offer(rsvp: Rsvp, *, at: datetime) -> None:
    _queue(rsvp, OFFER, f"rsvp:{rsvp.pk}:{stamp(at)}", at=at, expires_at=rsvp.offer_expires_at)


def tell_lapsed(rsvp: Rsvp, *, at: datetime) -> None:
    _queue(rsvp, LAPSED, f"rsvp:{rsvp.pk}:{rsvp.lapses}:{stamp(at)}", at=at)


def tell_changed(rsvp: Rsvp, *, at: datetime) -> None:
    _queue(rsvp, CHANGED, f"rsvp:{rsvp.pk}:{stamp(at)}", at=at)


def tell_cancelled(rsvp: Rsvp, *, at: datetime) -> None:
    _queue(rsvp, CANCELLED, f"rsvp:{rsvp.pk}:{stamp(at)}", at=at)


def stamp(moment: datetime) -> str:
    """Return a moment as it stands in keys."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _queue(
    rsvp: Rsvp,
    template: str,
    occasion: str,
    *,
    at: datetime,
    submission: Submission | None = None,
    expires_at: datetime | None = None,
) -> None:
    address = mail_address(rsvp)
    expires_at = expires_at or rsvp.timeslot.ends_at
    if address is None or expires_at <= at:
        return
    campaign, event = rsvp.event.campaign, rsvp.event
    ids: dict[str, Any] = {"rsvp": rsvp.pk}
    draft = Draft(
        idempotency_key=f"{template.replace('_', '-')}:{occasion}",
        purpose=ContactPurpose(Purpose.SERVICE, Channel.EMAIL, event.organisation_id, campaign.slug),
        template=template,
        address=address.typed,
        canonical=address.canonical,
        language=rsvp.language if rsvp.language in _LANGUAGES else settings.LANGUAGE_CODE,
        not_before=at,
        expires_at=expires_at,
        contact_point=address.point,
        submission_id=submission.pk if submission is not None else None,
        context=ids,
    )
    # Only a form can be sent by somebody who does not own the address: then the address's own limits hold.
    drafts = suppress_excess(drafts=[draft], at=at) if submission is not None else [draft]
    queue_service_messages(drafts=drafts)
