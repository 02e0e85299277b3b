"""Who agreed to a partner is one answer: the list shows, the figure counts and the file holds the same people."""

from datetime import datetime, timedelta

import pytest

from campaigns.models import Pledge, Signature
from campaigns.scopes import supporters_of_partners
from coalition.export_rows import write_down
from coalition.models import HandedOver, PartnerExport
from core.ttl_cache import clear_ttl_caches
from dashboards.partner_figures import consented_count
from people.actions.consents import suppress_address
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import ContactPoint, Supporter
from tests.factories.partner_exports import Keyring, give_key
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def person(ours: World, at: datetime) -> Supporter:
    """Somebody who signed by way of the partner and agreed to it for this campaign."""
    clear_ttl_caches()
    signature = ours.sign("Agreed", partnership=ours.partnership)
    ours.consent(signature, ours.partner, at=at - 24 * HOUR)
    assert signature.supporter is not None
    return signature.supporter


def listed_counted_in_file(world: World, at: datetime) -> tuple[int, int, int]:
    """Return how many the list shows, the figure counts and a whole file holds."""
    export = PartnerExport.objects.create(
        partnership=world.partnership, key=give_key(world, Keyring(), at), is_whole=True, asked_at=at
    )
    write_down(export, at)
    return (
        Supporter.objects.filter(supporters_of_partners(world.manager)).count(),
        consented_count(world.partnership.pk)[0],
        HandedOver.objects.filter(seen=export).values("point__supporter").distinct().count(),
    )


def withdraw(world: World, person: Supporter, at: datetime) -> None:
    world.consent(signature_of(person), world.partner, state=ConsentState.WITHDRAWN, at=at - HOUR)


def withdraw_from_all(world: World, person: Supporter, at: datetime) -> None:
    world.consent(signature_of(person), world.partner, state=ConsentState.WITHDRAWN, scope="", at=at - HOUR)


def agree_to_all_again(world: World, person: Supporter, at: datetime) -> None:
    withdraw(world, person, at)
    world.consent(signature_of(person), world.partner, scope="", at=at - HOUR / 2)


def agree_elsewhere_alone(world: World, person: Supporter, at: datetime) -> None:
    withdraw(world, person, at)
    world.consent(signature_of(person), world.partner, scope="another-campaign", at=at - HOUR / 2)


def only_pledge(world: World, person: Supporter, at: datetime) -> None:
    Signature.objects.filter(supporter=person).update(partnership=None)
    pledge = make_pledge(make_kind(world.campaign), person.contact_points.get().as_typed, at=at)
    assert pledge.supporter == person
    Pledge.objects.filter(pk=pledge.pk).update(partnership=world.partnership)


def credit_nobody(world: World, person: Supporter, at: datetime) -> None:
    Signature.objects.filter(supporter=person).update(partnership=None)


def pause(world: World, person: Supporter, at: datetime) -> None:
    ContactPoint.objects.filter(supporter=person).update(paused_until=at + timedelta(days=400))


def restrict(world: World, person: Supporter, at: datetime) -> None:
    Supporter.objects.filter(pk=person.pk).update(restricted_at=at)


def unproved(world: World, person: Supporter, at: datetime) -> None:
    ContactPoint.objects.filter(supporter=person).update(verified_at=None)


def signature_of(person: Supporter) -> Signature:
    return Signature.objects.get(supporter=person)


def nothing(world: World, person: Supporter, at: datetime) -> None:
    """They agreed, and that is all."""


@pytest.mark.parametrize(
    ("happens", "people"),
    [
        (nothing, 1),
        (withdraw, 0),
        (withdraw_from_all, 0),
        (agree_to_all_again, 1),
        (agree_elsewhere_alone, 0),
        (only_pledge, 1),
        (credit_nobody, 0),
        (pause, 0),
        (restrict, 0),
        (unproved, 0),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_list_figure_and_file_agree(ours: World, person: Supporter, at: datetime, happens, people: int) -> None:  # type: ignore[no-untyped-def]
    happens(ours, person, at)
    assert listed_counted_in_file(ours, at) == (people, people, people)


@pytest.mark.parametrize("reason", [SuppressionReason.BOUNCE, SuppressionReason.COMPLAINT, SuppressionReason.STOP])
def test_an_address_nothing_may_reach_is_listed_and_counted_and_in_no_file(
    ours: World, person: Supporter, at: datetime, reason: SuppressionReason
) -> None:
    canonical = person.contact_points.get().canonical
    suppress_address(channel=Channel.EMAIL, canonical=canonical, reason=reason, by="tests", at=at)
    assert listed_counted_in_file(ours, at) == (1, 1, 0)
