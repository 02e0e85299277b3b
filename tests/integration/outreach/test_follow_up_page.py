"""The page behind a follow-up's link."""

import pytest
from django.test import Client

from outreach.actions.follow_up import follow_up_token
from outreach.actions.matching import match_pending
from outreach.models import ContactIdentity
from people.models import ConsentEvent, ContactPoint
from tests.factories.outreach import MONDAY, Stall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def address(stall: Stall) -> str:
    stall.send(stall.record(1, person=stall.person()))
    match_pending(at=MONDAY)
    return f"/en/c/{follow_up_token(ContactIdentity.objects.get(), 'sms')}/"


def test_opening_the_page_changes_nothing(client: Client, address: str) -> None:
    for method in (client.get, client.head):
        assert method(address).status_code == 200
    page = client.get(address).content.decode()
    for words in ("Cleo", "ours partner", "ours campaign", "Text me.", "Yes, that was me", "Stop"):
        assert words in page
    assert "Nora" not in page
    assert ConsentEvent.objects.count() == 1
    assert ContactPoint.objects.get().verified_at is None


def test_yes_verifies_and_stop_withdraws(client: Client, address: str) -> None:
    assert "Thank you" in client.post(address, {"answer": "yes"}).content.decode()
    assert ContactPoint.objects.get().verified_at == MONDAY
    assert "We have stopped" in client.post(address, {"answer": "stop"}).content.decode()
    assert list(ConsentEvent.objects.order_by("pk").values_list("state", flat=True)) == [
        "granted", "granted", "withdrawn",
    ]  # fmt: skip


def test_another_sites_form_is_refused_and_another_answer_asks_again(client: Client, address: str) -> None:
    assert client.post(address, {"answer": "yes"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "Yes, that was me" in client.post(address, {"answer": "maybe"}).content.decode()
    assert ContactPoint.objects.get().verified_at is None


@pytest.mark.parametrize("token", ["x", "a.b", "AAAAAAAAAAAAAAAAAAAAAA.BBBB"])
def test_link_that_was_cut_is_404_with_a_page(client: Client, token: str) -> None:
    answer = client.post(f"/en/c/{token}/", {"answer": "yes"})
    assert answer.status_code == 404
    assert "We cannot read this link" in answer.content.decode()
