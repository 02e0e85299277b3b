"""How long one stays signed in, and how to end it everywhere."""

import pytest
import time_machine
from django.test import Client

from accounts.actions.memberships import revoke_membership
from accounts.actions.sessions import sign_out_everywhere
from accounts.models import Membership
from core.models import AuditEntry
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    answer = client.get("/staff/campaigns/")
    assert answer.status_code in {200, 302}
    return answer.status_code == 200


def test_somebody_away_for_longer_than_the_idle_limit_signs_in_anew(
    ours: World, clock: time_machine.Traveller, settings
) -> None:
    settings.STAFF_SESSION_IDLE_MINUTES, settings.STAFF_SESSION_HOURS = 30, 0
    client = browse(ours.coordinator)
    for _ in range(3):
        clock.shift(29 * 60)
        assert is_in(client)
    clock.shift(31 * 60)
    answer = client.get("/staff/campaigns/")
    assert answer.headers["Location"] == "/account/login/?next=%2Fstaff%2Fcampaigns%2F"
    assert "_auth_user_id" not in client.session


def test_somebody_busy_all_day_signs_in_anew_after_the_absolute_limit(
    ours: World, clock: time_machine.Traveller, settings
) -> None:
    settings.STAFF_SESSION_IDLE_MINUTES, settings.STAFF_SESSION_HOURS = 60, 2
    client = browse(ours.coordinator)
    for _ in range(4):
        clock.shift(29 * 60)
        assert is_in(client)
    clock.shift(10 * 60)
    assert not is_in(client)


def test_limits_of_nought_are_none(ours: World, clock: time_machine.Traveller, settings) -> None:
    settings.STAFF_SESSION_IDLE_MINUTES = settings.STAFF_SESSION_HOURS = 0
    client = browse(ours.coordinator)
    clock.shift(5 * 24 * 3600)
    assert is_in(client)


def test_sign_out_everywhere_ends_every_session_of_that_person_alone(ours: World) -> None:
    laptop, phone, other = browse(ours.coordinator), browse(ours.coordinator), browse(ours.manager)
    assert is_in(laptop)
    assert laptop.post("/account/sign-out-everywhere/").status_code == 302
    assert (is_in(laptop), is_in(phone), is_in(other)) == (False, False, True)
    assert AuditEntry.objects.filter(action="accounts.user.signed_out_everywhere").count() == 1
    sign_out_everywhere(user=ours.coordinator, by=ours.coordinator)
    assert is_in(browse(type(ours.coordinator).objects.get(pk=ours.coordinator.pk)))


def test_sign_out_everywhere_is_posted_by_whom_is_signed_in(ours: World) -> None:
    assert browse(ours.coordinator).get("/account/sign-out-everywhere/").status_code == 405
    assert "/login/" in Client().post("/account/sign-out-everywhere/").headers["Location"]


def test_last_role_taken_ends_the_sessions(ours: World) -> None:
    client = browse(ours.manager)
    assert is_in(client)
    revoke_membership(membership=Membership.objects.get(user=ours.manager), by=ours.coordinator)
    assert client.get("/account/").status_code == 302


def test_account_switched_off_is_out_at_the_next_request(ours: World) -> None:
    client = browse(ours.manager)
    type(ours.manager).objects.filter(pk=ours.manager.pk).update(is_active=False)
    assert not is_in(client)


def test_nothing_of_the_staff_area_is_kept_by_the_browser(ours: World) -> None:
    for url in ("/staff/", "/staff/campaigns/", "/staff/campaigns/987654/"):
        assert "no-store" in browse(ours.coordinator).get(url).headers["Cache-Control"], url
