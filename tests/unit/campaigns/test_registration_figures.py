"""What the real figures of 2012 and 2018 say on the dashboard, and what does not add up."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.demo import LEAD
from accounts.models import Organisation
from campaigns.demo_registrations import FILE, load_demo_registrations
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.initiative_rules import DATA
from campaigns.models import Campaign, RegistrationCount, RegistrationImport
from campaigns.registration_checks import FindingKind, find_disagreements
from campaigns.registration_course import Basis, figures_of
from campaigns.registration_rows import Reading
from campaigns.registration_words import describe
from campaigns.selectors.registration_figures import registration_figures
from tests.factories.registrations import REGION, TODAY, bring_in, make_election

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(territories: None) -> Campaign:
    Organisation.objects.create(slug=LEAD, name="Lead")
    return load_demo_registrations()


def test_votebrussels_reaches_its_real_figures(campaign: Campaign) -> None:
    figures = registration_figures(campaign, on=TODAY)
    assert figures is not None
    assert figures.whole.now is not None
    assert figures.whole.base is not None
    assert (figures.whole.now.registered, figures.whole.base.registered) == (49_406, 34_172)
    assert (figures.whole.now.rate, figures.whole.base.rate) == (Decimal("17.31"), Decimal("13.97"))
    assert (figures.whole.people_gained, round(figures.whole.people_gained_percent or 0, 1)) == (15_234, 44.6)
    assert figures.whole.rate_gained_points == Decimal("3.34")
    assert (figures.whole.now.is_final, figures.band, campaign.is_generated) == (True, None, False)
    assert {line.name: line.now.rate for line in figures.communes if line.now and line.now.rate}["Evere"] == Decimal(
        "12.3"
    )


def test_a_quarter_appeared_after_the_last_provisional_figures(campaign: Campaign) -> None:
    figures = registration_figures(campaign, on=TODAY)
    assert figures is not None
    lags = {(lag.figure.group, lag.figure.as_of.day): lag for lag in figures.lags}
    late = lags["all", date(2018, 7, 28)]
    assert (round(late.share, 3), late.lead_days, late.figure.basis) == (0.751, 3, Basis.FROM_RATE)


def test_day_before_the_deadline_shows_what_was_known_then(campaign: Campaign) -> None:
    figures = registration_figures(campaign, on=date(2018, 7, 28))
    assert figures is not None
    assert figures.whole.now is not None
    assert (figures.whole.now.registered, figures.whole.now.basis) == (37_262, Basis.FROM_RATE)
    assert (figures.band, figures.lags, figures.whole.now.is_final) == (
        None,
        (),
        False,
    )  # 2012 has nothing to learn from


def test_next_election_learns_its_band_from_2018_alone(campaign: Campaign) -> None:
    election = make_election(2024, day=date(2024, 10, 13))
    bring_in(election, f"2024-07-28,{REGION},,all,30000,300000,,provisional,made up for this test")
    campaign.election = election
    figures = registration_figures(campaign, on=date(2024, 7, 28))
    assert figures is not None
    assert figures.band is not None
    # On 23 June, its last figures before that day, 2018 had shown 43 % of the non-EU citizens; after it, all.
    assert (figures.band.low, figures.band.high) == (30_000, 69_846)
    assert figures.band.elections == ("be-brussels-local-2018",)


def test_figure_of_a_month_is_not_taken_for_its_first_day(campaign: Campaign) -> None:
    election = make_election(2024, day=date(2024, 10, 13))
    bring_in(election, f"2024-07,{REGION},,all,30000,300000,,provisional,made up for this test")
    campaign.election = election
    figures = registration_figures(campaign, on=date(2024, 7, 31))
    assert figures is not None
    assert figures.band is not None
    assert (figures.band.low, figures.band.high) == (30_000, 69_846)


def test_demo_election_is_the_shipped_one(campaign: Campaign) -> None:
    shipped = read_election(shipped_elections()["be-brussels-local-2018"])
    election = campaign.election
    assert election is not None
    assert (election.titles, election.registration_deadline) == (shipped.titles, date(2018, 7, 31))
    assert election.rules.filter(is_shipped=True).exists()


def test_demo_loaded_twice_adds_nothing(campaign: Campaign) -> None:
    assert load_demo_registrations() == campaign
    assert (RegistrationCount.objects.count(), RegistrationImport.objects.count()) == (31, 2)


def test_shipped_file_differs_in_its_potentials_only(campaign: Campaign) -> None:
    figures = registration_figures(campaign, on=TODAY)
    assert figures is not None
    assert len(figures.findings) == 2
    assert all("sources differ" in sentence for sentence in figures.findings)


def reading(group: str, registered: int | None, potential: int | None = None, **told: object) -> Reading:
    values = {
        "territory_id": 1, "as_of_date": date(2018, 8, 1), "is_month_only": False, "group": group, "sex": "",
        "kind": "final", "source": "a", "registered": registered, "potential": potential, "rate_percent": None,
        "rate_places": 0,
    }  # fmt: skip
    return Reading(**{**values, **told})  # type: ignore[arg-type]


def test_published_rate_of_all_stays_beside_the_sum_of_its_groups() -> None:
    rows = [
        reading("all", None, rate_percent=Decimal("17.3"), rate_places=1, source="office"),
        reading("eu", 6, 40),
        reading("non_eu", 4, 20),
    ]
    (found,) = figures_of(rows, 1, on=TODAY)["all"]
    assert (found.registered, found.potential, found.basis) == (10, 60, Basis.SUM)
    assert (found.rate, found.rate_places, found.is_rate_published) == (Decimal("17.3"), 1, True)
    assert found.sources == ("a", "office")


COMMUNES = [reading("all", 6, territory_id=2), reading("all", 5, territory_id=3)]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([reading("eu", 1), reading("non_eu", 2), reading("all", 3)], None),
        ([reading("eu", 1), reading("non_eu", 2), reading("all", 4)], (FindingKind.GROUPS, 4, 3)),
        ([reading("eu", 1, sex="women"), reading("eu", 2, sex="men"), reading("eu", 4)], (FindingKind.SEXES, 4, 3)),
        ([reading("eu", 1), reading("eu", 2, source="b")], (FindingKind.SOURCES, 1, 2)),
        (
            [reading("eu", 1), reading("eu", 2, source="b"), reading("non_eu", 1), reading("all", 3)],
            (FindingKind.SOURCES, 1, 2),
        ),
        ([reading("eu", 5, 4)], (FindingKind.MORE_THAN_POTENTIAL, 5, 4)),
        ([reading("eu", 1, 8, rate_percent=Decimal("12.5"), rate_places=1)], None),
        ([reading("eu", 1, 8, rate_percent=Decimal("12"), rate_places=0)], None),
        ([reading("eu", 1, 8, rate_percent=Decimal("13"), rate_places=0)], None),
        (
            [reading("eu", 1, 8, rate_percent=Decimal("12.4"), rate_places=1)],
            (FindingKind.RATE, Decimal("12.4"), Decimal("12.5")),
        ),
        ([reading("all", 10), *COMMUNES], (FindingKind.COMMUNES, 10, 11)),
        ([reading("all", 12), *COMMUNES], (FindingKind.COMMUNES, 12, 11)),
        ([reading("all", 12), reading("all", 6, territory_id=2)], None),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_found(rows: list[Reading], found: tuple[object, ...] | None) -> None:
    findings = find_disagreements(rows, parent_of={2: 1, 3: 1}, children={1: frozenset({2, 3})})
    assert [(one.kind, one.said, one.found) for one in findings] == ([found] if found else [])


def test_rate_that_its_counts_do_not_give_is_told_in_a_sentence() -> None:
    rows = [reading("eu", 1, 8, rate_percent=Decimal("12.4"), rate_places=1)]
    (found,) = find_disagreements(rows, parent_of={}, children={})
    assert "the published rate is 12.4 %, but the published counts give 12.500 %. Source: a." in describe(found, {})


def run(*arguments: str) -> dict:
    out = StringIO()
    call_command("import_registration_counts", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_command_imports_the_shipped_file_and_again_without_effect() -> None:
    make_election()
    path = str(DATA / FILE)
    told = run(path, "--election", "be-brussels-local-2018", "--dry-run")
    assert (told["dry_run"], told["created"], told["other_election"], told["import"]) == (True, 24, 7, None)
    assert not RegistrationCount.objects.exists()
    assert run(path, "--election", "be-brussels-local-2018")["created"] == 24
    again = run(path, "--election", "be-brussels-local-2018")
    assert (again["created"], again["corrected"], again["unchanged"], again["import"]) == (0, 0, 24, None)


def test_command_maps_columns_by_name(tmp_path: Path) -> None:
    make_election()
    file = tmp_path / "f.csv"
    file.write_text("when,where,group,n,kind\n2018-07-28,Ixelles,EU,5,final\n")
    told = run(
        str(file), "--election", "be-brussels-local-2018", "--map", "date=when", "--map", "place=where",
        "--map", "registered=n", "--source", "made up",
    )  # fmt: skip
    assert told["columns"] == {"group": "group", "kind": "kind", "date": "when", "place": "where", "registered": "n"}
    assert RegistrationCount.objects.get().registered == 5


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [("date,place,group,registered,kind,source\n2018-07-28,Ixelles,EU,1.234,final,x\n", 2, 4), ("", None, None)],
)
def test_command_refuses_a_broken_file_whole(
    tmp_path: Path, content: str, line: int | None, column: int | None
) -> None:
    make_election()
    file, out = tmp_path / "f.csv", StringIO()
    file.write_text(content)
    with pytest.raises(CommandError) as caught:
        call_command(
            "import_registration_counts", str(file), "--election", "be-brussels-local-2018", "--json", stdout=out
        )
    error = json.loads(out.getvalue())["error"]
    assert (caught.value.returncode, error["line"], error["column"]) == (2, line, column)
    assert not RegistrationCount.objects.exists()


def test_command_refuses_what_is_not_there(tmp_path: Path) -> None:
    for arguments in (
        ["x.csv", "--election", "none"],
        [str(tmp_path / "x.csv"), "--election", "be-brussels-local-2018"],
    ):
        if arguments[0] != "x.csv":
            make_election()
        with pytest.raises(CommandError):
            call_command("import_registration_counts", *arguments, "--json", stdout=StringIO())
