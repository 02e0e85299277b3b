"""A partner leaves the campaign while its mobilisers' phones hold records nobody has yet."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from campaigns.models import Partnership
from outreach.models import OutreachContact
from tests.factories.outreach import MONDAY, Stall, client_id, moment
from tests.factories.staff import browse
from tests.integration.outreach.test_api import get_state, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def phone(stall: Stall) -> Client:
    return browse(stall.cleo)


def let_partner_leave(stall: Stall, *, days_ago: int) -> datetime:
    left_at = MONDAY - timedelta(days=days_ago)
    Partnership.objects.filter(pk=stall.world.partnership.pk).update(left_at=left_at)
    return left_at


def test_mobiliser_of_a_partner_that_left_goes_out_no_more(stall: Stall, phone: Client) -> None:
    assert get_state(phone).status_code == 200
    let_partner_leave(stall, days_ago=15)
    told = post(phone, stall.batch(stall.record(1))).json()
    assert told["error"] == "not_a_mobiliser"
    assert "Your organisation has left this campaign" in told["message"]
    assert get_state(phone).status_code == 403
    assert not OutreachContact.objects.exists()


def test_mobiliser_of_a_partner_that_left_lately_hands_in_what_was_recorded_before(stall: Stall, phone: Client) -> None:
    left_at = let_partner_leave(stall, days_ago=13)
    state = get_state(phone).json()
    assert (state["efforts"], state["shifts"]) == ([], [])
    assert "What you logged before is still sent" in state["notice"]
    before, after = (moment(left_at + timedelta(minutes=minutes)) for minutes in (-1, 1))
    mending = [
        stall.record(3 + number, root=client_id(1), type=kind, at=after)
        for number, kind in enumerate(("correction", "undo"))
    ]
    answers = post(phone, stall.batch(stall.record(1, at=before), stall.record(2, at=after), *mending)).json()[
        "answers"
    ]
    assert [(each["status"], each.get("reason")) for each in answers] == [
        ("accepted", None),
        ("needs_attention", "partner_left"),
        ("needs_attention", "partner_left"),
        ("accepted", None),
    ]
    assert "Only what you logged before" in answers[1]["message"]


def test_phone_set_back_after_its_partner_left_is_judged_by_our_clock(stall: Stall, phone: Client) -> None:
    let_partner_leave(stall, days_ago=2)
    behind = moment(MONDAY - timedelta(days=5))
    answers = post(phone, stall.batch(stall.record(1, at=behind), sent_at=behind)).json()["answers"]
    assert answers[0]["reason"] == "partner_left"
