"""People for tests, made the quick way: rows as actions would leave them, with canonical and typed forms in step."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from model_bakery import baker

from accounts.models import Organisation
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, ConsentText, ContactPoint, Supporter

_numbers = count(1)
VERIFIED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def make_supporter(**fields: Any) -> Supporter:
    """Make a supporter with a name and a language, and no address yet."""
    return baker.make(Supporter, **{"full_name": f"Person {next(_numbers)}", "language": "en", **fields})


def make_contact_point(supporter: Supporter | None = None, email: str = "", **fields: Any) -> ContactPoint:
    """Make a verified e-mail address of ``supporter`` (a new one without)."""
    typed = email or f"Person.{next(_numbers)}@example.org"
    defaults = {"channel": Channel.EMAIL, "as_typed": typed, "canonical": typed.lower(), "verified_at": VERIFIED_AT}
    return baker.make(ContactPoint, supporter=supporter or make_supporter(), **{**defaults, **fields})


def make_consent_text(organisation: Organisation, **fields: Any) -> ConsentText:
    """Make the next version of a wording for campaign news by e-mail in English."""
    defaults = {
        "purpose": Purpose.CAMPAIGN_NEWS,
        "channel": Channel.EMAIL,
        "scope": "",
        "language": "en",
        "version": next(_numbers),
        "body": "Yes, write to me about this campaign.",
    }
    return baker.make(ConsentText, organisation=organisation, **{**defaults, **fields})


def make_consent(contact_point: ContactPoint, text: ConsentText, **fields: Any) -> ConsentEvent:
    """Record that the address granted (or, with ``state``, withdrew) what the wording asks."""
    same = {name: getattr(text, name) for name in ("purpose", "channel", "organisation", "scope")}
    defaults = {"state": ConsentState.GRANTED, "text": text, "source": "test", "at": VERIFIED_AT, **same}
    return baker.make(ConsentEvent, contact_point=contact_point, **{**defaults, **fields})
