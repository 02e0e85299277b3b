"""Official figures in the staff area: who sees them, what the pages say, files in and out."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from campaigns.enums import Metric
from campaigns.models import Campaign, Election, Goal, RegistrationCount, RegistrationImport
from campaigns.selectors.registration_figures import RegistrationFigures
from core.models import AuditEntry
from dashboards.goals import GoalLine
from tests.factories.registrations import HEADER, REGION, bring_in, csv_of, make_election
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db
FINAL = f"2018-08-01,{REGION},,all,49406,285413,17.31,final,bx1.be"
JULY = f"2018-07-28,{REGION},,all,37000,285413,,provisional,vrt.be"
IXELLES = "2018-07-28,Ixelles,21009,EU,3894,,,provisional,bx1.be"


@pytest.fixture
def election(ours: World) -> Election:
    """The election of our campaign, with the one before it."""
    before, election = make_election(2012), make_election()
    bring_in(before, f"2012-08-01,{REGION},,all,34172,,13.97,final,barbaratrachte.be")
    bring_in(election, FINAL, JULY, IXELLES)
    ours.campaign.election = election
    ours.campaign.save(update_fields=["election"])
    Goal.objects.create(campaign=ours.campaign, metric=Metric.REGISTERED, target=49_406, due_date=date(2018, 7, 31))
    return election


def page(world: World, name: str = "detail", **told: Any) -> str:
    client, arguments = browse(world.coordinator), [] if name == "" else [world.campaign.pk]
    url = reverse(f"dashboards_registrations{'_' if name else ''}{name}", args=arguments)
    response = client.get(url, told)
    assert response.status_code == 200
    return response.content.decode()


def test_list_shows_each_campaign_with_its_figure(ours: World, election: Election) -> None:
    body = page(ours, "")
    assert ours.campaign.title in body
    assert "49,406" in body
    assert "17.31" in body


def test_list_asks_no_more_for_three_campaigns_than_for_one(
    ours: World, election: Election, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = browse(ours.coordinator), reverse("dashboards_registrations")
    client.get(url)
    with CaptureQueriesContext(connection) as of_one:
        client.get(url)
    bring_in(make_election(2024), f"2024-01-01,{REGION},,all,51111,,,provisional,made up", name="2024.csv")
    make_election(2030)
    for later in Election.objects.filter(election_date__year__gt=2018):
        year = later.election_date.year
        Campaign.objects.create(title=f"Year {year}", slug=f"year-{year}", organisation=ours.lead, election=later)
    with CaptureQueriesContext(connection) as of_three:
        body = client.get(url).content.decode()
    assert len(of_three) == len(of_one)
    assert body.index("Year 2030") < body.index("Year 2024") < body.index("51,111") < body.index("49,406")
    monkeypatch.setattr("dashboards.registration_views.PER_PAGE", 2)
    first, second = (client.get(url, {"p": number}).content.decode() for number in (1, 2))
    assert ("49,406" in first, "?p=2" in first) == (False, True)
    assert ("49,406" in second, "?p=1" in second, "51,111" in second) == (True, True, False)


def test_people_and_rate_are_never_confused(ours: World, election: Election) -> None:
    body = page(ours)
    assert "+15,234" in body
    assert "+44.6" in body
    assert "+3.34 points" in body
    assert "percentage points, not percent of people" in body
    assert "Source: bx1.be" in body


def test_provisional_figure_says_that_nothing_is_there_to_learn_from(ours: World, election: Election) -> None:
    body = page(ours, on="2018-07-28")
    assert "37,000" in body
    assert "49,406 people" not in body
    assert "No earlier election has provisional figures" in body
    assert "a straight line would be a guess" in body
    assert "12,406 to go: 3,102 a day" in body


def test_provisional_figures_of_communes_alone_are_not_said_to_be_none(ours: World, election: Election) -> None:
    bring_in(election, "2018-06-23,Ixelles,21009,all,4703,,,provisional,bx1.be", name="june.csv")
    following = make_election(2024, day=date(2024, 10, 13))
    bring_in(following, f"2024-07-28,{REGION},,all,37000,,,provisional,made up")
    ours.campaign.election = following
    ours.campaign.save()
    body = page(ours, on="2024-07-28")
    assert "No earlier election has provisional figures" not in body
    assert "or only by commune" in body


def test_band_says_when_it_is_of_one_election(ours: World, election: Election) -> None:
    bring_in(election, f"2018-06-23,{REGION},,all,24703,,,provisional,bx1.be", name="june.csv")
    following = make_election(2024, day=date(2024, 10, 13))
    bring_in(following, f"2024-07-28,{REGION},,all,37000,,,provisional,made up")
    ours.campaign.election = following
    ours.campaign.save(update_fields=["election"])
    body = page(ours, on="2024-07-28")
    assert "it may end between 37,000 and 74,000" in body
    assert "There is only one earlier election to learn from" in body


def test_no_figure_yet_says_so(ours: World, election: Election) -> None:
    assert "No official figure was known" in page(ours, on="2018-01-01")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COORDINATOR, 200), (Role.ANALYST, 200), (Role.ORGANISER, 200), (Role.DATA_PROTECTION_OFFICER, 200)],
)
def test_staff_of_the_campaign_see_public_figures(ours: World, election: Election, role: Role, status: int) -> None:
    user = make_user("nora", role, ours.lead)
    url = reverse("dashboards_registrations_detail", args=[ours.campaign.pk])
    assert browse(user).get(url).status_code == status


def test_who_has_no_role_is_refused(ours: World, election: Election) -> None:
    url = reverse("dashboards_registrations_detail", args=[ours.campaign.pk])
    assert browse(make_user("nora", None)).get(url).status_code in (302, 403)
    assert Client().get(url).status_code == 302


def test_outsider_learns_nothing(ours: World, theirs: World, election: Election) -> None:
    client = browse(theirs.coordinator)
    for name, more in (("detail", []), ("chart", ["map"]), ("table", ["figures"]), ("paper", [])):
        url = reverse(f"dashboards_registrations_{name}", args=[ours.campaign.pk, *more])
        assert client.get(url).status_code == 404, name


def test_partner_sees_figures_but_not_the_goals_of_all(ours: World, election: Election) -> None:
    url = reverse("dashboards_registrations_detail", args=[ours.campaign.pk])
    said = {"on": "2018-07-28"}
    theirs, all_of_it = (browse(user).get(url, said).content.decode() for user in (ours.manager, ours.coordinator))
    assert "37,000" in theirs
    for words in ("event-goals", "<dt>Goal</dt>", "12,406", "to go"):
        assert words in all_of_it
        assert words not in theirs


def test_report_for_a_partner_has_no_goal(ours: World, election: Election, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []

    def kept(figures: RegistrationFigures, *, goals: list[GoalLine], **_more: Any) -> bytes:
        told.append([goal.metric for goal in goals])
        return b"%PDF"

    monkeypatch.setattr("dashboards.registration_views.registration_pdf", kept)
    for user in (ours.manager, ours.coordinator):
        assert browse(user).get(reverse("dashboards_registrations_paper", args=[ours.campaign.pk])).status_code == 200
    assert told == [[], [Metric.REGISTERED]]


@pytest.mark.parametrize("name", ["map", "time"])
def test_charts_are_saved_with_day_and_sources(ours: World, election: Election, name: str) -> None:
    url = reverse("dashboards_registrations_chart", args=[ours.campaign.pk, name])
    body = browse(ours.coordinator).get(url).content.decode()
    assert body.startswith("<svg")
    assert "final" in body
    assert "bx1.be" in body


def test_map_says_where_nothing_is_published(ours: World, election: Election) -> None:
    url = reverse("dashboards_registrations_chart", args=[ours.campaign.pk, "map"])
    assert "For 19 communes no rate is published" in browse(ours.coordinator).get(url).content.decode()


@pytest.mark.parametrize("name", ["communes", "groups", "figures"])
def test_tables_are_saved_and_audited(ours: World, election: Election, name: str) -> None:
    url = reverse("dashboards_registrations_table", args=[ours.campaign.pk, name])
    rows = list(csv.DictReader(io.StringIO(browse(ours.coordinator).get(url).content.decode())))
    assert len(rows) == {"communes": 19, "groups": 3, "figures": 3}[name]
    assert AuditEntry.objects.get(action="campaigns.registration_counts.exported").details["table"] == name


def test_published_figures_saved_are_imported_again_without_effect(ours: World, election: Election) -> None:
    bring_in(election, FINAL.replace("49406", "49407"), name="correction.csv")
    url = reverse("dashboards_registrations_table", args=[ours.campaign.pk, "figures"])
    content = browse(ours.coordinator).get(url).content
    assert b"49407" in content
    body = upload(browse(ours.coordinator), election, content).content.decode()
    assert "Everything in the file is here already" in body


def test_published_figures_are_saved_as_known_on_the_day_asked_for(ours: World, election: Election) -> None:
    bring_in(election, f"2018-07,{REGION},,all,37001,,,provisional,month", name="month.csv")
    url = reverse("dashboards_registrations_table", args=[ours.campaign.pk, "figures"])
    response = browse(ours.coordinator).get(url, {"on": "2018-07-28"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [(row["date"], row["registered"]) for row in rows] == [("2018-07-28", "37000"), ("2018-07-28", "3894")]
    assert "2018-07-28.csv" in response["Content-Disposition"]


def test_unknown_chart_or_table_is_not_there(ours: World, election: Election) -> None:
    for name in ("chart", "table"):
        url = reverse(f"dashboards_registrations_{name}", args=[ours.campaign.pk, "nothing"])
        assert browse(ours.coordinator).get(url).status_code == 404


@pytest.mark.parametrize("told", [{}, {"on": "2018-07-28"}])
def test_report_is_one_page_of_pdf(ours: World, election: Election, told: dict[str, str]) -> None:
    url = reverse("dashboards_registrations_paper", args=[ours.campaign.pk])
    response = browse(ours.coordinator).get(url, told)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert response.content.count(b"/Type /Page\n") + response.content.count(b"/Type/Page\n") <= 1


def upload(client: Client, election: Election, content: bytes, name: str = "new.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    told = {"election": election.pk, "file": file, "source": ""}
    return client.post(reverse("dashboards_registrations_upload"), told, follow=True)


def test_file_is_looked_at_applied_and_undone(ours: World, election: Election) -> None:
    client = browse(ours.coordinator)
    response = upload(
        client,
        election,
        csv_of(IXELLES, IXELLES.replace("Ixelles,21009", "Evere,21006"), FINAL.replace("49406", "49407")),
    )
    body, found = response.content.decode(), RegistrationImport.objects.get(status="uploaded")
    assert "What does not add up" not in body
    assert "49,406" in body
    assert RegistrationCount.objects.filter(election=election).count() == 3
    url = reverse("dashboards_registrations_import", args=[found.pk])
    apply = {"kind": "apply", "seen": response.context["seen"]}
    assert "The figures are imported" in client.post(url, apply, follow=True).content.decode()
    assert RegistrationCount.objects.filter(election=election).count() == 5
    assert "The import is undone" in client.post(url, {"kind": "undo"}, follow=True).content.decode()
    assert RegistrationCount.objects.filter(election=election).count() == 3


def test_columns_are_mapped_on_the_screen(ours: World, election: Election) -> None:
    client = browse(ours.coordinator)
    body = upload(client, election, b"when,place,group,n,kind,source\n2018-07-01,Evere,EU,5,final,x\n").content.decode()
    assert "The file is refused whole" in body
    url = reverse("dashboards_registrations_import", args=[RegistrationImport.objects.get(status="uploaded").pk])
    told = {"date": "0", "place": "1", "group": "2", "registered": "3", "source": "5"}
    columns = {f"column-{key}": position for key, position in told.items()}
    missing = client.post(url, {"kind": "map", **columns})
    assert missing.status_code == 422
    assert "No column is mapped to “Kind”" in missing.content.decode()
    look = client.post(url, {"kind": "map", **columns, "column-kind": "4"}, follow=True)
    assert "The file is refused whole" not in look.content.decode()
    client.post(url, {"kind": "apply", "seen": look.context["seen"]})
    assert RegistrationCount.objects.get(source="x").registered == 5


def test_broken_file_is_shown_with_line_and_column(ours: World, election: Election) -> None:
    client = browse(ours.coordinator)
    body = upload(client, election, csv_of(IXELLES.replace("3894", "3.894"))).content.decode()
    assert "Line 2, column 5 (registered)" in body
    url = reverse("dashboards_registrations_import", args=[RegistrationImport.objects.get(status="uploaded").pk])
    seen = client.get(url).context["seen"]
    client.post(url, {"kind": "apply", "seen": seen})
    assert RegistrationCount.objects.filter(election=election).count() == 3
    client.post(url, {"kind": "discard"})
    assert not RegistrationImport.objects.filter(status="uploaded").exists()


def test_file_that_is_no_table_is_refused_beside_the_field(ours: World, election: Election) -> None:
    response = upload(browse(ours.coordinator), election, HEADER.encode("utf-16"))
    assert response.status_code == 422
    assert "UTF-16" in response.content.decode()


def test_only_coordinators_import_and_only_for_their_elections(ours: World, theirs: World, election: Election) -> None:
    url = reverse("dashboards_registrations_upload")
    for user in (ours.manager, ours.analyst, theirs.coordinator):
        assert browse(user).get(url).status_code in (302, 403)
    theirs.campaign.election = make_election(2024, day=date(2024, 10, 13))
    theirs.campaign.save(update_fields=["election"])
    assert upload(browse(theirs.coordinator), election, csv_of(IXELLES)).status_code == 422
    found = RegistrationImport.objects.filter(election=election).first()
    assert found is not None
    assert (
        browse(theirs.coordinator).get(reverse("dashboards_registrations_import", args=[found.pk])).status_code == 404
    )
