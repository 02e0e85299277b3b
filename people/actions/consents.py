"""Recording what people allow and take back."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organisation
from core import audit
from core.audit import Actor
from core.inserts import NewRows, insert_row
from core.ttl_cache import ttl_cache
from people.addresses import address_index
from people.consent import ContactPurpose, grants_in_force, last_words
from people.enums import Channel, ConsentState, LiftReason, Purpose, SuppressionReason
from people.models import ConsentEvent, ConsentText, ContactPoint, Submission, Suppression


def record_consent_choices(
    *, submission: Submission, contact_points: dict[str, ContactPoint], at: datetime, later: NewRows | None = None
) -> list[ConsentEvent]:
    """Write one GRANTED event per box the person ticked, with the wording that stood beside it.

    ``contact_points`` maps a channel to the point the choice is for; a choice for a channel the person gave no address
    of is not a consent to anything and writes nothing. A box left unticked writes nothing either: it was never
    granted here, and it does not take back what was granted elsewhere. With ``later`` the caller inserts the events.
    """
    granted = {choice["text"] for choice in submission.consents if choice["granted"]}
    if not granted:
        return []
    events = [
        ConsentEvent(
            contact_point=contact_points[text.channel],
            state=ConsentState.GRANTED,
            purpose=text.purpose,
            channel=text.channel,
            organisation_id=text.organisation_id,
            scope=text.scope,
            text=text,
            source=f"submission:{submission.pk}",
            at=at,
        )
        for text in _wordings(frozenset(granted))
        if text.channel in contact_points
    ]
    write = insert_row if later is None else later.add
    return [write(event) for event in events]


@ttl_cache(60)
def _wordings(ids: frozenset[int]) -> tuple[ConsentText, ...]:
    """Return the wordings with these ids; they are immutable, so what was read a minute ago is what stands there."""
    return tuple(ConsentText.objects.filter(pk__in=ids))


def withdrawal_of(granted: ConsentEvent, *, source: str, at: datetime) -> ConsentEvent:
    """Return the event, not yet stored, that takes back just what ``granted`` gave."""
    return ConsentEvent(
        contact_point_id=granted.contact_point_id,
        state=ConsentState.WITHDRAWN,
        purpose=granted.purpose,
        channel=granted.channel,
        organisation_id=granted.organisation_id,
        scope=granted.scope,
        text_id=granted.text_id,
        source=source,
        at=at,
    )


@transaction.atomic
def withdraw_consent(*, contact_point: ContactPoint, text: ConsentText, source: str, at: datetime) -> ConsentEvent:
    """Take one consent back; safe to call twice (a second event says the same)."""
    return ConsentEvent.objects.create(
        contact_point=contact_point,
        state=ConsentState.WITHDRAWN,
        purpose=text.purpose,
        channel=text.channel,
        organisation_id=text.organisation_id,
        scope=text.scope,
        text=text,
        source=source,
        at=at,
    )


@transaction.atomic
def record_word(
    *,
    contact_point: ContactPoint,
    state: ConsentState,
    purpose: Purpose,
    organisation: Organisation,
    scope: str,
    source: str,
    at: datetime,
) -> ConsentEvent:
    """Write what somebody said of one purpose on their own address by a link or a text message, without a wording.

    Safe to call twice: when they said the same last, that event is returned. What would need a wording to be a consent,
    anything but taking back or giving back, is not for here.
    """
    said = ConsentEvent.objects.filter(
        contact_point=contact_point,
        purpose=purpose,
        channel=contact_point.channel,
        organisation=organisation,
        scope=scope,
    )
    last = said.order_by("-at", "-id").first()
    if last is not None and last.state == state:
        return last
    return ConsentEvent.objects.create(
        contact_point=contact_point,
        state=state,
        purpose=purpose,
        channel=contact_point.channel,
        organisation=organisation,
        scope=scope,
        source=source,
        at=at,
    )


@transaction.atomic
def take_back(
    *, contact_point: ContactPoint, purpose: ContactPurpose, source: str, at: datetime
) -> ConsentEvent | None:
    """Take back the consent in force at one address for ``purpose``; without one nothing is written."""
    last = next(iter(last_words(contact_point, purpose, at)), None)
    if last is None or last.state != ConsentState.GRANTED:
        return None
    event = withdrawal_of(last, source=source, at=at)
    event.scope = purpose.scope
    event.save()
    return event


@transaction.atomic
def give_back(
    *, contact_point: ContactPoint, purpose: ContactPurpose, source: str, at: datetime
) -> ConsentEvent | None:
    """Give back, with its wording, the consent that was taken back from the same ``source``; nothing else is written.

    The caller holds the contact point's lock, as for `take_back`.
    """
    words = last_words(contact_point, purpose, at)
    if not can_give_back(words, source):
        return None
    return ConsentEvent.objects.create(
        contact_point=contact_point,
        state=ConsentState.GRANTED,
        purpose=purpose.purpose,
        channel=purpose.channel,
        organisation_id=words[1].organisation_id,
        scope=purpose.scope,
        text=words[1].text,
        source=source,
        at=at,
    )


def can_give_back(words: list[ConsentEvent], source: str) -> bool:
    """Whether the last of two ``words`` (`people.consent.last_words`) took back, from ``source``, what was granted."""
    states = [word.state for word in words]
    return states == [ConsentState.WITHDRAWN, ConsentState.GRANTED] and words[0].source == source


@transaction.atomic
def withdraw_everything(*, contact_point: ContactPoint, source: str, at: datetime) -> list[ConsentEvent]:
    """Take back every consent in force at one address, and return the events. A second call finds none."""
    withdrawn = [withdrawal_of(event, source=source, at=at) for event in grants_in_force(contact_point, at)]
    return ConsentEvent.objects.bulk_create(withdrawn)


@transaction.atomic
def suppress_address(
    *, channel: Channel, canonical: str, reason: SuppressionReason, by: Actor, at: datetime
) -> Suppression:
    """Stop everything to one address. Safe to call twice: the suppression in force is returned."""
    suppression, created = Suppression.objects.get_or_create(
        channel=channel,
        address_index=address_index(channel, canonical),
        reason=reason,
        lifted_at=None,
        defaults={"at": at},
    )
    if created:
        audit.record("people.address.suppressed", by=by, target=suppression, reason=str(reason))
    return suppression


@transaction.atomic
def lift_suppression(*, suppression: Suppression, reason: LiftReason, by: Actor, at: datetime) -> Suppression:
    """End one suppression and return it; the row stays as evidence. Safe to call twice.

    Nothing becomes allowed by it: consent is evaluated as before (`people.consent.may_contact`).
    """
    lifted = Suppression.objects.in_force().filter(pk=suppression.pk).update(lifted_at=at)
    if lifted:
        audit.record("people.address.unsuppressed", by=by, target=suppression, reason=str(reason.value))
    suppression.refresh_from_db()
    return suppression


@transaction.atomic
def publish_consent_text(*, by: Actor, body: str, **identity: Any) -> ConsentText:
    """Publish a wording as the next version of its purpose, channel, organisation, scope and language.

    The same wording twice returns the version there is. Versions are immutable: the database refuses updates.
    """
    latest = ConsentText.objects.filter(**identity).order_by("-version").first()
    if latest is not None and latest.body == body.strip():
        return latest
    text = ConsentText.objects.create(
        **identity, body=body.strip(), version=latest.version + 1 if latest is not None else 1
    )
    audit.record("people.consent_text.published", by=by, target=text)
    return text
