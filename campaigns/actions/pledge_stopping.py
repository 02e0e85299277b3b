"""No more reminders of a pledge, and yes, please, again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.actions.pledge_reminders import reminder_purpose
from campaigns.actions.pledges import Reminding, set_reminding
from campaigns.models import Pledge
from campaigns.pledge_enums import RemindMe
from people.actions.consents import can_give_back, give_back, take_back
from people.consent import Decision, last_words, may_contact
from people.enums import Channel
from people.models import ContactPoint, Supporter
from people.selectors import address_on

LINK = "link:pledge-reminders"


@transaction.atomic
def stop_reminders(*, pledge: Pledge, source: str, at: datetime) -> None:
    """Remind of this pledge no more, and withdraw REMINDER by e-mail for its organisation and campaign.

    Only what was agreed to is withdrawn, address by address. A second call writes nothing.
    """
    if pledge.remind != RemindMe.NEVER:
        set_reminding(pledge=pledge, reminding=Reminding(RemindMe.NEVER), at=at)
    purpose = reminder_purpose(pledge.kind, Channel.EMAIL)
    for point in _addresses(pledge).select_for_update():
        take_back(contact_point=point, purpose=purpose, source=source, at=at)


@transaction.atomic
def allow_reminders(*, pledge: Pledge, source: str, at: datetime) -> None:
    """Give back what was stopped from the same ``source``. Without a consent to go by nothing is changed."""
    purpose = reminder_purpose(pledge.kind, Channel.EMAIL)
    for point in _addresses(pledge).select_for_update():
        give_back(contact_point=point, purpose=purpose, source=source, at=at)
    if pledge.remind == RemindMe.NEVER and _has_agreed(pledge, at):
        set_reminding(pledge=pledge, reminding=Reminding(RemindMe.AS_NEEDED), at=at)


def is_stopped(pledge: Pledge, at: datetime) -> bool:
    """Whether the person is not reminded of the pledge by e-mail because they said so."""
    return pledge.remind == RemindMe.NEVER or _has_withdrawn(pledge, at)


def may_allow(pledge: Pledge, source: str, at: datetime) -> bool:
    """Whether `allow_reminders` brings reminders back: a consent stands, or was taken back from ``source``."""
    if _has_agreed(pledge, at):
        return pledge.remind == RemindMe.NEVER
    address, purpose = address_on(_author(pledge), Channel.EMAIL), reminder_purpose(pledge.kind, Channel.EMAIL)
    return address is not None and can_give_back(last_words(address, purpose, at), source)


def _has_withdrawn(pledge: Pledge, at: datetime) -> bool:
    return _decision(pledge, at).reason == "withdrawn"


def _has_agreed(pledge: Pledge, at: datetime) -> bool:
    return _decision(pledge, at).allowed


def _decision(pledge: Pledge, at: datetime) -> Decision:
    address = address_on(_author(pledge), Channel.EMAIL)
    if address is None:
        return Decision(False, "no-address")
    return may_contact(address, reminder_purpose(pledge.kind, Channel.EMAIL), at)


def _addresses(pledge: Pledge) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(supporter=_author(pledge), channel=Channel.EMAIL)


def _author(pledge: Pledge) -> Supporter:
    """Return whose pledge it is: a record merged away has no addresses, the kept one has them."""
    if pledge.supporter is None:
        raise ValueError("an erased person's pledge has nobody to ask")
    return pledge.supporter.merged_into or pledge.supporter
