"""A ledger adds up who gave what, names whom the law names, and never changes an entry in silence."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.actions import transparency
from campaigns.actions.transparency import Gift, Help, LedgerRefused
from campaigns.demo_transparency import load_demo_transparency
from campaigns.models import Campaign, Contribution, Ledger, Publication, Sponsor, UnpaidHelp
from campaigns.selectors.transparency import changed_since, compare_with_register, ledger_page, sums_of
from campaigns.transparency_enums import LedgerPlace, SponsorKind
from core.models import AuditEntry
from messaging.models import OutboundMessage
from tests.factories.initiatives import make_initiative
from tests.factories.staff import World
from tests.factories.transparency import NOON, TODAY, give, make_help, make_ledger, make_person, make_sponsor

REGISTER = LedgerPlace.REGISTER


@pytest.fixture
def ledger(ours: World) -> Ledger:
    return make_ledger(ours.campaign)


def total(sponsor: Sponsor) -> Decimal:
    return Sponsor.objects.get(pk=sponsor.pk).total


def is_above(sponsor: Sponsor) -> bool:
    return Sponsor.objects.above().filter(pk=sponsor.pk).exists()


def recount(sponsor: Sponsor) -> Decimal:
    rows = list(Contribution.objects.filter(sponsor=sponsor))
    replaced = {row.corrects_id for row in rows if row.undone_at is None}
    return sum((row.amount for row in rows if row.undone_at is None and row.pk not in replaced), Decimal(0))


def test_sums_of_one_sponsor_are_cumulated_over_the_campaign(ledger: Ledger) -> None:
    sponsor = make_sponsor(ledger)
    give(sponsor, "260", at=NOON - timedelta(days=400))
    assert not is_above(sponsor)
    give(sponsor, "260")
    assert (total(sponsor), is_above(sponsor)) == (Decimal(520), True)


def test_exactly_five_hundred_is_not_above(ledger: Ledger) -> None:
    sponsor = make_sponsor(ledger)
    for _each in range(5_00):
        Contribution.objects.create(sponsor=sponsor, amount=Decimal("0.99"), received_date=TODAY)
    give(sponsor, "5.00")
    assert (total(sponsor), is_above(sponsor)) == (Decimal("500.00"), False)
    give(sponsor, "0.01")
    assert is_above(sponsor)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(st.decimals(min_value="0.01", max_value="400", places=2), min_size=1, max_size=6),
    undone=st.sets(st.integers(0, 5)),
    data=st.data(),
)
def test_order_of_rows_does_not_matter_and_what_is_taken_back_is_out(
    ledger: Ledger, amounts: list[Decimal], undone: set[int], data: Any
) -> None:
    order = data.draw(st.permutations(range(len(amounts))))
    one, other = make_sponsor(ledger, uuid4().hex), make_sponsor(ledger, uuid4().hex)
    for sponsor, indexes in ((one, range(len(amounts))), (other, order)):
        rows = {index: give(sponsor, str(amounts[index])) for index in indexes}
        for index in undone & set(rows):
            transparency.undo_contribution(contribution=rows[index], reason="typo", by="tests", at=NOON)
    expected = sum((amount for index, amount in enumerate(amounts) if index not in undone), Decimal(0))
    assert total(one) == total(other) == recount(one) == expected
    assert is_above(one) is is_above(other) is (expected > 500)


def test_correction_stands_instead_and_taken_back_gives_the_first_its_place_again(ledger: Ledger) -> None:
    sponsor = make_sponsor(ledger)
    wrong = give(sponsor, "9000")
    right = give(sponsor, "90", corrects=wrong)
    assert (total(sponsor), is_above(sponsor)) == (Decimal(90), False)
    better = give(sponsor, "95", corrects=right)
    assert total(sponsor) == 95
    transparency.undo_contribution(contribution=better, reason="no", by="tests", at=NOON)
    assert total(sponsor) == 90
    transparency.undo_contribution(contribution=right, reason="no", by="tests", at=NOON)
    assert (total(sponsor), is_above(sponsor)) == (Decimal(9000), True)
    give(sponsor, "91", corrects=wrong)
    assert total(sponsor) == recount(sponsor) == 91
    assert Contribution.objects.count() == 4


def test_correction_may_move_a_sum_to_another_sponsor(ledger: Ledger) -> None:
    one, other = make_sponsor(ledger, "One"), make_sponsor(ledger, "Other")
    give(other, "600", corrects=give(one, "600"))
    assert (total(one), is_above(one), total(other), is_above(other)) == (0, False, 600, True)


def test_row_corrected_or_taken_back_is_neither_corrected_nor_taken_back_again(ledger: Ledger, ours: World) -> None:
    sponsor = make_sponsor(ledger)
    wrong = give(sponsor, "10")
    right = give(sponsor, "20", corrects=wrong)
    with pytest.raises(LedgerRefused):
        give(sponsor, "30", corrects=wrong)
    with pytest.raises(LedgerRefused):
        transparency.undo_contribution(contribution=wrong, reason="x", by="tests", at=NOON)
    undone = {"reason": "double", "by": ours.coordinator}
    transparency.undo_contribution(contribution=right, at=NOON, **undone)
    transparency.undo_contribution(contribution=right, at=NOON + timedelta(days=1), **undone)
    right.refresh_from_db()
    assert (right.undone_at, right.undone_by, right.undone_reason) == (NOON, ours.coordinator, "double")
    assert AuditEntry.objects.filter(action="campaigns.contribution.undone").count() == 1


@pytest.mark.parametrize("field", ["amount", "received_date", "sponsor_id", "is_in_kind", "corrects_id"])
def test_database_refuses_to_change_a_contribution(ledger: Ledger, field: str) -> None:
    sponsor = make_sponsor(ledger)
    row = give(sponsor, "10")
    values = {"amount": 11, "received_date": date(2026, 1, 1), "sponsor_id": sponsor.pk, "is_in_kind": True}
    with pytest.raises(DatabaseError), transaction.atomic():
        Contribution.objects.filter(pk=row.pk).update(**{field: values.get(field, row.pk)})


def test_database_refuses_to_change_help_sums_of_nothing_and_two_sponsors_of_a_name(ledger: Ledger) -> None:
    row = make_help(ledger)
    with pytest.raises(DatabaseError), transaction.atomic():
        UnpaidHelp.objects.filter(pk=row.pk).update(what="else")
    sponsor = make_sponsor(ledger)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(sponsor=sponsor, amount=Decimal(0), received_date=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sponsor.objects.create(ledger=ledger, name="Other", key=sponsor.key)


def test_one_form_sent_twice_is_one_entry(ledger: Ledger) -> None:
    told = {"by": "tests", "at": NOON, "entry_key": uuid4()}
    new = {"ledger": ledger, "name": "New", "kind": SponsorKind.ORGANISATION, "gift": Gift(Decimal(5), TODAY)}
    assert transparency.add_gift_of_new(**new, **told) == transparency.add_gift_of_new(**new, **told)
    helps = {"ledger": ledger, "told": Help("H", "x", TODAY), **told}
    assert transparency.add_help(**helps) == transparency.add_help(**helps)
    assert (Sponsor.objects.count(), Contribution.objects.count(), UnpaidHelp.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("amount", "received"), [("0", TODAY), ("-5", TODAY), ("1.234", TODAY), ("5", TODAY + timedelta(days=1))]
)
def test_refused_sum_keeps_neither_row_nor_sponsor(ledger: Ledger, amount: str, received: date) -> None:
    with pytest.raises(LedgerRefused):
        transparency.add_gift_of_new(
            ledger=ledger, name="New", kind=SponsorKind.PERSON, gift=Gift(Decimal(amount), received), by="tests",
            at=NOON, entry_key=uuid4(),
        )  # fmt: skip
    assert not Sponsor.objects.exists()
    assert not OutboundMessage.objects.exists()


def test_second_sponsor_of_a_name_is_refused_but_another_ledger_may_have_one(ledger: Ledger, theirs: World) -> None:
    make_sponsor(ledger, "Arts Fund")
    with pytest.raises(LedgerRefused, match="choose it from the list"):
        make_sponsor(ledger, " ARTS  fund")
    assert make_sponsor(make_ledger(theirs.campaign), "Arts Fund")


def test_private_person_is_named_on_our_page_only_with_their_agreement(ledger: Ledger) -> None:
    person = make_person(ledger)
    assert person.public_name == ""
    told = {"name": person.name, "by": "tests", "at": NOON}
    changed = {"sponsor": person, "kind": SponsorKind.PERSON, "agreed_date": TODAY}
    assert transparency.change_sponsor(**changed, **told).public_name == "Pat Private"
    organisation = transparency.change_sponsor(**{**changed, "kind": SponsorKind.ORGANISATION}, **told)
    assert (organisation.agreed_date, organisation.public_name) == (None, "Pat Private")


def test_name_taken_out_is_gone_while_the_sums_stay(ledger: Ledger) -> None:
    person = make_person(ledger)
    give(person, "600", note="Pat called")
    for _twice in range(2):
        transparency.forget_sponsor(sponsor=Sponsor.objects.get(pk=person.pk), by="tests", at=NOON)
    person = Sponsor.objects.get(pk=person.pk)
    assert (person.name, person.total, str(person)) == ("", Decimal(600), "a private person")
    assert "pat" not in person.key
    assert Contribution.objects.get().note == ""
    make_person(ledger, "Pat Private")
    with pytest.raises(LedgerRefused):
        transparency.forget_sponsor(sponsor=make_sponsor(ledger), by="tests", at=NOON)


def test_page_names_those_above_and_counts_the_others(ledger: Ledger) -> None:
    for name, amount in (("A", "700"), ("B", "500"), ("C", "20.50")):
        give(make_sponsor(ledger, name), amount)
    make_sponsor(ledger, "Gave nothing")
    gone = make_help(ledger, "Gone")
    make_help(ledger, "Here")
    transparency.undo_help(row=gone, reason="x", by="tests", at=NOON)
    shown = ledger_page(ledger, on=TODAY)
    assert [(each.name, each.total) for each in shown.above] == [("A", 700)]
    assert (shown.sums.below_count, shown.sums.below_total) == (2, Decimal("520.50"))
    assert shown.sums.total == Decimal("1220.50")
    assert [each.organisation for each in shown.helps] == ["Here"]
    assert not shown.is_empty


def test_help_that_ends_before_it_begins_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerRefused):
        make_help(ledger, until_date=TODAY - timedelta(days=1))


def test_what_the_register_must_be_told_is_what_changed_since(ledger: Ledger) -> None:
    one, two = make_sponsor(ledger, "One"), make_sponsor(ledger, "Two")
    give(one, "600")
    row = give(two, "700")
    give(make_sponsor(ledger, "Small"), "10")
    assert changed_since(ledger, None) == [two, one]
    (told,) = transparency.record_publication(ledger=ledger, places=[REGISTER], on=TODAY, by="tests", at=NOON)
    assert told.figures == {
        "total": "1310.00", "below_count": 1, "below_total": "10.00",
        "sponsors": {str(one.pk): "600.00", str(two.pk): "700.00"},
    }  # fmt: skip
    assert changed_since(ledger, told) == []
    give(one, "1")
    transparency.undo_contribution(contribution=row, reason="x", by="tests", at=NOON)
    assert changed_since(ledger, told) == [one, two]


def test_publication_of_a_day_is_written_once_and_may_be_taken_back(ledger: Ledger) -> None:
    told = {"ledger": ledger, "places": list(LedgerPlace), "on": TODAY, "by": "tests", "at": NOON}
    first = transparency.record_publication(**told)
    assert transparency.record_publication(**told) == first
    for _twice in range(2):
        transparency.undo_publication(publication=first[0], by="tests", at=NOON)
    again = transparency.record_publication(**told)
    assert again[1] == first[1]
    assert Publication.objects.standing().count() == 2
    for wrong in ({"places": []}, {"on": TODAY + timedelta(days=1)}, {"on": ledger.starts_date - timedelta(days=1)}):
        with pytest.raises(LedgerRefused):
            transparency.record_publication(**{**told, **wrong})


def test_register_is_compared_by_organisations_and_sums(ledger: Ledger) -> None:
    initiative = make_initiative()
    give(make_sponsor(ledger, "players' association"), "23000")
    give(make_sponsor(ledger, "Missing there"), "501")
    give(make_person(ledger), "900")
    (found,) = compare_with_register(ledger, [initiative])
    assert [(each.name, each.ours, each.theirs) for each in found.differences] == [("Missing there", 501, None)]
    assert (found.ours, found.theirs, found.private_count) == (Decimal(24401), Decimal(24000), 1)
    assert found.register_date == date(2025, 2, 1)


def test_generated_sponsors_never_stand_beside_real_names(ours: World) -> None:
    Campaign.objects.filter(pk=ours.campaign.pk).update(slug="welcoming-europe-demo", is_generated=True)
    first = load_demo_transparency(at=NOON)
    assert first == load_demo_transparency(at=NOON)
    assert first is not None
    rows = [*first.sponsors.all(), *Contribution.objects.all(), *first.helps.all(), *first.publications.all()]
    assert all(row.is_generated for row in rows)
    assert all("(demo)" in each.name for each in first.sponsors.all())
    assert all("(demo)" in each.organisation for each in first.helps.all())
    (found,) = compare_with_register(first, [make_initiative()])
    assert (found.is_named, found.differences) == (False, ())
    assert [each.total for each in first.sponsors.above().largest_first()] == [5500, Decimal("625.50"), 520]
    assert sums_of(first).below_count == 3
    assert not OutboundMessage.objects.exists()


def test_demo_without_its_campaign_makes_no_ledger(db: None) -> None:
    assert load_demo_transparency(at=NOON) is None
