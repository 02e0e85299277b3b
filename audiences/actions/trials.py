"""A broadcast sent to oneself, as others would get it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from audiences.models import Broadcast
from core import audit
from core.rates import hit
from messaging.actions.queue import Draft, queue_messages
from messaging.wordings import newest_wordings
from messaging.written import TEMPLATE
from people.addresses import address_index
from people.canonical import UnreadableAddress, canonical_email, canonical_phone
from people.consent import ContactPurpose
from people.enums import Channel, Purpose

if TYPE_CHECKING:
    from accounts.models import User

USEFUL_FOR = timedelta(hours=2)
# A number is typed, not proved to be one's own, and nobody was asked whether they want texts there.
MOST_NUMBERS_A_DAY = 10
DAY = 24 * 3600


class CannotTry(Exception):
    """It says why."""


@transaction.atomic
def send_trial(*, broadcast: Broadcast, by: "User", at: datetime, phone: str = "") -> int:
    """Send every text in each of its languages to whoever asks, and return how many messages that are.

    To the own e-mail address, or to the phone number typed. An answer to what they just did, so it asks no consent; a
    stop of the address holds it back like everything else. Twice within a minute to one address is once; text messages
    go ten times a day. Raises CannotTry.
    """
    channel = Channel(broadcast.channel)
    try:
        address = by.email if channel == Channel.EMAIL else phone
        canonical = canonical_email(address) if channel == Channel.EMAIL else canonical_phone(address)
    except UnreadableAddress:
        raise CannotTry(
            _("This is not a phone number. Write it with the country, for instance +32 470 12 34 56.")
        ) from None
    index = address_index(channel, canonical)[:10]
    newest = newest_wordings(variant.text for variant in broadcast.variants.select_related("text"))
    purpose = ContactPurpose(Purpose.SERVICE, channel, broadcast.organisation_id, broadcast.campaign.slug)
    drafts = [
        Draft(
            idempotency_key=f"broadcast-trial:{broadcast.pk}:{wording.pk}:user:{by.pk}:{index}:{at:%Y%m%d%H%M}",
            purpose=purpose,
            template=TEMPLATE,
            address=address,
            canonical=canonical,
            language=wording.language,
            not_before=at,
            expires_at=at + USEFUL_FOR,
            context={"wording": wording.pk, "words": {"full_name": by.get_full_name()}},
        )
        for wordings in newest.values()
        for wording in wordings.values()
    ]
    if not drafts:
        raise CannotTry(_("There are no words to send yet."))
    if channel == Channel.SMS and hit(f"broadcast-trial:{by.pk}", window=DAY) > MOST_NUMBERS_A_DAY:
        raise CannotTry(_("You tried text messages often enough today: go on tomorrow."))
    queue_messages(drafts=drafts, at=at)
    audit.record("audiences.broadcast.tried", by=by, target=broadcast, messages=len(drafts))
    return len(drafts)
