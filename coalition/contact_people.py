"""Whom organisations name to us as their contact person: known by an address alone, not by a record of them."""

from typing import Any

from django.db.models import Q

from coalition.models import PartnerApplication, PartnerContact
from people.enums import Channel
from people.models import ContactPoint

# Table -> the column that holds the contact person's e-mail address.
ADDRESS_COLUMNS: dict[Any, str] = {PartnerContact: "email", PartnerApplication: "contact_email"}


def proved_addresses(people: list[int]) -> set[str]:
    """Return the e-mail addresses people proved to be theirs, as typed and as compared.

    Only such an address says that a contact person is them: anybody may type anybody's into a form.
    """
    points = ContactPoint.objects.filter(supporter__in=people, channel=Channel.EMAIL, verified_at__isnull=False)
    return {address for pair in points.values_list("canonical", "as_typed") for address in pair}


def named_at(model: Any, addresses: set[str]) -> Q:
    """Return the condition that a row names a contact person at one of these addresses."""
    condition = Q(pk__in=[])
    for address in addresses:
        condition |= Q(**{f"{ADDRESS_COLUMNS[model]}__iexact": address})
    return condition
