import csv
import io
from datetime import date
from xml.etree import ElementTree

import pytest
from django.template import Context, Template

from campaigns.demo_initiatives import load_demo_initiatives
from campaigns.initiative_counts import read_counts
from campaigns.models import Initiative, LiveSwitches
from places.models import Territory
from tests.factories.initiatives import add_reading, make_initiative, register_answer

pytestmark = pytest.mark.django_db
BASE = "/en/initiatives"
SQUARE = {"type": "Polygon", "coordinates": [[[5, 45], [9, 45], [9, 48], [5, 48], [5, 45]]]}


@pytest.fixture
def initiative():
    made = make_initiative()
    add_reading(made, date(2025, 2, 1), {"DE": 100, "GR": 20_000})
    add_reading(made, date(2025, 3, 1), {"DE": 1_000, "GR": 30_000, "MT": 5_000})
    return made


def page_of(client, number, query=""):
    response = client.get(f"{BASE}/{number}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_initiative_page_shows_the_real_figures(client):
    load_demo_initiatives()
    html = page_of(client, "eci-2012-000003")
    for figure in ("1,659,543", "1.50 ×", "As of 1 November 2013", "certified by the national authorities"):
        assert figure in html
    assert "certified too late, not counted" in html
    assert "Pace" not in html


def test_initiative_page_without_counts_says_so_and_draws_nothing(client):
    load_demo_initiatives()
    html = page_of(client, "eci-2018-000001")
    assert "No counts were ever published" in html
    assert "<figure" not in html
    assert 'id="countries"' not in html
    for name in ("total.svg", "countries.csv"):
        assert client.get(f"{BASE}/eci-2018-000001/{name}").status_code == 404


def test_initiative_page_says_provisional_and_not_enough_readings(client):
    made = make_initiative(deadline="31/07/2099")
    add_reading(made, date(2025, 3, 1), {"DE": 1_000})
    html = page_of(client, made.slug)
    assert "provisional" in html
    assert "not enough readings: at least two days are needed" in html
    assert "not enough readings: at least three days are needed" in html


def test_initiative_page_escapes_what_the_register_says(client):
    answer = register_answer()["linguisticVersions"][1] | {"title": "<script>alert(1)</script>"}
    made = make_initiative("ECI(2024)000099", linguisticVersions=[answer])
    add_reading(made, date(2025, 3, 1), {"DE": 1_000})
    html = page_of(client, made.slug)
    assert "<script>alert" not in html
    assert "<script>alert" not in client.get(f"{BASE}/{made.slug}/total.svg").content.decode()


@pytest.mark.parametrize(
    ("query", "first"),
    [("", "Greece"), ("?sort=country", "Austria"), ("?sort=-count", "Greece"), ("?sort=x", "Greece")],
)
def test_initiative_page_table_sorts_without_scripts(client, initiative, query, first):
    html = page_of(client, initiative.slug, query)
    rows = html.split('id="countries"')[1].split("<tbody")[1]
    assert rows.split('data-value="')[1].split('"')[0] == first


@pytest.mark.parametrize(
    "path", ["eci-2099-000001/", "nonsense/", "eci-2024-000007/nonsense.svg", "eci-2024-000007/x.csv"]
)
def test_initiative_page_unknown_is_404(client, initiative, path):
    assert client.get(f"{BASE}/{path}").status_code == 404


def test_initiative_page_that_is_not_public_is_404(client, initiative):
    Initiative.objects.update(is_public=False)
    for path in ("", "total.svg", "countries.csv"):
        assert client.get(f"{BASE}/{initiative.slug}/{path}").status_code == 404
    assert initiative.registration_number not in client.get(f"{BASE}/").content.decode()


def test_initiative_page_writes_nothing_and_opens_no_session(client, initiative):
    response = client.get(f"{BASE}/{initiative.slug}/")
    assert not response.cookies
    assert "public" in response["Cache-Control"]
    assert client.post(f"{BASE}/{initiative.slug}/").status_code == 405


def test_initiative_page_query_count_is_independent_of_readings(client, initiative, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        page_of(client, initiative.slug)
    for day in range(2, 28):
        add_reading(initiative, date(2025, 2, day), {"DE": day})
    with django_assert_max_num_queries(12) as many:
        page_of(client, initiative.slug)
    assert len(many) <= len(few)


@pytest.mark.parametrize("name", ["total", "ranking", "tiles", "series"])
def test_initiative_chart_is_a_file_of_its_own(client, initiative, name):
    response = client.get(f"{BASE}/{initiative.slug}/{name}.svg")
    assert response["Content-Type"].startswith("image/svg+xml")
    assert f'filename="eci-2024-000007-{name}.svg"' in response["Content-Disposition"]
    root = ElementTree.fromstring(response.content)  # noqa: S314 - our own markup
    assert "provisional" in "".join(root.itertext())


def test_initiative_map_appears_once_there_are_outlines(client, initiative):
    Territory.objects.exclude(outline=None).update(outline=None)
    assert client.get(f"{BASE}/{initiative.slug}/map.svg").status_code == 404
    assert "Map of the countries" not in page_of(client, initiative.slug)
    Territory.objects.update_or_create(
        code="DE", defaults={"level": "country", "names": {"en": "Germany"}, "outline": SQUARE}
    )
    from django.core.cache import cache

    cache.clear()
    assert client.get(f"{BASE}/{initiative.slug}/map.svg").status_code == 200
    assert "Map of the countries" in page_of(client, initiative.slug)
    cache.clear()


def test_countries_csv_holds_every_country_and_reads_back(client, initiative):
    response = client.get(f"{BASE}/{initiative.slug}/countries.csv")
    assert "2025-03-01" in response["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert len(rows) == 27
    germany = next(row for row in rows if row["country"] == "DE")
    assert (germany["statements_of_support"], germany["certified"], germany["passed"]) == ("1000", "0", "0")
    read = [row for row in rows if row["statements_of_support"]]
    again = "country,statements_of_support,certified_after_submission\n" + "\n".join(
        f"{row['country']},{row['statements_of_support']},{row['certified_after_submission']}" for row in read
    )
    counts = read_counts(again.encode(), registered=initiative.registered_date)
    assert {count.country: count.statements for count in counts} == {"DE": 1_000, "GR": 30_000, "MT": 5_000}


def test_readings_csv_holds_the_raw_totals(client, initiative):
    content = client.get(f"{BASE}/{initiative.slug}/readings.csv").content.decode()
    assert content.splitlines() == ["as_of,statements_of_support", "2025-02-01,20100", "2025-03-01,36000"]


def test_initiatives_page_lists_all_with_few_queries(client, django_assert_max_num_queries):
    load_demo_initiatives()
    LiveSwitches.load()
    with django_assert_max_num_queries(8):
        html = client.get(f"{BASE}/").content.decode()
    assert html.count('<h2 dir="auto">') == 5
    assert html.count("No counts were ever published") == 1
    assert html.count("certified by the national authorities") == 3
    assert html.count("provisional") == 1


def block(argument):
    return Template("{% load initiative_progress %}{% initiative_progress which %}").render(
        Context({"which": argument})
    )


def test_progress_block_takes_an_initiative_its_key_or_its_number(initiative):
    shown = block(initiative)
    assert "36,000" in shown
    assert f"{BASE}/eci-2024-000007/" in shown
    assert "As of 1 March 2025, provisional" in shown
    assert block(initiative.pk) == block("ECI(2024)000007") == shown


@pytest.mark.parametrize("argument", [None, "", "nonsense", "ECI(2099)000001", 999_999])
def test_progress_block_of_nothing_shows_nothing(argument):
    assert block(argument).strip() == ""


def test_progress_block_of_what_is_not_public_shows_nothing(initiative):
    Initiative.objects.update(is_public=False)
    initiative.refresh_from_db()
    for argument in (initiative, initiative.pk, initiative.registration_number):
        assert block(argument).strip() == ""
