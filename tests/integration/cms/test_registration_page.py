"""The public eligibility check: its questions, its result, and that nothing is kept."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from campaigns.models import CommuneOffice, Election, EligibilityRules
from cms.demo_registration_pages import load_demo_registration_pages
from cms.eligibility_forms import FORMS
from cms.eligibility_panels import CheckResult, Panel
from cms.models import RegistrationPage
from places.models import Territory
from tests.factories.elections import make_election, make_registration_page

SPRING = datetime(2031, 5, 2, 10, tzinfo=UTC)
FRENCH = [
    ("nationality", {"first": "FR"}),
    ("birth_date", {"day": "17", "month": "5", "year": "1985"}),
    ("commune", {"choice": "NIS 21009"}),
    ("earlier_local_registration", {"choice": "no"}),
    ("residence_register", {"choice": "foreigners"}),
    ("register_since", {"day": "", "month": "3", "year": "2012"}),
    ("ep_registration", {"choice": "no"}),
    ("deprived", {"choice": "no"}),
]
MOROCCAN = [
    ("nationality", {"first": "MA"}),
    *FRENCH[1:7],
    ("legal_residence_since", {"day": "1", "month": "1", "year": "2020"}),
    ("residence_interruption", {"choice": "no"}),
    ("declaration_signed", {"choice": "yes"}),
    ("deprived", {"choice": "no"}),
]


@pytest.fixture(autouse=True)
def spring() -> Iterator[None]:
    with time_machine.travel(SPRING, tick=False):
        yield


@pytest.fixture
def election(territories: None) -> Election:
    return make_election()


@pytest.fixture
def page(election: Election) -> RegistrationPage:
    return make_registration_page(election)


def hidden_in(body: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', body)
    return {name: html.unescape(value) for name, value in found}


class Visit:
    """Somebody with a browser: what stands in the form is sent back with the next answer."""

    def __init__(self, page: RegistrationPage, client: Client) -> None:
        self.client, self.action = client, reverse("eligibility_check", args=[page.pk])
        self.read(client.get(page.get_url() or ""))

    def read(self, response: Any) -> None:
        self.response, self.body = response, response.content.decode()
        self.hidden = hidden_in(self.body)

    def send(self, **said: str) -> "Visit":
        self.read(self.client.post(self.action, self.hidden | said))
        return self

    def answer(self, story: list[tuple[str, dict[str, str]]]) -> "Visit":
        for question, said in story:
            assert self.hidden["question"] == question
            self.send(**said)
        return self

    @property
    def outcome(self) -> str:
        found = re.search(r'data-outcome="(\w+)"', self.body)
        return found[1] if found else ""


def test_check_leads_a_european_through_eight_questions_to_what_to_do(page: RegistrationPage, client: Client) -> None:
    visit = Visit(page, client).answer(FRENCH)
    assert visit.outcome == "eligible"
    for words in ("31 July 2031", "90 days left", "Ixelles", "Art. 1bis", "looked up on", "generated for the demo"):
        assert words in visit.body
    assert "Monday–Friday" in visit.body


def test_check_asks_others_for_residence_and_declaration(page: RegistrationPage, client: Client) -> None:
    assert Visit(page, client).answer(MOROCCAN).outcome == "eligible"
    refused = Visit(page, client).answer([*MOROCCAN[:9], ("declaration_signed", {"choice": "no"})])
    assert refused.outcome == "incomplete"


def test_check_ends_at_the_first_known_no(page: RegistrationPage, client: Client) -> None:
    assert Visit(page, client).answer([("nationality", {"first": "MA", "second": "BE"})]).outcome == "not_applicable"
    child = [FRENCH[0], ("birth_date", {"day": "14", "month": "10", "year": "2013"})]
    assert Visit(page, client).answer(child).outcome == "not_eligible"


def test_check_with_i_do_not_know_sends_to_the_commune(page: RegistrationPage, client: Client) -> None:
    visit = Visit(page, client).answer(FRENCH[:5])
    visit.send(unsure="1").answer(FRENCH[6:])
    assert visit.outcome == "needs_check"
    assert "I do not know" in visit.body


def test_month_without_a_day_is_judged_and_shown_as_it_was_said(page: RegistrationPage, client: Client) -> None:
    visit = Visit(page, client).answer(FRENCH)
    assert visit.hidden["known_register_since"] == "2012-03"
    assert "<dd>March 2012</dd>" in visit.body
    again = Visit(page, client).answer(FRENCH[:6]).send(back="1")
    assert 'value="2012"' in again.body
    assert again.hidden["question"] == "register_since"
    again.send(day="", month="3", year="2012")
    assert again.hidden["question"] == "ep_registration"


def test_month_in_which_the_rule_changes_is_for_the_commune(page: RegistrationPage, client: Client) -> None:
    def since(month: str, year: str) -> str:
        day = ("register_since", {"day": "", "month": month, "year": year})
        return Visit(page, client).answer([*FRENCH[:5], day, *FRENCH[6:]]).outcome

    assert since("8", "2031") == "needs_check"  # the register counts on 1 August
    assert since("7", "2031") == "eligible"
    assert since("5", "1985") == "eligible"  # the month of birth


@pytest.mark.parametrize("month", ["2012-13", "2012-00", "0000-01", "2012-3", "９９９９-01", "2012-03-"])
def test_check_asks_again_for_a_month_that_is_none(page: RegistrationPage, client: Client, month: str) -> None:
    action = reverse("eligibility_check", args=[page.pk])
    known = {"known_nationality": "FR", "known_birth_date": "1985-05-17", "known_commune": "NIS 21009"}
    known |= {"known_earlier_local_registration": "no", "known_residence_register": "foreigners"}
    body = client.post(action, known | {"known_register_since": month}).content.decode()
    assert hidden_in(body)["question"] == "register_since"


def test_check_goes_back_with_the_answer_kept(page: RegistrationPage, client: Client) -> None:
    visit = Visit(page, client).answer(FRENCH[:2]).send(back="1")
    assert visit.hidden["question"] == "birth_date"
    assert 'value="1985"' in visit.body
    visit.send(back="1")
    assert visit.hidden["question"] == "nationality"
    assert '<option value="FR" selected>' in visit.body
    assert Visit(page, client).answer(FRENCH).send(back="1").hidden["question"] == "deprived"


@pytest.mark.parametrize(
    ("question", "said", "error"),
    [
        ("nationality", {}, "Choose your nationality."),
        ("nationality", {"first": "QQ"}, "Choose a country from the list."),
        ("birth_date", {"day": "31", "month": "2", "year": "1985"}, "This month has no such day."),
        ("birth_date", {"day": "1", "month": "13", "year": "1985"}, "Write a number from 1 to 12."),
        ("birth_date", {"day": "1", "month": "1", "year": "85"}, "Write the year with four digits."),
        ("birth_date", {"day": "", "month": "1", "year": "1985"}, "This field is required."),
        ("commune", {"choice": "NIS 99999"}, "Choose a commune from the list."),
        ("ep_registration", {}, "Choose one of the answers."),
        ("residence_interruption", {"choice": "yes"}, "Write when you were away"),
        ("residence_interruption", {"choice": "yes", "begins": "2020-02-01", "ends": "2020-01-01"}, "before the first"),
    ],
)
def test_check_says_next_to_the_field_what_is_wrong(
    page: RegistrationPage, client: Client, question: str, said: dict[str, str], error: str
) -> None:
    response = client.post(reverse("eligibility_check", args=[page.pk]), {"question": question} | said)
    assert response.status_code == 422
    assert error in response.content.decode()


def test_check_reads_digits_of_any_script(page: RegistrationPage, client: Client) -> None:
    visit = Visit(page, client).answer([FRENCH[0], ("birth_date", {"day": "١٧", "month": "٥", "year": "١٩٨٥"})])
    assert visit.hidden["known_birth_date"] == "1985-05-17"


def test_check_survives_whatever_is_sent(page: RegistrationPage, client: Client) -> None:
    action = reverse("eligibility_check", args=[page.pk])
    odd = {f"known_{name}": value for name, value in zip(FORMS, ["<script>", "31/12", "x" * 500, "++", "unknown"] * 3)}  # noqa: B905
    for more in ({}, {"back": "1"}, {"question": "secrets"}, {"question": "commune", "unsure": "1"}):
        response = client.post(action, odd | more)
        assert response.status_code in (200, 422)
        assert b"<script>\n" not in response.content
    assert client.get(action).status_code == 302
    assert client.post(reverse("eligibility_check", args=[0])).status_code == 404


@pytest.mark.parametrize(
    "away", ["2020-01-01/", "2020-01-01/2020-02-01/x", "2020-01-01/x", "/", "x/2020-01-01", "2021-01-01/2020-01-01"]
)
@pytest.mark.parametrize("nationality", ["BE", "MA"])
def test_check_survives_any_absence(page: RegistrationPage, client: Client, away: str, nationality: str) -> None:
    sent = {"known_nationality": nationality, "known_residence_interruption": away, "known_deprived": "yes"}
    for more in ({}, {"back": "1"}):
        response = client.post(reverse("eligibility_check", args=[page.pk]), sent | more)
        assert response.status_code == 200
    assert sent["known_deprived"] in response.content.decode()


def test_check_keeps_nothing(page: RegistrationPage, client: Client) -> None:
    def rows() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = rows()
    visit = Visit(page, client).answer(FRENCH)
    assert rows() == before
    assert not client.cookies
    assert visit.response.headers["Cache-Control"] == "private, no-cache"
    assert visit.action == visit.response.request["PATH_INFO"]
    assert not visit.response.request["QUERY_STRING"]


def test_check_refuses_another_sites_form(page: RegistrationPage, client: Client) -> None:
    action = reverse("eligibility_check", args=[page.pk])
    assert client.post(action, {}, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_days_left_are_counted_in_the_campaigns_time_zone(page: RegistrationPage, client: Client) -> None:
    type(page.campaign).objects.update(time_zone="Pacific/Auckland")
    with time_machine.travel(datetime(2031, 7, 30, 14, tzinfo=UTC), tick=False):
        assert "that is today" in Visit(page, client).answer(FRENCH).body
    with time_machine.travel(datetime(2031, 7, 31, 14, tzinfo=UTC), tick=False):
        late = Visit(page, client).answer(FRENCH[:4])
    assert late.outcome == "inadmissible"
    assert "days left" not in late.body


def test_page_of_an_election_that_is_over_says_so_at_once(page: RegistrationPage, client: Client) -> None:
    with time_machine.travel(datetime(2031, 12, 1, tzinfo=UTC), tick=False):
        assert 'data-outcome="not_applicable"' in client.get(page.get_url()).content.decode()


def test_page_without_rules_or_office_still_helps(page: RegistrationPage, client: Client) -> None:
    CommuneOffice.objects.all().delete()
    assert "Ask at the counter" in Visit(page, client).answer(FRENCH).body
    EligibilityRules.objects.all().delete()
    assert (
        "rules of this election are not here yet"
        in client.post(reverse("eligibility_check", args=[page.pk])).content.decode()
    )


def test_result_says_nothing_of_an_office_that_nobody_knows(page: RegistrationPage, client: Client) -> None:
    said = {True: "accepts the signed form by e-mail", False: "does not accept the form by e-mail", None: "by e-mail"}
    for accepts, words in said.items():
        CommuneOffice.objects.update(accepts_email=accepts)
        assert (words in Visit(page, client).answer(FRENCH).body) is (accepts is not None)
    assert CommuneOffice(election=page.election).accepts_email is None


def test_result_names_belgian_means_only_in_belgium(page: RegistrationPage, client: Client) -> None:
    body = Visit(page, client).answer(FRENCH).body
    assert "Online with your eID or itsme:" in body
    assert "five minutes" not in body
    Election.objects.update(country="IT")
    body = Visit(page, client).answer(FRENCH).body
    assert "Online:" in body
    assert "itsme" not in body


def test_check_promises_no_more_than_it_knows(page: RegistrationPage, client: Client) -> None:
    body = client.get(page.get_url() or "").content.decode()
    assert "We keep nothing of your answers." in body
    assert "it is gone" not in body


def test_years_full_before_the_last_day_lead_on(page: RegistrationPage, client: Client) -> None:
    since = ("legal_residence_since", {"day": "1", "month": "7", "year": "2026"})
    visit = Visit(page, client).answer([*MOROCCAN[:7], since, *MOROCCAN[8:]])
    assert visit.outcome == "eligible"
    assert "You can apply from 1 July 2031 until 31 July 2031." in visit.body
    assert "What to do next in" in visit.body


@pytest.fixture
def regional(page: RegistrationPage) -> RegistrationPage:
    """Rules for Brussels alone, where whoever is 16 may register; nowhere else are there any."""
    row = EligibilityRules.objects.get(election=page.election)
    row.territory = Territory.objects.get(code="BE-BRU")
    row.rules["minimum_age"]["years"] = 16
    row.save()
    return page


YOUNG = [("nationality", {"first": "FR"}), ("birth_date", {"day": "1", "month": "1", "year": "2015"})]


def test_rules_of_a_region_count_from_the_first_question_on(regional: RegistrationPage, client: Client) -> None:
    story = [FRENCH[2], *YOUNG]
    visit = Visit(regional, client).answer(story)
    assert visit.hidden["question"] == "earlier_local_registration"
    since = ("register_since", {"day": "", "month": "3", "year": "2020"})
    assert Visit(regional, client).answer([*story, *FRENCH[3:5], since, *FRENCH[6:]]).outcome == "eligible"


def test_region_with_rules_beside_those_of_all(regional: RegistrationPage, client: Client) -> None:
    row = EligibilityRules.objects.get(election=regional.election)
    row.pk, row.territory = None, None
    row.rules["minimum_age"]["years"] = 18
    row.save()
    assert Visit(regional, client).answer([FRENCH[2], *YOUNG]).hidden["question"] == "earlier_local_registration"
    EligibilityRules.objects.exclude(territory=None).update(territory=Territory.objects.get(code="BE-WAL"))
    assert Visit(regional, client).answer([FRENCH[2], *YOUNG]).outcome == "not_eligible"


def test_back_leads_to_the_commune_that_was_asked_first(regional: RegistrationPage, client: Client) -> None:
    visit = Visit(regional, client).answer([FRENCH[2], YOUNG[0]]).send(back="1")
    assert visit.hidden["question"] == "nationality"
    visit.send(back="1")
    assert visit.hidden["question"] == "commune"
    assert '<option value="NIS 21009" selected>' in visit.body
    assert visit.send(choice="").response.status_code == 422


def test_commune_of_a_region_without_rules_is_told_so(regional: RegistrationPage, client: Client) -> None:
    EligibilityRules.objects.update(territory=Territory.objects.get(code="BE-WAL"))
    visit = Visit(regional, client).answer([FRENCH[2]])
    assert "rules of this election are not here yet" in visit.body


def a_panel(result: CheckResult) -> Panel | None:
    if result.verdict.outcome != "eligible" or result.commune != "NIS 21009":
        return None
    return Panel("tests/eligibility_panel.html", {"days": result.days_left})


def test_result_has_a_place_for_what_others_add(page: RegistrationPage, client: Client, settings: Any) -> None:
    settings.ELIGIBILITY_PANELS = ["tests.integration.cms.test_registration_page.a_panel"]
    loaders = [("django.template.loaders.locmem.Loader", {"tests/eligibility_panel.html": "[{{ panel.days }} to go]"})]
    templates = [dict(settings.TEMPLATES[0])]
    options = dict(templates[0]["OPTIONS"])
    options["loaders"] = [
        *loaders,
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    settings.TEMPLATES = [templates[0] | {"APP_DIRS": False, "OPTIONS": options}]
    assert "[90 to go]" in Visit(page, client).answer(FRENCH).body


def test_pages_of_the_demo_are_made_once(page: RegistrationPage, client: Client) -> None:
    made = load_demo_registration_pages()
    assert [one.locale.language_code for one in made] == ["en"]
    assert load_demo_registration_pages() == []
    parent = made[0].get_parent()
    assert made[0].get_url() in client.get(parent.get_url()).content.decode()
