"""What screens and letters ask about requests: whom they concern, and what is due."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from campaigns.models import Campaign, Partnership, Pledge, Signature
from outreach.models import ContactIdentity
from people.models import ConsentEvent, Supporter
from rights.clocks import THRESHOLDS
from rights.models import RightsRequest
from rights.parts import takes_part
from volunteers.models import Volunteer

if TYPE_CHECKING:
    from collections.abc import Sequence


def organisations_concerned(supporter: Supporter) -> QuerySet[Organisation]:
    """Return the organisations that answer for what is held about somebody: whose campaigns they took part in, and to
    which they ever allowed something. Of somebody nobody has anything of: all that lead.

    A partner that left, or has not agreed to what its campaign asks, answers for nobody it had by that campaign.
    """
    people = _family(supporter)
    leading = _leading(people)
    signed = Signature.objects.filter(supporter__in=people)
    pledged = Pledge.objects.filter(supporter__in=people)
    partners = Partnership.objects.in_force().filter(
        Q(pk__in=signed.values("partnership")) | Q(pk__in=pledged.values("partnership"))
    )
    others = {
        *partners.values_list("organisation", flat=True),
        *Volunteer.objects.filter(supporter__in=people).values_list("organisation", flat=True),
        *ContactIdentity.objects.filter(supporter__in=people).values_list("contact__organisation", flat=True),
        *ConsentEvent.objects.filter(contact_point__supporter__in=people).values_list("organisation", flat=True),
    }
    ids = leading | (others - _shut_out(people)) - {None}
    if ids:
        return Organisation.objects.filter(pk__in=ids)
    return Organisation.objects.filter(campaigns__isnull=False).distinct()


def may_decide_about(user: User, supporter: Supporter) -> bool:
    """Whether somebody may erase, restrict or refuse a person: who reads them in full, and the officer of whoever leads
    a campaign they are in. Of somebody in no campaign: of a leading organisation that answers for them."""
    if user.is_superuser or Supporter.objects.visible_to(user).filter(pk=supporter.pk).exists():
        return True
    leading = _leading(_family(supporter))
    if not leading:
        leads = organisations_concerned(supporter).filter(campaigns__isnull=False)
        leading = set(leads.values_list("pk", flat=True))
    return user.memberships.filter(role=Role.DATA_PROTECTION_OFFICER, organisation__in=leading).exists()


def _family(supporter: Supporter) -> list[int]:
    root = supporter.merged_into_id or supporter.pk
    return [root, *Supporter.objects.filter(merged_into=root).values_list("pk", flat=True)]


def _leading(people: list[int]) -> set[int]:
    """Return the organisations that lead the campaigns people are in."""
    led = Campaign.objects.filter(takes_part({"supporter__in": people}, "pk"))
    return set(led.values_list("organisation", flat=True))


def _shut_out(people: list[int]) -> set[int]:
    """Return the partners that see nobody of the campaigns people take part in."""
    those = Partnership.objects.filter(takes_part({"supporter__in": people}, "campaign"))
    inside = set(those.in_force().values_list("organisation", flat=True))
    return set(those.shut_out().values_list("organisation", flat=True)) - inside


def organisations_told(request: RightsRequest, user: User) -> tuple[list[Organisation], bool]:
    """Return the organisations a request concerns that the user knows of, and whether it concerns others too.

    That somebody has to do with another coalition is theirs to tell, not ours.
    """
    return _told(request.organisations.all(), user)


def may_read_all_of(user: User, supporter: Supporter) -> bool:
    """Whether somebody may read everything that is held about a person: they see them, and know every organisation that
    answers for something of it. What another coalition holds is not theirs to read."""
    if user.is_superuser:
        return True
    if not Supporter.objects.visible_to(user).filter(pk=supporter.pk).exists():
        return False
    return not _told(organisations_concerned(supporter), user)[1]


def _told(concerned: "QuerySet[Organisation]", user: User) -> tuple[list[Organisation], bool]:
    leads = Campaign.objects.visible_to(user).values("organisation")
    known = Q(pk__in=Organisation.objects.visible_to(user).values("pk")) | Q(pk__in=leads)
    told = list(concerned.filter(known).order_by("name"))
    return told, concerned.count() > len(told)


def officers_of(organisations: "Sequence[int]") -> list[User]:
    """Return the data-protection officers of organisations, each once; where one has none, its coordinators."""
    roles = (Role.DATA_PROTECTION_OFFICER, Role.COORDINATOR)
    rows = Membership.objects.filter(organisation__in=organisations, role__in=roles, user__is_active=True)
    members = list(rows.select_related("user").order_by("user_id"))
    officers = [row for row in members if row.role == Role.DATA_PROTECTION_OFFICER]
    served = {row.organisation_id for row in officers}
    found = {row.user_id: row.user for row in members if row in officers or row.organisation_id not in served}
    return list(found.values())


def nearly_due(rows: "QuerySet[RightsRequest]", on: date) -> "QuerySet[RightsRequest]":
    """Return those of the requests that are due within the first threshold, or late; the most urgent first."""
    last = on + timedelta(days=max(THRESHOLDS))
    return rows.waiting().filter(due_date__lte=last).order_by("due_date", "pk")  # type: ignore[attr-defined]
