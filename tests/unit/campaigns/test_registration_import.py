"""Files of official figures: looked at, applied whole, again without effect, undone whole."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from campaigns.actions.registration_counts import (
    RegistrationImportError,
    apply_import,
    discard_upload,
    import_registration_counts,
    map_columns,
    plan_import,
    undo_import,
    upload_file,
)
from campaigns.enums import CountKind, RegistrationImportStatus
from campaigns.models import Election, RegistrationCount, RegistrationImport
from core.models import AuditEntry
from core.table_files import TableError
from tests.factories.registrations import AT, REGION, TODAY, bring_in, csv_of, make_election

pytestmark = pytest.mark.django_db
IXELLES = "2018-07-28,Ixelles,21009,EU,3894,,,provisional,bx1.be"


@pytest.fixture
def election(db: None) -> Election:
    return make_election()


def refused(election: Election, content: bytes, **told: object) -> TableError:
    with pytest.raises(TableError) as caught:
        plan_import(election=election, content=content, today=TODAY, **told)  # type: ignore[arg-type]
    assert not RegistrationCount.objects.exists()
    return caught.value


def test_figures_are_stored_as_published(election: Election) -> None:
    found = bring_in(election, IXELLES, f"2018-08,{REGION},,non-EU women,,,13.60,final,wiki")
    first, second = RegistrationCount.objects.order_by("line")
    assert (first.territory.code, first.registered, first.potential, first.rate_percent) == (
        "NIS 21009",
        3894,
        None,
        None,
    )
    assert (first.line, first.kind, first.source) == (2, CountKind.PROVISIONAL, "bx1.be")
    assert (second.territory.code, second.group, second.sex) == ("BE-BRU", "non_eu", "women")
    assert (second.as_of_date, second.is_month_only) == (date(2018, 8, 1), True)
    assert (second.rate_percent, second.rate_places) == (Decimal("13.6"), 2)
    assert (found.status, found.created_count, found.content) == ("applied", 2, None)
    assert AuditEntry.objects.get(action="campaigns.registration_counts.imported").details["created"] == 2


def test_dry_run_stores_nothing_and_says_what_would_be(election: Election) -> None:
    plan = plan_import(election=election, content=csv_of(IXELLES), today=TODAY)
    assert (plan.rows, len(plan.created), plan.unchanged, plan.changes_something) == (1, 1, 0, True)
    assert not RegistrationCount.objects.exists()
    assert not RegistrationImport.objects.exists()


def test_same_file_twice_changes_nothing(election: Election) -> None:
    bring_in(election, IXELLES)
    again, plan = import_registration_counts(
        election=election, content=csv_of(IXELLES), file_name="again.csv", by="test", at=AT, today=TODAY
    )
    assert again is None
    assert (plan.unchanged, plan.changes_something) == (1, False)
    assert (RegistrationCount.objects.count(), RegistrationImport.objects.count()) == (1, 1)
    assert AuditEntry.objects.filter(action="campaigns.registration_counts.imported").count() == 1


def test_correction_is_a_row_that_names_the_old_one_and_stays_when_the_old_file_comes_again(election: Election) -> None:
    bring_in(election, IXELLES)
    bring_in(election, IXELLES.replace("3894", "3900"))
    old, new = RegistrationCount.objects.order_by("pk")
    assert (new.corrects, new.registered, old.registered) == (old, 3900, 3894)
    assert list(RegistrationCount.objects.standing()) == [new]
    plan = plan_import(election=election, content=csv_of(IXELLES), today=TODAY)
    assert (plan.superseded, plan.changes_something) == (1, False)


def test_sources_that_differ_stand_side_by_side(election: Election) -> None:
    bring_in(election, IXELLES, IXELLES.replace("3894", "3895").replace("bx1", "vrt"))
    assert RegistrationCount.objects.standing().count() == 2


def test_one_file_of_several_elections_is_split_by_their_days(election: Election) -> None:
    before = make_election(2012)
    rows = (f"2012-08-01,{REGION},,EU,26150,,,final,wiki", IXELLES)
    plan = plan_import(election=election, content=csv_of(*rows), today=TODAY)
    assert ([one.line for one in plan.created], [one.line for one in plan.elsewhere]) == ([3], [2])
    plan = plan_import(election=before, content=csv_of(*rows), today=TODAY)
    assert ([one.line for one in plan.created], [one.line for one in plan.elsewhere]) == ([2], [3])


def test_old_figures_are_not_taken_for_an_election_whose_forerunner_is_unknown(election: Election) -> None:
    error = refused(election, csv_of(f"2012-08-01,{REGION},,EU,26150,,,final,wiki"))
    assert "falls in the time of this election (15 Oct. 2016 to 14 Oct. 2018)" in str(error)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("2018-07-28,Ixelles,21009,EU,1.234,,,final,x", 5, "thousands or a fraction"),
        ("28/07/2018,Ixelles,21009,EU,1,,,final,x", 1, "YYYY-MM-DD"),
        ("2026-03-03,Ixelles,21009,EU,1,,,final,x", 1, "has not come yet"),
        ("2018-07-28,Paris,,EU,1,,,final,x", 2, "not a place"),
        ("2018-07-28,Ixelles,21004,EU,1,,,final,x", 2, "not that of Ixelles"),
        ("2018-07-28,Gent,21009,EU,1,,,final,x", 2, "not that of Gent"),
        ("2018-07-28,,99999,EU,1,,,final,x", 2, "not a place"),
        ("2018-07-28,Ixelles,21009,Belgians,1,,,final,x", 4, "none of EU"),
        ("2018-07-28,Ixelles,21009,EU,1,,101,final,x", 7, "more than 100"),
        ("2018-07-28,Ixelles,21009,EU,1,,,,x", 8, "provisional or final"),
        ("2018-07-28,Ixelles,21009,EU,1,,,final,", 9, "source is missing"),
        ("2018-07-28,Ixelles,21009,EU,,,,final,x", None, "no figure"),
    ],
)
def test_broken_row_refuses_the_file_whole_with_line_and_column(
    election: Election, row: str, column: int | None, words: str
) -> None:
    error = refused(election, csv_of(IXELLES, row))
    assert (error.count, error.faults[0].line, error.faults[0].column) == (1, 3, column)
    assert words in str(error)


def test_every_fault_is_counted_and_the_first_hundred_told(election: Election) -> None:
    error = refused(election, csv_of(*(f"x,Ixelles,21009,EU,{n}.234,,,final,x" for n in range(80))))
    assert (error.count, len(error.faults)) == (160, 100)
    assert [fault.line for fault in error.faults[:3]] == [2, 2, 3]


def test_figure_that_is_there_twice_is_refused(election: Election) -> None:
    error = refused(election, csv_of(IXELLES, IXELLES.replace("3894", "1")))
    assert "first in line 2" in str(error)


def test_file_without_what_is_needed_is_refused(election: Election) -> None:
    assert refused(election, b"a,b\n1,2\n").count == 5


def test_source_given_with_the_file_is_that_of_rows_without_one(election: Election) -> None:
    content = b"date,place,group,inscrits,statut\n2018-07-28,Elsene,UE,3 894,provisoire\n"
    assert refused(election, content).count == 1
    plan = plan_import(election=election, content=content, today=TODAY, default_source="bx1.be")
    assert (plan.created[0].registered, plan.created[0].source) == (3894, "bx1.be")


def workbook_of(rate: float, number_format: str) -> bytes:
    book, out = Workbook(), BytesIO()
    book.active.append(["date", "place", "group", "rate_percent", "kind", "source"])
    book.active.append(["2018-08-01", REGION, "all", rate, "final", "x"])
    book.active["D2"].number_format = number_format
    book.save(out)
    return out.getvalue()


def test_cell_shown_as_percent_is_taken_as_shown(election: Election) -> None:
    plan = plan_import(election=election, content=workbook_of(0.1731, "0.00%"), today=TODAY)
    assert (plan.created[0].rate_percent, plan.created[0].rate_places) == (Decimal("17.31"), 2)
    plan = plan_import(election=election, content=workbook_of(17.31, "General"), today=TODAY)
    assert plan.created[0].rate_percent == Decimal("17.31")


def test_fraction_in_a_workbook_is_refused_whatever_its_column_is_called(election: Election) -> None:
    assert "may be a share or a percentage" in str(refused(election, workbook_of(0.1731, "General")))


def test_upload_is_mapped_then_applied_once(election: Election) -> None:
    content = b"when,place,group,n,kind,source\n2018-07-28,Ixelles,EU,5,final,x\n"
    found = upload_file(election=election, content=content, file_name="f.csv", by="test", at=AT)
    with pytest.raises(TableError):
        apply_import(registration_import=found, today=TODAY, by="test", at=AT)
    assert not RegistrationCount.objects.exists()
    map_columns(registration_import=found, columns={**found.columns, "date": 0, "registered": 3})
    _found, plan = apply_import(registration_import=found, today=TODAY, by="test", at=AT)
    assert plan is not None
    assert apply_import(registration_import=found, today=TODAY, by="test", at=AT)[1] is None
    assert RegistrationCount.objects.get().registered == 5
    discard_upload(registration_import=found)  # applied: nothing happens
    assert RegistrationImport.objects.get().status == RegistrationImportStatus.APPLIED


def test_file_left_or_mapped_anew_meanwhile_is_refused_with_a_sentence(election: Election) -> None:
    content = b"when,place,group,n,kind,source\n2018-07-28,Ixelles,EU,5,final,x\n"
    found = upload_file(election=election, content=content, file_name="f.csv", by="test", at=AT)
    other = RegistrationImport.objects.get(pk=found.pk)
    map_columns(registration_import=other, columns={**found.columns, "date": 0, "registered": 3})
    with pytest.raises(RegistrationImportError, match="other columns"):
        apply_import(registration_import=found, today=TODAY, by="test", at=AT)
    discard_upload(registration_import=other)
    with pytest.raises(RegistrationImportError, match="left it meanwhile"):
        apply_import(registration_import=other, today=TODAY, by="test", at=AT)
    assert not RegistrationCount.objects.exists()


def test_undo_takes_a_file_out_whole_and_the_old_figure_stands_again(election: Election) -> None:
    first = bring_in(election, IXELLES)
    second = bring_in(election, IXELLES.replace("3894", "3900"), "2018-07-28,Evere,,EU,7,,,provisional,x")
    with pytest.raises(RegistrationImportError, match="undo that import first"):
        undo_import(registration_import=first, by="test", at=AT)
    for _ in range(2):
        undo_import(registration_import=second, by="test", at=AT)
    assert RegistrationCount.objects.standing().get().registered == 3894
    assert AuditEntry.objects.filter(action="campaigns.registration_counts.undone").count() == 1
    with pytest.raises(RegistrationImportError, match="was undone"):
        apply_import(registration_import=second, today=TODAY, by="test", at=AT)
    bring_in(election, IXELLES.replace("3894", "3900"))
    assert RegistrationCount.objects.standing().get().registered == 3900


def test_database_refuses_changes_duplicates_and_empty_figures(election: Election) -> None:
    bring_in(election, IXELLES)
    row = RegistrationCount.objects.get()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        RegistrationCount.objects.update(registered=1)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    row.source, row.registered = "other", None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert connection.vendor in ("sqlite", "postgresql")
    assert RegistrationCount.objects.count() == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.sampled_from(["2018-07-28", "Ixelles", "EU", "12", "1.2", "=1+1", "", "final", "x,y", '"', "é"]),
            max_size=10,
        ),
        max_size=5,
    )
)
def test_any_table_is_planned_or_refused_with_lines(election: Election, rows: list[list[str]]) -> None:
    content = csv_of(*(",".join(row) for row in rows))
    try:
        plan = plan_import(election=election, content=content, today=TODAY)
    except TableError as error:
        places = [fault.line for fault in error.faults]
        assert all(line is None or 1 <= line <= len(content) for line in places)
        return
    assert plan.rows == len(plan.created)
