"""The pledge under the answer of the eligibility check: when it is offered, and what goes into it."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns.models import Campaign, Election, Partnership, Pledge, PledgeKind, Source
from cms.demo_pledge_pages import load_demo_pledge_pages
from cms.demo_registration_pages import load_demo_registration_pages
from cms.models import CampaignPage, RegistrationPage
from core.ttl_cache import clear_ttl_caches
from people.models import Submission
from people.tokens import CONFIRM, sign_uuid
from tests.factories.cms import make_home
from tests.factories.elections import make_election, make_registration_page
from tests.factories.people import make_organisation
from tests.factories.pledges import make_kind

SPRING = datetime(2031, 5, 2, 10, tzinfo=UTC)
FRENCH = {
    "nationality": "FR",
    "birth_date": "1985-05-17",
    "commune": "NIS 21009",
    "earlier_local_registration": "no",
    "residence_register": "foreigners",
    "register_since": "2012-03",
    "ep_registration": "no",
}
GOOD = {"full_name": "Ada Lovelace", "email": "ada@example.org", "commune": "NIS 21009"}


@pytest.fixture(autouse=True)
def spring() -> Any:
    with time_machine.travel(SPRING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def election(territories: None) -> Election:
    return make_election()


@pytest.fixture
def kind(election: Election) -> PledgeKind:
    return make_kind(Campaign.objects.get(), election=election)


@pytest.fixture
def page(election: Election, kind: PledgeKind) -> RegistrationPage:
    return make_registration_page(election, pledge_kind=kind)


def answered(client: Client, page: RegistrationPage, *, deprived: str = "no", source: str = "", **said: str) -> str:
    """Return the answer's page after the last of the questions."""
    known = {f"known_{name}": value for name, value in {**FRENCH, **said}.items()}
    sent = {"question": "deprived", "choice": deprived, "source": source, **known}
    response = client.post(reverse("eligibility_check", args=[page.pk]), sent)
    assert response.status_code == 200
    return response.content.decode()


def form_in(body: str) -> str:
    """Return the pledge's form, blank where there is none."""
    found = re.search(r'<form class="sign-form pledge-form".*?</form>', body, re.DOTALL)
    return found[0] if found else ""


def test_whoever_may_register_is_offered_the_pledge_with_the_commune_chosen(
    client: Client, page: RegistrationPage
) -> None:
    body = answered(client, page)
    assert 'data-outcome="eligible"' in body
    form = form_in(body)
    assert '<option value="NIS 21009" selected>' in form
    assert f'action="/en/pledge/{page.pk}/"' in form
    assert "We keep your commune, because the reminder says where to hand in the form; nothing else of your" in body
    assert body.index('href="#sign">I will register to vote<') < body.index('id="sign"')


def test_no_other_answer_goes_into_the_form(client: Client, page: RegistrationPage) -> None:
    form = form_in(answered(client, page))
    assert "known_" not in form
    assert "1985" not in form
    assert "foreigners" not in form
    names = set(re.findall(r' name="(\w+)"', form))
    assert names == {"full_name", "email", "phone", "commune", "source", "altcha", "website"}


@pytest.mark.parametrize(
    ("said", "outcome", "is_offered"),
    [
        ({"register_since": "unknown"}, "needs_check", True),
        ({"nationality": "BE"}, "not_applicable", False),
        ({"earlier_local_registration": "yes"}, "already_registered", False),
        ({"residence_register": "none"}, "not_eligible", False),
    ],
)
def test_pledge_is_offered_to_whoever_may_or_has_to_ask(
    client: Client, page: RegistrationPage, said: dict[str, str], outcome: str, is_offered: bool
) -> None:
    body = answered(client, page, **said)
    assert f'data-outcome="{outcome}"' in body
    assert bool(form_in(body)) is is_offered


def test_pledge_is_not_offered_without_a_kind_when_closed_or_when_the_last_day_is_over(
    client: Client, page: RegistrationPage, kind: PledgeKind, spring: time_machine.Traveller
) -> None:
    assert form_in(answered(client, page))
    PledgeKind.objects.update(is_open=False)
    clear_ttl_caches()
    assert not form_in(answered(client, page))
    PledgeKind.objects.update(is_open=True, due_date=date(2031, 5, 1))
    clear_ttl_caches()
    assert not form_in(answered(client, page))
    PledgeKind.objects.update(due_date=None)
    clear_ttl_caches()
    spring.move_to(datetime(2031, 8, 1, 10, tzinfo=UTC))
    assert not form_in(answered(client, page))
    spring.move_to(SPRING)
    RegistrationPage.objects.update(pledge_kind=None)
    clear_ttl_caches()
    assert not form_in(answered(client, RegistrationPage.objects.get()))


def test_panels_form_is_taken_and_keeps_the_commune_alone(client: Client, page: RegistrationPage) -> None:
    sent = {**GOOD, "known_nationality": "FR", "known_birth_date": "1985-05-17"}  # as a meddled browser might
    assert client.post(f"/en/pledge/{page.pk}/", sent).status_code == 303
    submission = Submission.objects.get()
    assert set(submission.payload) == {"campaign_name", "organisation_name", "page_id", "full_name", "commune"}
    token = sign_uuid(submission.public_id, CONFIRM)
    client.post(reverse("confirm", args=[token]))
    pledge = Pledge.objects.get()
    assert (pledge.territory_code, pledge.kind) == ("NIS 21009", page.pledge_kind)


def test_faulty_form_of_the_panel_comes_back_by_itself_with_everything_kept(
    client: Client, page: RegistrationPage
) -> None:
    response = client.post(f"/en/pledge/{page.pk}/", {**GOOD, "email": "nowhere", "source": "flyer"})
    body = response.content.decode()
    assert response.status_code == 422
    for kept in ('value="Ada Lovelace"', 'value="nowhere"', '<option value="NIS 21009" selected>', 'value="flyer"'):
        assert kept in form_in(body)
    assert "nothing else of your answers" in body
    assert page.get_url() in body
    assert 'name="question"' not in body


def test_link_that_brought_the_visit_goes_through_the_questions_into_the_pledge(
    client: Client, page: RegistrationPage, kind: PledgeKind
) -> None:
    partner = Partnership.objects.create(campaign=kind.campaign, organisation=make_organisation("Green House"))
    Source.objects.create(campaign=kind.campaign, code="green", partnership=partner, label="Green")
    first = client.get(f"{page.get_url()}?s=green").content.decode()
    assert '<input type="hidden" name="source" value="green">' in first
    second = client.post(
        reverse("eligibility_check", args=[page.pk]), {"question": "nationality", "first": "FR", "source": "green"}
    )
    assert '<input type="hidden" name="source" value="green">' in second.content.decode()
    body = answered(client, page, source="green")
    assert "You came here through Green House." in body
    assert 'name="source" value="green"' in form_in(body)
    assert 'value="green"' not in client.get(page.get_url() or "").content.decode()


def test_made_up_link_is_carried_as_nothing(client: Client, page: RegistrationPage) -> None:
    body = answered(client, page, source='"><script>')
    assert "<script>" not in form_in(body)
    assert '<input type="hidden" name="source" value="">' in body


def test_draft_of_a_check_offers_no_pledge(client: Client, page: RegistrationPage) -> None:
    page.unpublish()
    assert client.post(f"/en/pledge/{page.pk}/", GOOD).status_code == 404


def test_pages_of_the_demo_offer_the_pledge_and_are_made_once(client: Client, election: Election) -> None:
    from campaigns.demo_pledge_kinds import load_demo_pledge_kinds

    campaign = Campaign.objects.get()
    for language in ("en", "fr", "nl", "ar"):
        home = make_home(language)
        home.add_child(instance=CampaignPage(title="C", slug=f"c-{language}", campaign=campaign, locale=home.locale))
    older = load_demo_registration_pages()  # of a demo loaded before there were pledges
    assert {page.pledge_kind for page in older} == {None}
    kinds = load_demo_pledge_kinds()
    assert [one.is_generated for one in kinds] == [True, True]
    assert [one.pk for one in load_demo_pledge_kinds()] == [one.pk for one in kinds]
    pages = load_demo_pledge_pages()
    assert [page.locale.language_code for page in pages] == ["en", "fr", "nl", "ar"]
    assert load_demo_pledge_pages() == []
    assert load_demo_registration_pages() == []
    checks = RegistrationPage.objects.all()
    assert {page.pledge_kind for page in checks} == {kinds[0]}
    assert len(checks) == 4
    for page in (*pages, *checks):
        body = client.get(page.get_url() or "").content.decode()
        assert 'class="tag"' in body
    assert "سأطلب الجنسية" in client.get(pages[3].get_url() or "").content.decode()
