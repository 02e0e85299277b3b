"""Large exports: another person agrees, the asker downloads once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from accounts.actions.exports import (
    DecidedAlreadyError,
    NotYoursToDecideError,
    ask_for_export,
    decide_export,
    expire_export_requests,
    forget_export_addresses,
    take_export,
)
from accounts.actions.groups import sync_user_groups
from accounts.enums import ExportStatus, Role
from accounts.models import ExportRequest, ExportTaken, Membership, User
from accounts.selectors import deciders_of, may_decide, to_decide
from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.exports import asked_for
from tests.factories.staff import World, make_user

pytestmark = pytest.mark.django_db
WHY = "Letters to the ministry."


@pytest.fixture(autouse=True)
def _ten(settings: Settings) -> None:
    settings.EXPORT_APPROVAL_ROWS = 10


def ask(world: World, at: datetime, people: int = 11, by: User | None = None, **more: Any) -> ExportRequest:
    return ask_for_export(asked=asked_for(people, **more), reason=WHY, by=by or world.coordinator, at=at)


def approve(world: World, request: ExportRequest, at: datetime) -> ExportRequest:
    return decide_export(request=request, is_approved=True, by=world.dpo, at=at)


def take(world: World, people: int, at: datetime, by: User | None = None, **more: Any) -> bool:
    return take_export(asked=asked_for(people, **more), by=by or world.coordinator, at=at)


def test_small_export_leaves_and_is_counted(ours: World, at: datetime) -> None:
    assert take(ours, 10, at)
    assert ExportTaken.objects.get().people == 10
    assert not ExportRequest.objects.exists()


def test_large_export_needs_a_second_person(ours: World, at: datetime) -> None:
    assert not take(ours, 11, at)
    assert not ExportTaken.objects.exists()


def test_slices_add_up_within_a_day(ours: World, at: datetime) -> None:
    assert take(ours, 6, at, address="/a")
    assert not take(ours, 6, at + timedelta(hours=23), address="/b")
    assert take(ours, 4, at + timedelta(hours=23), address="/c")
    assert take(ours, 6, at + timedelta(hours=25), address="/b")


def test_same_list_again_counts_once_with_its_largest_size(ours: World, at: datetime) -> None:
    assert all(take(ours, 6, at, address="/a") for _ in range(3))
    assert take(ours, 4, at, address="/b")
    assert not take(ours, 7, at, address="/a")


def test_slices_of_one_do_not_count_for_another(ours: World, at: datetime) -> None:
    assert take(ours, 10, at)
    assert take(ours, 10, at, by=ours.dpo)


def test_approved_export_leaves_once(ours: World, at: datetime) -> None:
    request = approve(ours, ask(ours, at), at)
    assert take(ours, 11, at)
    assert not take(ours, 11, at), "an approval is replayed"
    request.refresh_from_db()
    assert (request.status, request.used_at) == (ExportStatus.USED, at)
    assert AuditEntry.objects.filter(action="accounts.export_request.used").count() == 1


def test_approval_is_worth_nothing_to_somebody_else(ours: World, at: datetime) -> None:
    approve(ours, ask(ours, at), at)
    assert not take(ours, 11, at, by=ours.dpo)


def test_approval_is_worth_nothing_for_another_list(ours: World, at: datetime) -> None:
    approve(ours, ask(ours, at, address="/a"), at)
    assert not take(ours, 11, at, address="/b")


def test_approval_lapses_after_a_day_and_a_question_after_two(ours: World, at: datetime) -> None:
    approve(ours, ask(ours, at), at)
    assert not take(ours, 11, at + timedelta(hours=24, seconds=1))
    other = ask(ours, at, address="/b")
    late = at + timedelta(hours=48, seconds=1)
    with pytest.raises(DecidedAlreadyError):
        approve(ours, other, late)
    assert expire_export_requests(at=late) == 2
    assert not ExportRequest.objects.exclude(status=ExportStatus.EXPIRED).exists()


def test_list_that_grew_by_more_than_a_tenth_must_be_asked_about_again(ours: World, at: datetime) -> None:
    first = approve(ours, ask(ours, at, people=100), at)
    assert not take(ours, 111, at)
    again = ask(ours, at, people=111)
    assert again.pk != first.pk
    assert again.people == 111
    first.refresh_from_db()
    assert first.status == ExportStatus.EXPIRED


def test_list_that_grew_a_little_leaves(ours: World, at: datetime) -> None:
    approve(ours, ask(ours, at, people=100), at)
    assert take(ours, 110, at)


def test_approval_does_not_stretch_to_an_organisation_joined_since(ours: World, theirs: World, at: datetime) -> None:
    approve(ours, ask(ours, at), at)
    Membership.objects.create(user=ours.coordinator, organisation=theirs.lead, role=Role.COORDINATOR)
    assert not take(ours, 11, at)


def test_question_asked_twice_is_one_and_told_once(ours: World, at: datetime) -> None:
    assert ask(ours, at) == ask(ours, at)
    letters = OutboundMessage.objects.filter(template="export_asked")
    assert [letter.address for letter in letters] == [ours.dpo.email]


def test_nobody_approves_their_own_through_a_second_role(ours: World, at: datetime) -> None:
    Membership.objects.create(user=ours.coordinator, organisation=ours.lead, role=Role.DATA_PROTECTION_OFFICER)
    sync_user_groups(user=ours.coordinator)
    request = ask(ours, at)
    with pytest.raises(NotYoursToDecideError):
        decide_export(request=request, is_approved=True, by=ours.coordinator, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.filter(pk=request.pk).update(decided_by=ours.coordinator)


def test_administrator_who_asked_does_not_approve_it(ours: World, at: datetime) -> None:
    boss = User.objects.create_superuser("boss@example.org")
    request = ask(ours, at, by=boss)
    assert not may_decide(boss, request)
    assert not may_decide(ours.dpo, request)
    other = User.objects.create_superuser("other-boss@example.org")
    assert deciders_of(request) == [other]


def test_outsiders_partners_and_roles_without_the_right_do_not_decide(ours: World, theirs: World, at: datetime) -> None:
    request = ask(ours, at)
    organiser = make_user("ours-eva", Role.ORGANISER, ours.lead)
    for user in (theirs.dpo, theirs.coordinator, ours.manager, ours.analyst, organiser):
        with pytest.raises(NotYoursToDecideError):
            decide_export(request=request, is_approved=True, by=user, at=at)
    assert to_decide(ours.dpo, at) == [request]
    assert to_decide(theirs.dpo, at) == []


def test_lead_decides_for_a_partner_that_has_one_manager(ours: World, at: datetime) -> None:
    request = ask(ours, at, by=ours.manager)
    assert {user.pk for user in deciders_of(request)} == {ours.coordinator.pk, ours.dpo.pk}


def test_second_manager_of_the_partner_decides(ours: World, at: datetime) -> None:
    second = make_user("ours-bob", Role.PARTNER_MANAGER, ours.partner)
    assert may_decide(second, ask(ours, at, by=ours.manager))


def test_deciding_twice_changes_nothing_and_another_word_comes_too_late(ours: World, at: datetime) -> None:
    request = ask(ours, at)
    assert approve(ours, request, at).decided_at == approve(ours, request, at + timedelta(hours=1)).decided_at
    with pytest.raises(DecidedAlreadyError):
        decide_export(request=request, is_approved=False, by=ours.dpo, at=at)
    assert OutboundMessage.objects.filter(template="export_decided").count() == 1


def test_refusal_keeps_the_export_in(ours: World, at: datetime) -> None:
    decide_export(request=ask(ours, at), is_approved=False, by=ours.dpo, at=at, note="Not for this.")
    assert not take(ours, 11, at)
    assert ask(ours, at).status == ExportStatus.ASKED, "a refused person may explain better"


def test_failed_question_leaves_nothing(ours: World, at: datetime) -> None:
    with transaction.atomic():
        ask(ours, at)
        transaction.set_rollback(True)
    assert not ExportRequest.objects.exists()
    assert not OutboundMessage.objects.exists()


def test_old_addresses_are_emptied(ours: World, at: datetime) -> None:
    request = decide_export(request=ask(ours, at), is_approved=False, by=ours.dpo, at=at)
    assert forget_export_addresses(before=at) == 0
    assert forget_export_addresses(before=at + timedelta(seconds=1)) == 1
    request.refresh_from_db()
    assert request.address == ""
