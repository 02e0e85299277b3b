"""A file of partners: looked at, taken in as a whole, the same again for nothing, undone as a whole."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from campaigns.actions.source_links import count_visit, make_partner_links
from campaigns.enums import VisitWay
from campaigns.models import Campaign, Partnership, Source, SourceVisit
from coalition.actions.imports import (
    PartnerImportError,
    apply_import,
    discard_upload,
    map_columns,
    plan_import,
    undo_import,
    upload_file,
)
from coalition.actions.leaving import leave_campaign
from coalition.models import PartnerContact, PartnerGoal, PartnerImport, PartnerKey
from coalition.partner_rows import FIELDS, template_rows
from core.table_columns import guess_columns
from core.table_files import TableError, read_table
from tests.factories.coalition import accept, announce, ask_agreement, partners_file, ten_partners
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


def upload(world: World, content: bytes, at: datetime) -> PartnerImport:
    return upload_file(campaign=world.campaign, content=content, file_name="p.csv", by=world.coordinator, at=at)


def count_all() -> tuple[int, ...]:
    models = (Organisation, Partnership, Source, Membership, User, PartnerContact, PartnerGoal)
    return tuple(model.objects.count() for model in models)


def faults_of(world: World, content: bytes) -> list[str]:
    columns = guess_columns(read_table(content).header, FIELDS)
    with pytest.raises(TableError) as refusal:
        plan_import(campaign=world.campaign, content=content, columns=columns, by=world.coordinator)
    return [str(fault) for fault in refusal.value.faults]


def test_ten_partners_are_taken_in_with_managers_links_and_goals(
    ours: World, at: datetime, django_capture_on_commit_callbacks: object
) -> None:
    before = count_all()
    found = upload(ours, ten_partners(), at)
    assert count_all() == before  # looking stores nothing
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        applied, plan = apply_import(partner_import=found, by=ours.coordinator, at=at)
    assert plan is not None
    assert len(plan.created) == 10
    assert tuple(after - was for after, was in zip(count_all(), before, strict=True)) == (10,) * 7
    assert applied.created_count == 10
    assert {letter.to[0] for letter in mail.outbox} == {f"person{n}@partner.example" for n in range(1, 11)}
    assert PartnerGoal.objects.get(partnership__organisation__name="Partner 7").target == 700
    assert apply_import(partner_import=applied, by=ours.coordinator, at=at) == (applied, None)


def test_same_file_twice_changes_nothing(ours: World, at: datetime) -> None:
    apply_import(partner_import=upload(ours, ten_partners(), at), by=ours.coordinator, at=at)
    before = count_all()
    again = upload(ours, ten_partners(), at)
    _gone, plan = apply_import(partner_import=again, by=ours.coordinator, at=at)
    assert plan is not None
    assert not plan.changes_something
    assert len(plan.known) == 10
    assert count_all() == before
    assert PartnerImport.objects.count() == 1


@pytest.mark.parametrize("meanwhile", ["discarded", "applied", "mapped"])
def test_file_somebody_had_in_hand_meanwhile_is_refused_with_a_sentence(
    ours: World, at: datetime, meanwhile: str
) -> None:
    apply_import(partner_import=upload(ours, ten_partners(), at), by=ours.coordinator, at=at)
    looked_at = upload(ours, ten_partners(), at)
    before, other = count_all(), PartnerImport.objects.get(pk=looked_at.pk)
    if meanwhile == "discarded":
        discard_upload(partner_import=other)
    elif meanwhile == "applied":  # nothing in it was new, so it left no import
        apply_import(partner_import=other, by=ours.coordinator, at=at)
    else:
        map_columns(partner_import=other, columns={"organisation": 0})
    with pytest.raises(PartnerImportError, match="Somebody"):
        apply_import(partner_import=looked_at, by=ours.coordinator, at=at)
    assert count_all() == before


def test_known_organisation_is_completed_and_keeps_what_it_has(ours: World, at: datetime) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    content = partners_file("ours partner,Belgique,supporter,New Person,new@partner.example,50")
    _found, plan = apply_import(partner_import=upload(ours, content, at), by=ours.coordinator, at=at)
    assert plan is not None
    assert len(plan.completed) == 1
    assert not plan.created
    partnership = Partnership.objects.get(organisation=ours.partner)
    assert partnership.role == "partner"
    assert Membership.objects.filter(organisation=ours.partner).count() == 2
    assert Source.objects.filter(partnership=partnership).count() == 2


def test_undoing_takes_everything_out_again(ours: World, at: datetime) -> None:
    before = count_all()
    found, _plan = apply_import(partner_import=upload(ours, ten_partners(), at), by=ours.coordinator, at=at)
    for _press in range(2):
        undo_import(partner_import=found, by=ours.coordinator, at=at)
    assert count_all() == before
    with pytest.raises(PartnerImportError):
        apply_import(partner_import=found, by=ours.coordinator, at=at)


def test_undo_is_refused_whole_once_a_partner_has_begun(ours: World, at: datetime) -> None:
    found, _plan = apply_import(partner_import=upload(ours, ten_partners(), at), by=ours.coordinator, at=at)
    after = count_all()
    ours.sign(partnership=Partnership.objects.get(organisation__name="Partner 3"))
    with pytest.raises(PartnerImportError, match="Partner 3"):
        undo_import(partner_import=found, by=ours.coordinator, at=at)
    assert count_all() == after


def test_undo_keeps_accounts_that_were_there_and_those_in_use(ours: World, theirs: World, at: datetime) -> None:
    content = partners_file(f"Partner 1,BE,partner,Ben,{theirs.manager.email},", "Partner 2,BE,,Zoe,zoe@x.example,")
    found, _plan = apply_import(partner_import=upload(ours, content, at), by=ours.coordinator, at=at)
    User.objects.filter(email="zoe@x.example").update(last_login=at)
    undo_import(partner_import=found, by=ours.coordinator, at=at)
    assert User.objects.filter(email__in=[theirs.manager.email, "zoe@x.example"]).count() == 2
    assert Membership.objects.get(user=theirs.manager).organisation == theirs.partner


def test_one_fault_refuses_the_whole_file_with_line_and_column(ours: World, theirs: World) -> None:
    header = "organisation,short_name,country,role,contact_email,goal_signatures,website,goal_due"
    said = faults_of(
        ours,
        partners_file(
            "Good,,BE,partner,a@example.org,10,,",
            ",,BE,partner,a@example.org,10,,",
            "Bad country,,Atlantis,partner,a@example.org,10,,",
            "Bad role,,BE,lead,a@example.org,10,,",
            "Bad mail,,BE,partner,nobody,10,,",
            "Bad goal,,BE,partner,a@example.org,-5,,",
            '"=HYPERLINK(""x"")",,BE,partner,a@example.org,10,,',
            "Good,,BE,partner,a@example.org,10,,",
            "Taken,theirs-lead,BE,partner,a@example.org,10,,",
            "Other name,ours-partner,BE,partner,a@example.org,10,,",
            "Bad site,,BE,partner,a@example.org,10,not a site,",
            "Bad day,,BE,partner,a@example.org,10,,31/12/2026",
            "ours lead,ours-lead,BE,partner,a@example.org,10,,",
            header=header,
        ),
    )
    begins = [
        "Line 3, column 1 (organisation)", "Line 4, column 3 (country)", "Line 5, column 4 (role)",
        "Line 6, column 5 (contact_email)", "Line 7, column 6 (goal_signatures)", "Line 8, column 1 (organisation)",
        "Line 9, column 1 (organisation)", "Line 10, column 2 (short_name)", "Line 11, column 2 (short_name)",
        "Line 12, column 7 (website)", "Line 13, column 8 (goal_due)", "Line 14, column 1 (organisation)",
    ]  # fmt: skip
    assert [fault.split(":")[0] for fault in said] == begins
    assert "also on line 2" in said[6]
    assert "ours partner" in said[8]
    assert "theirs" not in said[7]  # whose it is stays theirs


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("organisation,country,contact_email\nÉté,BE,a@example.org".encode("utf-16"), "UTF-16"),
        ("organisation,country,contact_email\nÉté,BE,a@example.org".encode("latin-1"), "UTF-8"),
        (b"organisation,country,contact_email\n", "no row"),
    ],
)
def test_file_that_cannot_be_read_says_why(ours: World, at: datetime, content: bytes, said: str) -> None:
    with pytest.raises(TableError, match=said):
        upload(ours, content, at)
    assert not PartnerImport.objects.exists()


def test_partner_that_left_is_not_taken_back_by_a_file(ours: World, at: datetime) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    ours.partner.led_by.add(ours.lead)  # still seen through another campaign of the lead
    said = faults_of(ours, partners_file("ours partner,BE,partner,,a@example.org,"))
    assert "left the campaign" in said[0]


def test_another_coalitions_organisation_of_the_same_name_stays_theirs(
    ours: World, theirs: World, at: datetime
) -> None:
    Organisation.objects.filter(pk=theirs.partner.pk).update(country="BE")
    content = partners_file("theirs partner,BE,partner,,a@example.org,")
    apply_import(partner_import=upload(ours, content, at), by=ours.coordinator, at=at)
    new = Partnership.objects.get(campaign=ours.campaign, organisation__name="theirs partner")
    assert new.organisation != theirs.partner
    assert not theirs.partner.led_by.filter(pk=ours.lead.pk).exists()


def test_failure_in_the_middle_leaves_nothing(ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    found, before = upload(ours, ten_partners(), at), count_all()
    calls: list[int] = []

    def fail_later(**_: object) -> None:
        calls.append(1)
        if len(calls) == 5:
            raise RuntimeError

    monkeypatch.setattr("coalition.actions.imports.set_goals", fail_later)
    with pytest.raises(RuntimeError):
        apply_import(partner_import=found, by=ours.coordinator, at=at)
    assert count_all() == before
    assert PartnerImport.objects.get().status == "uploaded"


def test_columns_can_be_said_and_a_file_left(ours: World, at: datetime) -> None:
    found = upload(ours, partners_file("X,BE,x@example.org", header="who,where,mail"), at)
    assert found.columns == {}
    map_columns(partner_import=found, columns={"organisation": 0, "country": 1, "contact_email": 2})
    _found, plan = apply_import(partner_import=found, by=ours.coordinator, at=at)
    assert plan is not None
    assert len(plan.created) == 1
    left = upload(ours, ten_partners(), at)
    discard_upload(partner_import=left)
    assert PartnerImport.objects.count() == 1


def test_shipped_file_is_taken_as_it_is(ours: World) -> None:
    text = "\n".join(",".join(str(cell) for cell in row) for row in template_rows()).encode()
    columns = guess_columns(read_table(text).header, FIELDS)
    assert len(columns) == len(FIELDS)
    plan = plan_import(campaign=ours.campaign, content=text, columns=columns, by=ours.coordinator)
    assert [each.row.country for each in plan.created] == ["BE", "FR"]


def test_looking_at_a_long_file_costs_no_more_queries(ours: World) -> None:
    def cost(count: int) -> int:
        rows = [f"Partner {n},BE,partner,,p{n}@example.org,5" for n in range(count)]
        content = partners_file(*rows)
        columns = guess_columns(read_table(content).header, FIELDS)
        with CaptureQueriesContext(connection) as asked:
            plan_import(campaign=ours.campaign, content=content, columns=columns, by=ours.coordinator)
        return len(asked)

    assert cost(1) == cost(300) <= 10


def test_undo_is_refused_once_an_agreement_was_accepted(ours: World, at: datetime) -> None:
    text = ask_agreement(ours)
    found, _plan = apply_import(
        partner_import=upload(ours, partners_file("P,BE,,,p@example.org,"), at), by=ours.coordinator, at=at
    )
    ours.partnership = Partnership.objects.get(organisation__name="P")
    ours.manager = User.objects.get(email="p@example.org")
    accept(ours, text, at=at)
    with pytest.raises(PartnerImportError, match="accepted agreements"):
        undo_import(partner_import=found, by=ours.coordinator, at=at)


def _new_partner(ours: World, at: datetime) -> tuple[PartnerImport, Partnership]:
    row = "New Org,BE,partner,P,p@x.example,"
    found, _plan = apply_import(partner_import=upload(ours, partners_file(row), at), by=ours.coordinator, at=at)
    return found, Partnership.objects.get(organisation__name="New Org")


def _add_contact(partnership: Partnership, at: datetime) -> object:
    return PartnerContact.objects.create(partnership=partnership, name="By hand", topic="press", email="h@x.example")


def _add_goal(partnership: Partnership, at: datetime) -> object:
    return PartnerGoal.objects.create(partnership=partnership, metric="signatures", target=5)


def _add_key(partnership: Partnership, at: datetime) -> object:
    return PartnerKey.objects.create(
        partnership=partnership, recipient="age1x", fingerprint="f", added_at=at, usable_at=at
    )


def _count_visit(partnership: Partnership, at: datetime) -> object:
    source = Source.objects.get(partnership=partnership)
    count_visit(source=source, way=next(iter(VisitWay)), at=at)
    return SourceVisit.objects.get(source=source)


def _raise_role(partnership: Partnership, at: datetime) -> object:
    held = Membership.objects.get(organisation=partnership.organisation)
    held.role = Role.COORDINATOR
    held.save()
    return held


@pytest.mark.parametrize("add", [_add_contact, _add_goal, _add_key, _count_visit, _raise_role])
def test_undo_is_refused_while_anything_was_added_since(
    ours: World, at: datetime, add: Callable[[Partnership, datetime], Any]
) -> None:
    found, partnership = _new_partner(ours, at)
    added = add(partnership, at)
    with pytest.raises(PartnerImportError, match="New Org"):
        undo_import(partner_import=found, by=ours.coordinator, at=at)
    added.refresh_from_db()
    assert Partnership.objects.filter(pk=partnership.pk).exists()


def test_undo_says_that_a_partner_got_an_announcement(ours: World, at: datetime) -> None:
    found, _partnership = _new_partner(ours, at)
    announce(ours, at=at)
    with pytest.raises(PartnerImportError, match=r"“New Org” .*: received announcements\."):
        undo_import(partner_import=found, by=ours.coordinator, at=at)


def test_undo_leaves_a_role_that_was_changed_since(ours: World, at: datetime) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    content = partners_file("ours partner,BE,partner,New Person,new@partner.example,")
    found, _plan = apply_import(partner_import=upload(ours, content, at), by=ours.coordinator, at=at)
    held = Membership.objects.filter(user__email="new@partner.example")
    held.update(role=Role.COORDINATOR)
    undo_import(partner_import=found, by=ours.coordinator, at=at)
    assert held.exists()


@pytest.mark.parametrize("is_tied_by_hand", [False, True])
def test_undo_keeps_the_tie_to_a_partner_known_before(ours: World, at: datetime, is_tied_by_hand: bool) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    if is_tied_by_hand:
        Source.objects.filter(partnership=ours.partnership).delete()
        ours.partnership.delete()
    second = Campaign.objects.create(title="Two", slug="two", organisation=ours.lead)
    content = partners_file("ours partner,BE,partner,P,p@x.example,")
    found = upload_file(campaign=second, content=content, file_name="p.csv", by=ours.coordinator, at=at)
    found, _plan = apply_import(partner_import=found, by=ours.coordinator, at=at)
    undo_import(partner_import=found, by=ours.coordinator, at=at)
    assert not second.partnerships.exists()
    assert ours.partner.led_by.filter(pk=ours.lead.pk).exists()


def test_link_a_file_makes_is_the_one_the_link_screen_finds(ours: World, at: datetime) -> None:
    _found, partnership = _new_partner(ours, at)
    make_partner_links(campaign=ours.campaign, organisation_ids=None, at=at)
    assert Source.objects.filter(partnership=partnership).count() == 1
