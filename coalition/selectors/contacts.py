"""Which people on file speak for an organisation, by an e-mail address they proved."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from coalition.enums import ApplicationStatus
from coalition.models import PartnerApplication, PartnerContact
from people.enums import Channel
from people.models import ContactPoint


def who_speaks_for_partners(supporters: Iterable[int]) -> set[int]:
    """Return the ids of those who are a partner's contact person or whose application waits for an answer."""
    points = ContactPoint.objects.filter(
        supporter__in=list(supporters), channel=Channel.EMAIL, verified_at__isnull=False
    ).values_list("supporter_id", "canonical", "as_typed")
    owners = {address.lower(): pk for pk, *addresses in points for address in addresses}
    contacts = PartnerContact.objects.annotate(address=Lower("email")).filter(address__in=owners)
    waiting = PartnerApplication.objects.filter(status=ApplicationStatus.OPEN)
    applicants = waiting.annotate(address=Lower("contact_email")).filter(address__in=owners)
    found = {*contacts.values_list("address", flat=True), *applicants.values_list("address", flat=True)}
    return {owners[address] for address in found if address in owners}
