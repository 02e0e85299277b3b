"""A data-protection officer reads what their own coalition's people did, also those who left; nothing of another's."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.memberships import grant_membership, revoke_membership
from accounts.actions.organisations import untie_organisation
from accounts.audit_scope import entries_read_by, people_watched
from accounts.enums import Role
from accounts.models import Membership, User
from campaigns.models import Partnership
from coalition.actions.leaving import come_back, leave_campaign
from core import audit
from core.models import AuditEntry
from tests.factories.accounts import make_organisation
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


def note(user: User | str) -> None:
    audit.record("core.test.noted", by=user, target=f"noted:{user}")


def test_officer_reads_the_own_coalition_and_jobs_and_nothing_of_another(ours: World, theirs: World) -> None:
    for each in (ours.coordinator, ours.manager, theirs.coordinator, "nightly job"):
        note(each)
    page = browse(ours.dpo).get("/staff/audit/").content.decode()
    for each in (ours.coordinator, ours.manager, "nightly job"):
        assert f"noted:{each}" in page
    assert f"noted:{theirs.coordinator}" not in page
    assert theirs.coordinator.email not in page, "nor is the login offered to filter by"
    hidden = browse(ours.dpo).get("/staff/audit/", {"actor": theirs.coordinator.pk}).content.decode()
    assert f"noted:{theirs.coordinator}" not in hidden
    table = b"".join(browse(ours.dpo).get("/staff/audit/", {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert f"noted:{theirs.coordinator}" not in table
    assert f"noted:{ours.manager}" in table


def test_whoever_left_stays_in_the_trail(ours: World) -> None:
    gone = ours.coordinator
    membership = Membership.objects.get(user=gone)
    audit.record(
        "accounts.membership.granted", by=ours.manager, target=membership,
        user=gone.pk, organisation=membership.organisation_id,
    )  # fmt: skip
    note(gone)
    membership.delete()
    assert f"noted:{gone}" in browse(ours.dpo).get("/staff/audit/").content.decode()


def did(user: User, action: str = "core.list.exported") -> AuditEntry:
    return audit.record(action, by=user, rows=40)


def leave(world: World, by: User | None = None) -> None:
    leave_campaign(partnership=world.partnership, by=by or world.coordinator, at=timezone.now())


def test_what_a_partners_people_did_stays_readable_when_it_leaves(ours: World, theirs: World) -> None:
    exported = did(ours.manager)
    assert exported in entries_read_by(ours.dpo)
    leave(ours, by=ours.manager)
    assert exported in entries_read_by(ours.dpo)
    assert entries_read_by(ours.dpo).filter(action="coalition.partnership.left").exists(), "who ended it is read too"
    assert ours.manager in people_watched(ours.dpo)
    assert exported not in entries_read_by(theirs.dpo)
    assert ours.manager not in people_watched(theirs.dpo)


def test_officer_of_a_partner_does_not_read_who_left_the_coalition(ours: World) -> None:
    other = make_organisation("ours-other", led_by=ours.lead)
    officer = make_user("ours-ida", Role.DATA_PROTECTION_OFFICER, other)
    exported = did(ours.manager)
    leave(ours)
    assert exported not in entries_read_by(officer)


def test_who_worked_at_a_partner_earlier_stays_readable_when_it_leaves(ours: World) -> None:
    gone = make_user("ours-kim", None)
    membership = grant_membership(user=gone, organisation=ours.partner, role=Role.ORGANISER, by="tests")
    exported = did(gone)
    revoke_membership(membership=membership, by="tests")
    leave(ours)
    assert exported in entries_read_by(ours.dpo)


def test_what_people_of_a_former_partner_do_later_for_another_coalition_is_not_read(ours: World, theirs: World) -> None:
    Partnership.objects.create(campaign=theirs.campaign, organisation=ours.partner)
    ours.partner.led_by.add(theirs.lead)
    before = did(ours.manager)
    newcomer = make_user("ours-new", None)
    elsewhere_before = did(newcomer)
    leave(ours)
    grant_membership(user=newcomer, organisation=ours.partner, role=Role.ORGANISER, by="tests")
    later = did(ours.manager)
    assert before in entries_read_by(ours.dpo)
    assert later not in entries_read_by(ours.dpo)
    assert later in entries_read_by(theirs.dpo)
    assert elsewhere_before not in entries_read_by(ours.dpo), "who came after it left was never the coalition's"
    assert newcomer not in people_watched(ours.dpo)


def test_partner_that_comes_back_is_read_again_and_so_after_it_leaves_once_more(ours: World) -> None:
    first = did(ours.manager)
    leave(ours)
    come_back(partnership=ours.partnership, by=ours.coordinator, at=timezone.now())
    second = did(ours.manager)
    assert {first, second} <= set(entries_read_by(ours.dpo))
    leave(ours)
    after = did(ours.manager)
    assert {first, second} <= set(entries_read_by(ours.dpo))
    assert after not in entries_read_by(ours.dpo)


def test_organisation_is_taken_out_once(ours: World) -> None:
    for _turn in range(2):
        untie_organisation(organisation=ours.partner, lead=ours.lead, by=ours.coordinator)
    entry = AuditEntry.objects.get(action="accounts.organisation.untied")
    assert entry.details == {"lead": ours.lead.pk, "people": [ours.manager.pk]}


def test_reading_costs_as_many_queries_however_many_left(ours: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            list(entries_read_by(ours.dpo))
        return len(seen)

    leave(ours)
    with_one = queries()
    for number in range(3):
        other = make_organisation(f"left-{number}", led_by=ours.lead)
        make_user(f"left-{number}", Role.ORGANISER, other)
        untie_organisation(organisation=other, lead=ours.lead, by=ours.coordinator)
    assert queries() == with_one


def test_partners_that_left_before_the_trail_said_so_are_read_up_to_then(
    ours: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = did(ours.manager)
    with monkeypatch.context() as older:
        older.setattr("accounts.actions.organisations.audit.record", lambda *_, **__: None)
        leave(ours)
    after = did(ours.manager)
    assert exported not in entries_read_by(ours.dpo)
    migration = import_module("coalition.migrations.0008_departures_in_the_trail")
    migration.record_departures(apps, SimpleNamespace(connection=connection))
    assert exported in entries_read_by(ours.dpo)
    assert after not in entries_read_by(ours.dpo)
