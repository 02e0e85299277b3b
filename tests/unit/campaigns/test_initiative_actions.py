import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import Error, transaction

from campaigns.actions.initiatives import (
    InitiativeImportError,
    change_initiative_settings,
    import_counts,
    import_register_entry,
    restore_snapshot,
    set_aside_snapshot,
)
from campaigns.initiative_register import read_entry
from campaigns.initiative_rules import Count, InitiativeRuleError
from campaigns.models import DeadlineKind, DeadlineOrigin, Initiative, ProgressSnapshot, SetAside
from core.models import AuditEntry
from tests.factories.initiatives import add_reading, make_initiative, register_answer

pytestmark = pytest.mark.django_db


def entry_of(**members):
    return read_entry(json.dumps(register_answer() | members).encode())


def import_entry(is_dry_run=False, **members):
    return import_register_entry(entry=entry_of(**members), by="tests", is_dry_run=is_dry_run)


def everything():
    return (
        list(Initiative.objects.values()),
        list(ProgressSnapshot.objects.values()),
        list(Initiative.objects.values_list("deadlines__kind", "deadlines__due_date", "deadlines__origin")),
        AuditEntry.objects.count(),
    )


def test_import_register_entry_new_is_stored_with_reading_and_deadlines():
    report = import_entry()
    initiative = Initiative.objects.get()
    snapshot = initiative.snapshots.get()
    assert (report.initiative, report.reading, report.total) == ("created", "created", 150)
    assert (snapshot.total, snapshot.counts, snapshot.late_counts) == (150, {"DE": 100, "GR": 50}, {"FR": 7})
    assert {deadline.kind: deadline.due_date for deadline in initiative.deadlines.all()} == {
        DeadlineKind.COLLECTION_END: date(2025, 7, 31),
        DeadlineKind.PAPER_UPLOAD: date(2025, 9, 30),
        DeadlineKind.TO_AUTHORITIES: date(2025, 10, 31),
        DeadlineKind.DESTRUCTION: date(2026, 4, 30),
    }
    assert AuditEntry.objects.get().action == "campaigns.initiative.imported"


def test_import_register_entry_twice_changes_nothing():
    import_entry()
    before = everything()
    report = import_entry()
    assert everything() == before
    assert (report.initiative, report.reading, report.deadlines) == ("unchanged", "unchanged", [])
    assert not report.changes_something


@pytest.mark.parametrize(
    "url", ["http://www.example.org/", "https://www.example.org/", "https://eci.ec.europa.eu@evil.example/"]
)
def test_import_register_entry_leaves_out_an_address_people_cannot_be_sent_to(url):
    words = register_answer()["linguisticVersions"][1] | {"supportLink": url}
    report = import_entry(linguisticVersions=[words])
    assert Initiative.objects.get().support_url == ""
    assert any(url in remark for remark in report.remarks)
    assert import_entry().changed == ["titles", "support_url"]
    assert Initiative.objects.get().support_url == "https://eci.ec.europa.eu/045/public/"


def test_initiative_refuses_an_address_of_the_form_that_is_not_its_own():
    initiative = make_initiative(supportLink="")
    for url in ("http://eci.ec.europa.eu/", "https://www.example.org/"):
        initiative.support_url = url
        with pytest.raises(ValidationError, match=r"europa\.eu"):
            initiative.clean()
        assert not initiative.form_url
    initiative.support_url = "https://eci.ec.europa.eu/045/public/"
    initiative.clean()


def test_import_register_entry_dry_run_reports_and_stores_nothing():
    before = everything()
    report = import_entry(is_dry_run=True)
    assert everything() == before
    assert (report.initiative, report.reading, report.total) == ("created", "created", 150)


def test_import_register_entry_newer_updates_and_adds_a_reading():
    import_entry()
    report = import_entry(
        status="CLOSED",
        latestUpdateDate="02/08/2025 09:00",
        earlyClosureDate="01/06/2025",
        sosReport={
            "totalSignatures": 200,
            "updateDate": "02/08/2025",
            "entry": [{"countryCodeType": "DE", "total": 200}],
        },
    )
    initiative = Initiative.objects.get()
    assert (report.initiative, report.reading) == ("updated", "created")
    assert initiative.status == "CLOSED"
    assert set(report.changed) == {"status", "early_closure_date", "register_updated_at"}
    assert initiative.deadlines.get(kind=DeadlineKind.COLLECTION_END).due_date == date(2025, 6, 1)
    assert [snapshot.total for snapshot in initiative.snapshots.all()] == [150, 200]


def test_import_register_entry_older_adds_its_reading_and_changes_no_field():
    import_entry()
    report = import_entry(
        status="REGISTERED",
        latestUpdateDate="01/01/2025 10:00",
        sosReport={
            "totalSignatures": 3,
            "updateDate": "01/01/2025",
            "entry": [{"countryCodeType": "DE", "total": 3}],
        },
    )
    assert (report.initiative, report.reading) == ("older", "created")
    assert Initiative.objects.get().status == "ONGOING"


def test_import_register_entry_keeps_a_deadline_staff_set():
    import_entry()
    initiative = Initiative.objects.get()
    initiative.deadlines.filter(kind=DeadlineKind.COLLECTION_END).update(
        due_date=date(2026, 1, 31), origin=DeadlineOrigin.STAFF
    )
    report = import_entry()
    assert initiative.deadlines.get(kind=DeadlineKind.COLLECTION_END).due_date == date(2026, 1, 31)
    assert "2026-01-31" in report.remarks[0]


def test_import_register_entry_reading_before_registration_rolls_everything_back():
    report = {"totalSignatures": 1, "updateDate": "01/01/2024", "entry": [{"countryCodeType": "DE", "total": 1}]}
    with pytest.raises(InitiativeImportError):
        import_entry(sosReport=report)
    assert not Initiative.objects.exists()
    assert not AuditEntry.objects.exists()


def test_import_counts_same_day_twice_adds_one_reading():
    initiative = make_initiative()
    for _time in range(2):
        add_reading(initiative, date(2025, 1, 1), {"DE": 5, "FR": 6})
    assert [snapshot.total for snapshot in initiative.snapshots.all()] == [11]


def test_import_counts_order_of_countries_does_not_matter():
    initiative = make_initiative()
    add_reading(initiative, date(2025, 1, 1), {"DE": 5, "FR": 6})
    add_reading(initiative, date(2025, 1, 1), {"FR": 6, "DE": 5})
    assert initiative.snapshots.count() == 1


@pytest.mark.parametrize(
    ("number", "as_of", "counts", "error"),
    [
        ("ECI(2099)000001", date(2025, 1, 1), [Count("DE", 1)], InitiativeImportError),
        ("ECI(2024)000007", date(2025, 1, 3), [Count("DE", 1)], InitiativeImportError),
        ("ECI(2024)000007", date(2024, 6, 18), [Count("DE", 1)], InitiativeImportError),
        ("ECI(2024)000007", date(2025, 1, 1), [Count("GB", 1)], InitiativeRuleError),
        ("nonsense", date(2025, 1, 1), [Count("DE", 1)], InitiativeRuleError),
    ],
)
def test_import_counts_what_cannot_be_is_refused(number, as_of, counts, error):
    make_initiative()
    with pytest.raises(error):
        import_counts(registration_number=number, counts=counts, as_of=as_of, today=date(2025, 1, 2), by="tests")
    assert not ProgressSnapshot.objects.exists()


def test_snapshot_is_append_only_in_the_database():
    initiative = make_initiative()
    add_reading(initiative, date(2025, 1, 1), {"DE": 5})
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        initiative.snapshots.update(total=6)


def test_set_aside_snapshot_leaves_the_figures_and_can_be_undone():
    initiative = make_initiative()
    add_reading(initiative, date(2025, 1, 1), {"DE": 5})
    snapshot = initiative.snapshots.get()
    first = set_aside_snapshot(snapshot=snapshot, reason="typed wrongly", by=None)
    assert set_aside_snapshot(snapshot=snapshot, reason="again", by=None) == first
    assert not initiative.snapshots.standing().exists()
    assert restore_snapshot(snapshot=snapshot, by=None) is True
    assert restore_snapshot(snapshot=snapshot, by=None) is False
    assert initiative.snapshots.standing().get() == snapshot
    assert not SetAside.objects.exists()
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True))[-2:] == [
        "campaigns.snapshot.set_aside",
        "campaigns.snapshot.restored",
    ]


def test_import_of_a_reading_that_was_set_aside_does_not_bring_it_back():
    import_entry()
    set_aside_snapshot(snapshot=ProgressSnapshot.objects.get(), reason="wrong", by=None)
    report = import_entry()
    assert report.reading == "set_aside"
    assert not ProgressSnapshot.objects.standing().exists()


def change(initiative, **changes):
    settings = {
        "campaign": None,
        "is_public": False,
        "default_validity_rate": Decimal("0.8"),
        "rates": {"DE": Decimal("0.9")},
        "deadlines": {DeadlineKind.COLLECTION_END: date(2025, 8, 31), DeadlineKind.TO_COMMISSION: date(2026, 6, 1)},
    }
    return change_initiative_settings(initiative=initiative, by=None, **(settings | changes))


def test_change_initiative_settings_stores_rates_and_deadlines():
    initiative = change(make_initiative())
    assert (initiative.is_public, initiative.default_validity_rate) == (False, Decimal("0.8"))
    assert dict(initiative.validity_estimates.values_list("country", "rate")) == {"DE": Decimal("0.9")}
    assert dict(initiative.deadlines.values_list("kind", "origin")) == {
        DeadlineKind.COLLECTION_END: DeadlineOrigin.STAFF,
        DeadlineKind.TO_COMMISSION: DeadlineOrigin.STAFF,
    }


def test_change_initiative_settings_unchanged_deadline_keeps_its_origin():
    initiative = make_initiative()
    change(initiative, deadlines={DeadlineKind.COLLECTION_END: date(2025, 7, 31)})
    assert initiative.deadlines.get().origin == DeadlineOrigin.REGISTER


def test_change_initiative_settings_unknown_country_is_refused():
    initiative = make_initiative()
    with pytest.raises(InitiativeRuleError):
        change(initiative, rates={"CH": Decimal("0.9")})


def run(capsys, *arguments):
    call_command(*arguments)
    return json.loads(capsys.readouterr().out)


def test_import_initiative_command_same_file_twice(tmp_path, capsys):
    path = tmp_path / "register.json"
    path.write_text(json.dumps(register_answer()), encoding="utf-8")
    dry = run(capsys, "import_initiative", str(path), "--dry-run", "--json")
    first = run(capsys, "import_initiative", str(path), "--json")
    second = run(capsys, "import_initiative", str(path), "--json")
    assert (dry["initiative"], dry["is_dry_run"]) == ("created", True)
    assert (first["initiative"], first["reading"], first["total"], first["as_of"]) == (
        "created",
        "created",
        150,
        "2025-03-01",
    )
    assert (second["initiative"], second["reading"]) == ("unchanged", "unchanged")


def test_import_initiative_command_counts(tmp_path, capsys):
    make_initiative()
    path = tmp_path / "counts.csv"
    path.write_text("country;statements_of_support\nEL;12\n", encoding="utf-8")
    arguments = ["--initiative", "ECI(2024)000007", "--as-of", "2025-02-01", "--json"]
    report = run(capsys, "import_initiative", "--counts", str(path), *arguments)
    assert (report["reading"], report["total"]) == ("created", 12)
    assert ProgressSnapshot.objects.get().counts == {"GR": 12}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name either"),
        (["{json}", "--counts", "{csv}"], "Name either"),
        (["--counts", "{csv}"], "--as-of"),
        (["--counts", "{csv}", "--initiative", "ECI(2024)000007", "--as-of", "2025-13-01"], "2025-13-01"),
        (["--counts", "{csv}", "--initiative", "ECI(2024)000008", "--as-of", "2025-01-01"], "not here"),
        (["--counts", "{csv}", "--initiative", "ECI(2024)000007", "--as-of", "2025-01-01"], "Line 2, column 2"),
        (["/no/such/file"], "/no/such/file"),
        (["{json}"], "registrationDate"),
    ],
)
def test_import_initiative_command_refusal_is_a_sentence_and_exit_code_2(tmp_path, capsys, arguments, words):
    make_initiative()
    files = {"json": tmp_path / "a.json", "csv": tmp_path / "a.csv"}
    files["json"].write_text("{}", encoding="utf-8")
    files["csv"].write_text("country,statements_of_support\nDE,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match=words) as refused:
        call_command("import_initiative", *[argument.format(**files) for argument in arguments], "--json")
    assert refused.value.returncode == 2
    assert json.loads(capsys.readouterr().out)["error"]["message"]
    assert not ProgressSnapshot.objects.exists()


@pytest.mark.parametrize(("total", "is_remarked"), [(99, True), (100, False), (101, False)])
def test_import_counts_lower_than_read_before_is_remarked(total, is_remarked):
    initiative = make_initiative()
    add_reading(initiative, date(2025, 1, 1), {"DE": 100})
    report = import_counts(
        registration_number=initiative.registration_number,
        counts=[Count("DE", total)],
        as_of=date(2025, 1, 2),
        today=date(2025, 1, 2),
        by="tests",
        is_dry_run=True,
    )
    assert [("100" in remark and "2025-01-01" in remark) for remark in report.remarks] == (
        [True] if is_remarked else []
    )
