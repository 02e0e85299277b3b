"""Criteria about what an organisation sent."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.contact import CONTACT
from audiences.enums import BroadcastStatus
from audiences.models import Broadcast, BroadcastRecipient
from audiences.parameters import OneOf, Option
from audiences.selectors.ground import Ground, having
from messaging.enums import REACHED, MessageStatus

_BEGUN = (BroadcastStatus.SENDING, BroadcastStatus.PAUSED, BroadcastStatus.SENT, BroadcastStatus.STOPPED)
_SENT, _DELIVERED, _NOT_SENT = "sent", "delivered", "not_sent"


def broadcasts(ground: Ground) -> list[Option]:
    """The organisation's own that began, the newest first."""
    rows = Broadcast.objects.filter(organisation=ground.organisation, status__in=_BEGUN)
    return list(rows.order_by("-pk").values_list("pk", "name")[: choices.MOST_OPTIONS])


def fates(_ground: Ground) -> list[Option]:
    return choices.labelled([(_SENT, _("was sent")), (_DELIVERED, _("was delivered")), (_NOT_SENT, _("was not sent"))])


class WasSent(Criterion):
    """Was sent one of the organisation's own broadcasts, it arrived, or it never left for them.

    What may have been read counts as sent: also what is in the provider's call, or of which nobody knows. A provider
    that reports no arrivals leaves it at that. Whoever was not in the audience, or came later, was not sent it either.
    """

    key = "was_sent"
    subject = CONTACT
    label = _("Broadcast")
    parameters: ClassVar = (
        OneOf("broadcast", _("Broadcast"), is_required=True, options=broadcasts, is_number=True),
        OneOf("fate", _("What became of it"), is_required=True, options=fates),
    )
    clauses = (Clause(_("%(fate)s the broadcast %(broadcast)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        own = BroadcastRecipient.objects.filter(
            broadcast=values["broadcast"], broadcast__organisation=ground.organisation
        )
        wanted = [MessageStatus.DELIVERED] if values["fate"] == _DELIVERED else REACHED
        sent = having(own.filter(message__status__in=wanted))
        return ~sent if values["fate"] == _NOT_SENT else sent
