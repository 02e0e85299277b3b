"""What every public form needs to know of its page, whatever it asks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from campaigns.models import Campaign, Partnership
from people.enums import Purpose
from people.models import ConsentText
from people.selectors import current_consent_texts

LARGEST_ID = 2**63 - 1  # what a row's number can be; databases fail on a larger one instead of finding nothing


class NoSuchPage(LookupError):
    """No live page shows this form."""


@dataclass(frozen=True)
class ConsentChoice:
    """One box of the form: its wording, its version, and who would write."""

    text_id: int
    organisation: str
    is_partner: bool
    channel: str
    body: str

    @property
    def field_name(self) -> str:
        return f"consent_{self.text_id}"


@dataclass(frozen=True, kw_only=True)
class FormSpec:
    """A form as one language's page asks it."""

    page_id: int
    page_path: str
    title: str
    locale: str
    campaign_slug: str
    campaign_name: str
    organisation_id: int
    organisation_name: str
    privacy_url: str
    partnership: Partnership | None
    choices: tuple[ConsentChoice, ...]
    # What the form makes of this specification, by language; it lives as long as the specification.
    form_fields: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)


def consent_choices(
    campaign: Campaign,
    partnership: Partnership | None,
    *,
    locale: str,
    channels: Iterable[str],
    reminded_by: int | None = None,
    reminder_channels: Iterable[str] = ("sms",),
) -> tuple[ConsentChoice, ...]:
    """Return the boxes of a campaign's form: the leading organisation's, then those of a partner that asks its own.

    ``reminded_by``: the organisation that reminds of what the form is about; it alone asks whether it may, on the
    ``reminder_channels``: of what somebody registered for they are reminded by e-mail without being asked (ADR 16).
    """
    organisations = [campaign.organisation_id]
    asks = partnership is not None and partnership.asks_consent
    if asks and partnership is not None and partnership.organisation_id != campaign.organisation_id:
        organisations.append(partnership.organisation_id)
    hosts = [reminded_by] if reminded_by is not None and reminded_by not in organisations else []
    texts = current_consent_texts(organisation_ids=[*organisations, *hosts], scope=campaign.slug, language=locale)
    asked = [
        text
        for text in texts
        if text.channel in set(channels)
        and (
            text.organisation_id == reminded_by and text.channel in set(reminder_channels)
            if text.purpose == Purpose.REMINDER
            else text.organisation_id in organisations
        )
    ]
    return tuple(_choice(text, campaign.organisation_id) for text in asked)


def _choice(text: ConsentText, lead_id: int) -> ConsentChoice:
    return ConsentChoice(
        text_id=text.pk,
        organisation=text.organisation.name,
        is_partner=text.organisation_id != lead_id,
        channel=text.channel,
        body=text.body,
    )
