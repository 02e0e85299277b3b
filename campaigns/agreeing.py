"""Who agreed to a partner: the one answer the list, the dashboard and the partner's files are made of.

A person counts who signed or pledged by way of the partner and whose consent to that very partner is in force now, for
the campaign or for all of the partner's. Suppressions are left in: kept by keyed hash, they cannot be joined, and they
stop letters, they do not take back what a person agreed to. The list and the figure are by e-mail; files hold every
channel and leave out suppressed addresses (`people.consent.suppressed_among`), and the screens say so.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Partnership, Pledge, Signature
from people.consent import ContactPurpose, consenting_points
from people.enums import Channel, Purpose
from people.models import ContactPoint


def partner_purpose(partnership: Partnership, channel: Channel = Channel.EMAIL) -> ContactPurpose:
    """Return what a partner asks its own consent for on the forms of a campaign."""
    return ContactPurpose(Purpose.PARTNER_NEWS, channel, partnership.organisation_id, partnership.campaign.slug)


def credited_to(partnership: Partnership, supporter: str) -> Q:
    """Return the condition that who a row names by ``supporter`` signed or pledged by way of the partner.

    Asked person by person, by an index: who needs all of them reads them in pieces.
    """
    theirs = {"partnership": partnership.pk, "supporter": OuterRef(supporter)}
    signed, pledged = Signature.objects.filter(**theirs), Pledge.objects.filter(**theirs)
    return Q(Exists(signed.order_by())) | Q(Exists(pledged.order_by()))


def points_agreeing_to(
    partnership: Partnership, at: datetime, channel: Channel = Channel.EMAIL
) -> QuerySet[ContactPoint]:
    """Return the addresses of a channel on which people agreed to the partner."""
    return consenting_points(partner_purpose(partnership, channel), at).filter(credited_to(partnership, "supporter"))


def people_agreeing_to(partnership: Partnership, at: datetime) -> Q:
    """Return the same as a condition on supporters: they agreed on an e-mail address of theirs."""
    agreed = consenting_points(partner_purpose(partnership), at).filter(supporter=OuterRef("pk"))
    return credited_to(partnership, "pk") & Q(Exists(agreed.order_by()))
