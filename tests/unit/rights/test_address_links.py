"""Links that were mailed to an address open nothing once another address stands in its place."""

from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from messaging import wishes
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactConflict, ContactPoint
from rights import links
from rights.actions import answering
from rights.actions.answering import change_address
from rights.actions.letters import queue_address_check
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def point(ours: World) -> ContactPoint:
    return ours.sign("Nina", email="old@example.org").supporter.contact_points.get()


def of_before(point: ContactPoint) -> tuple[str, str]:
    """Return the tokens as they were before they spoke of the address."""
    page = signing.TimestampSigner(salt="messaging.wishes.page", sep=".").sign(str(point.pk))
    return page, signing.TimestampSigner(salt="rights.data", sep=".").sign(f"{point.pk}:{point.supporter_id}")


@pytest.mark.parametrize("is_of_before", [True, False])
def test_old_mailbox_opens_nothing_of_the_new_one(point: ContactPoint, at: datetime, is_of_before: bool) -> None:
    page, data = of_before(point) if is_of_before else (wishes.sign_page(point), links.data_token(point))
    assert (wishes.read_page(page), links.read_data(data)) == (point, point)
    change_address(point=point, typed="new@example.org", at=at)
    with pytest.raises(wishes.InvalidLink):
        wishes.read_page(page)
    with pytest.raises(links.InvalidLink):
        links.read_data(data)
    point.refresh_from_db()
    assert wishes.read_page(wishes.sign_page(point)) == links.read_data(links.data_token(point)) == point


def test_stop_link_of_the_old_mailbox_stops_and_leads_no_further(
    ours: World, point: ContactPoint, at: datetime, client: Client
) -> None:
    purpose = ContactPurpose(Purpose.CAMPAIGN_NEWS, Channel.EMAIL, ours.lead.pk, ours.campaign.slug)
    url = wishes.unsubscribe_url(point, purpose, "en")
    token = url.rstrip("/").rsplit("/", 1)[1]
    assert wishes.is_young_stop(token)
    change_address(point=point, typed="new@example.org", at=at)
    assert wishes.read_stop(token) == (point, purpose)
    assert not wishes.is_young_stop(token)
    point.refresh_from_db()
    assert (
        wishes.own_path(point).rsplit(".", 1)[0]
        not in client.get(reverse("messages_stop", args=[token])).content.decode()
    )


def test_used_link_does_not_take_a_later_change_back(point: ContactPoint, time_machine: object, at: datetime) -> None:
    time_machine.move_to(at)  # type: ignore[attr-defined]
    message = queue_address_check(point=point, typed="b@example.org", language="en", at=at)
    token = links.address_url(message, point).rstrip("/").rsplit("/", 1)[1]
    assert change_address(point=links.read_address(token).point, typed="b@example.org", at=at)
    assert links.read_address(token).typed == "b@example.org", "the page after the button says that it is done"
    point.refresh_from_db()
    change_address(point=point, typed="c@example.org", at=at + timedelta(minutes=5))
    with pytest.raises(links.InvalidLink):
        links.read_address(token)


def test_two_people_who_prove_one_address_at_once_end_in_a_conflict(
    ours: World, point: ContactPoint, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ours.sign("Omar", email="shared@example.org").supporter
    real, asked = answering._at_address, []

    def not_there_yet(canonical: str) -> ContactPoint | None:
        asked.append(canonical)
        return None if len(asked) == 1 else real(canonical)

    monkeypatch.setattr(answering, "_at_address", not_there_yet)
    try:
        assert not change_address(point=point, typed="shared@example.org", at=at)
    except IntegrityError:
        pytest.fail("the second of two answers with an error")
    assert ContactConflict.objects.get().contact_point.supporter == other
    point.refresh_from_db()
    assert point.canonical == "old@example.org"
