"""Tokens of partners' programs: who makes them, what is kept, and when they end."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.actions.api_tokens import (
    MOST_TOKENS,
    NotTheirTokenError,
    TokenNameTakenError,
    TokenTimeError,
    TooManyTokensError,
    make_api_token,
    note_use,
    revoke_api_token,
)
from accounts.actions.memberships import change_membership, revoke_membership
from accounts.api_tokens import hash_of
from accounts.enums import Role
from accounts.models import ApiToken, Membership, User
from coalition.actions.leaving import come_back, leave_campaign
from core.models import AuditEntry
from tests.factories.api import make_token
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def is_usable(token: ApiToken, at: datetime) -> bool:
    return ApiToken.objects.usable(at).filter(pk=token.pk).exists()


def test_token_is_kept_as_a_keyed_hash_alone(ours: World, at: datetime) -> None:
    token, text = make_token(ours.manager, ours.partnership, at=at)
    assert text.startswith("carillon_")
    assert len(text) > 50
    assert token.token_hash == hash_of(text)
    assert text not in str(ApiToken.objects.filter(pk=token.pk).values().get())
    entry = AuditEntry.objects.get(action="accounts.api_token.made")
    assert entry.actor == f"user:{ours.manager.pk}"
    assert token.token_hash not in str(entry.details)
    assert text not in str(entry.details)


def test_form_sent_twice_makes_one_token(ours: World, at: datetime) -> None:
    make_token(ours.manager, ours.partnership, at=at)
    with pytest.raises(TokenNameTakenError):
        make_token(ours.manager, ours.partnership, at=at, name=" Our map ")
    assert ApiToken.objects.count() == 1
    assert AuditEntry.objects.filter(action="accounts.api_token.made").count() == 1


@pytest.mark.parametrize("who", ["analyst", "dpo", "coordinator"])
def test_only_who_manages_that_very_organisation_makes_one(ours: World, at: datetime, who: str) -> None:
    with pytest.raises(NotTheirTokenError):
        make_token(getattr(ours, who), ours.partnership, at=at)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_token_ends_within_a_year(ours: World, at: datetime, days: int) -> None:
    with pytest.raises(TokenTimeError):
        make_token(ours.manager, ours.partnership, at=at, days=days)


def test_there_are_not_too_many(ours: World, at: datetime) -> None:
    for number in range(MOST_TOKENS):
        make_token(ours.manager, ours.partnership, at=at, name=str(number))
    with pytest.raises(TooManyTokensError):
        make_token(ours.manager, ours.partnership, at=at, name="one more")


def test_database_refuses_a_second_name_and_an_end_before_the_beginning(ours: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    for changed in ({"token_hash": "x"}, {"token_hash": "y", "name": "y", "expires_at": at}):
        twin = ApiToken.objects.get(pk=token.pk)
        twin.pk = None
        for name, value in changed.items():
            setattr(twin, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


def test_revoked_token_is_over_at_once_and_once(ours: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    assert is_usable(token, at)
    revoke_api_token(token=token, by=ours.manager, at=at)
    assert not is_usable(token, at)
    again = revoke_api_token(token=token, by=ours.coordinator, at=at + timedelta(days=1))
    assert again.revoked_at == at
    assert AuditEntry.objects.filter(action="accounts.api_token.revoked").count() == 1
    make_token(ours.manager, ours.partnership, at=at)  # the name is free again


def test_outsider_and_watcher_revoke_nothing(ours: World, theirs: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    for somebody in (theirs.coordinator, theirs.manager, ours.dpo, ours.analyst):
        with pytest.raises(NotTheirTokenError):
            revoke_api_token(token=token, by=somebody, at=at)
    assert is_usable(token, at)


def test_time_ends_a_token(ours: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at, days=30)
    assert is_usable(token, at + timedelta(days=30) - timedelta(seconds=1))
    assert not is_usable(token, at + timedelta(days=30))


def test_token_dies_with_its_makers_last_role_there_and_stays_dead(ours: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    membership = Membership.objects.get(user=ours.manager)
    second = Membership.objects.create(user=ours.manager, organisation=ours.partner, role=Role.COORDINATOR)
    revoke_membership(membership=membership, by="tests")
    assert is_usable(token, at)  # one role is left that may make tokens
    Membership.objects.filter(pk=second.pk).update(role=Role.PARTNER_MANAGER)  # not the last coordinator any more
    second.refresh_from_db()
    change_membership(membership=second, role=Role.ORGANISER, territory=None, by="tests")
    assert not is_usable(token, at)
    Membership.objects.create(user=ours.manager, organisation=ours.partner, role=Role.PARTNER_MANAGER)
    assert not is_usable(token, at)


def test_token_of_a_login_switched_off_is_over(ours: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    User.objects.filter(pk=ours.manager.pk).update(is_active=False)
    assert not is_usable(token, at)


def test_token_dies_when_the_partner_leaves_and_does_not_come_back_with_it(ours: World, at: datetime) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    leave_campaign(partnership=ours.partnership, by="tests", at=at)
    come_back(partnership=ours.partnership, by="tests", at=at)
    token.refresh_from_db()
    assert token.revoked_at == at
    assert not is_usable(token, at)


def test_use_is_noted_once_a_day(ours: World, at: datetime, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token, _text = make_token(ours.manager, ours.partnership, at=at)
    note_use(token=token, at=at)
    token.refresh_from_db()
    assert token.last_used_date == at.date()
    with django_assert_num_queries(0):
        note_use(token=token, at=at + timedelta(hours=1))
    note_use(token=token, at=at + timedelta(days=1))
    token.refresh_from_db()
    assert token.last_used_date == at.date() + timedelta(days=1)


def test_make_api_token_keeps_ids_once_in_order(ours: World, at: datetime) -> None:
    token, _text = make_api_token(
        organisation=ours.partner, name="x", partnerships=[3, 1, 3], expires_at=at + timedelta(days=1),
        by=ours.manager, at=at,
    )  # fmt: skip
    assert token.partnerships == [1, 3]
