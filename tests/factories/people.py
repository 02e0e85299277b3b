"""People for tests: contact points, consent wordings and events, under the names of the fixed cast."""

import uuid
from datetime import datetime
from typing import Any

from accounts.models import Organisation
from people.actions.consents import publish_consent_text
from people.canonical import canonical_email, canonical_phone
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter

ADA = "ada@example.org"
BEN = "ben@example.org"
CLEO = "cleo@example.org"
DAN = "dan@example.org"


def make_organisation(name: str = "") -> Organisation:
    slug = uuid.uuid4().hex[:8]
    return Organisation.objects.create(name=name or f"Organisation {slug}", slug=slug)


def make_contact_point(
    address: str = ADA,
    *,
    verified_at: datetime | None = None,
    channel: Channel = Channel.EMAIL,
    supporter: Supporter | None = None,
    **told: Any,
) -> ContactPoint:
    """Return the contact point of a new supporter, or one more of ``supporter``."""
    canonical = canonical_email(address) if channel == Channel.EMAIL else canonical_phone(address)
    return ContactPoint.objects.create(
        supporter=supporter or Supporter.objects.create(**told),
        channel=channel,
        canonical=canonical,
        as_typed=address,
        verified_at=verified_at,
    )


def make_consent_text(organisation: Organisation, body: str = "Write to me.", **identity: Any) -> ConsentText:
    """Publish a wording; by default for the news of all of the organisation's campaigns by e-mail, in English."""
    defaults = {"purpose": Purpose.CAMPAIGN_NEWS, "channel": Channel.EMAIL, "scope": "", "language": "en"}
    return publish_consent_text(by="tests", body=body, organisation=organisation, **{**defaults, **identity})


def write_consent_event(
    point: ContactPoint, text: ConsentText, state: ConsentState, at: datetime, **changes: Any
) -> ConsentEvent:
    """Write one event for what ``text`` speaks of."""
    fields = {
        "purpose": text.purpose,
        "channel": text.channel,
        "organisation": text.organisation,
        "scope": text.scope,
        "text": text,
    }
    return ConsentEvent.objects.create(contact_point=point, state=state, source="tests", at=at, **{**fields, **changes})
