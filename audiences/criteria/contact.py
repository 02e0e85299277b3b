"""Criteria about reaching somebody: what they allowed, which addresses are proved, when they were last written to."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.parameters import Days, OneOf, Option
from audiences.selectors.ground import Ground, having
from campaigns.models import Partnership
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from people.consent import ContactPurpose, agreeing_points
from people.enums import Channel, Purpose
from people.models import ContactPoint

CONTACT = _("Contact")
_WENT_OUT = (MessageStatus.SENT, MessageStatus.DELIVERED)


def purposes(_ground: Ground) -> list[Option]:
    """What somebody may be asked to allow; answers and agendas go without."""
    asked = (Purpose.CAMPAIGN_NEWS, Purpose.PARTNER_NEWS, Purpose.REMINDER)
    return choices.labelled((purpose.value, purpose.label) for purpose in asked)


class Allows(Criterion):
    """Allowed an organisation to write for a purpose on a channel, at a proved address, and did not withdraw it."""

    key = "allows"
    subject = CONTACT
    label = _("Messages allowed")
    parameters: ClassVar = (
        OneOf("purpose", _("What"), is_required=True, options=purposes),
        OneOf("channel", _("Channel"), is_required=True, options=choices.channels),
        OneOf("organisation", _("Organisation"), options=choices.askers, is_number=True, blank=_("us")),
        OneOf("campaign", _("Campaign"), options=choices.campaigns, blank=_("all campaigns")),
    )
    clauses = (
        Clause(_("allows %(purpose)s by %(channel)s")), Clause(_("from %(organisation)s")),
        Clause(_("in the campaign %(campaign)s")),
    )  # fmt: skip

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        purpose = ContactPurpose(
            Purpose(values["purpose"]),
            Channel(values["channel"]),
            values.get("organisation", ground.organisation),
            values.get("campaign", ""),
        )
        agreed = having(agreeing_points(purpose, ground.at))
        if purpose.organisation_id == ground.organisation:
            return agreed
        # What people told another organisation is its own, but in campaigns where they are led together.
        beside = Partnership.objects.filter(campaign__in=ground.led, organisation=purpose.organisation_id)
        if purpose.scope:
            beside = beside.filter(campaign__slug=purpose.scope)
        return agreed & Q(Exists(beside.order_by()))


class HasProvedAddress(Criterion):
    key = "proved"
    subject = CONTACT
    label = _("Proved address")
    parameters: ClassVar = (OneOf("channel", _("Channel"), is_required=True, options=choices.channels),)
    clauses = (Clause(_("has a proved address for %(channel)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        return having(ContactPoint.objects.filter(channel=values["channel"], verified_at__isnull=False))


class NotContacted(Criterion):
    """Was sent nothing but answers for so many days, by the organisation or under a campaign it leads."""

    key = "not_contacted"
    subject = CONTACT
    label = _("Not written to lately")
    parameters: ClassVar = (
        Days("days", _("Days"), is_required=True),
        OneOf("campaign", _("Campaign"), options=choices.campaigns, blank=_("any campaign")),
    )
    clauses = (
        Clause(_("was not written to in the last %(days)s days")), Clause(_("for the campaign %(campaign)s")),
    )  # fmt: skip

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        since = ground.at - timedelta(days=values["days"])
        rows = _messages(ground).filter(
            Q(status__in=_WENT_OUT, sent_at__gte=since, sent_at__lte=ground.at)
            | Q(status=MessageStatus.UNKNOWN, claimed_at__gte=since, claimed_at__lte=ground.at)
        )
        if "campaign" in values:
            rows = rows.filter(scope=values["campaign"])
        return ~having(rows, "contact_point__supporter")


def _messages(ground: Ground) -> QuerySet[OutboundMessage]:
    """Return the messages it may know of, without the answers to what people did themselves."""
    own = Q(organisation=ground.organisation) | Q(scope__in=ground.led_slugs)
    return OutboundMessage.objects.exclude(purpose=Purpose.SERVICE).filter(own)
