"""The commune's form under the check's answer: who is offered it, what stands in it, and the empty one on paper."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from campaigns.models import CommuneOffice, Election
from cms.models import RegistrationPage
from tests.factories.elections import make_election, make_registration_page
from tests.integration.cms.test_registration_page import FRENCH, MOROCCAN, SPRING, Visit


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


def paper_in(body: str) -> dict[str, object]:
    found = re.search(r'<script id="commune-form-paper" type="application/json">(.+?)</script>', body)
    assert found
    paper: dict[str, object] = json.loads(found[1])
    return paper


def test_form_is_offered_to_who_may_register_with_what_the_check_knows(page: RegistrationPage, client: Client) -> None:
    body = Visit(page, client).answer(FRENCH).body
    form = re.search(r"<form data-commune-form.+?</form>", body, re.S)
    assert form
    assert not re.search(r"\s(name|action|method)=", form[0])
    assert 'value="1985-05-17"' in form[0]
    assert '<option value="FR">France</option>' in form[0]
    for autofill in ("family-name", "given-name", "bday", "street-address", "postal-code"):
        assert f'autocomplete="{autofill}"' in form[0]
    assert "could not be opened" in body
    words = paper_in(body)["words"]
    assert isinstance(words, dict)
    assert words["nl"]["countries"] == {"FR": "Frankrijk"}
    assert words["nl"]["commune"] == "Elsene"
    assert words["fr"]["declaration"] == ""


@pytest.mark.parametrize(("accepts", "is_said"), [(True, True), (False, False), (None, False)])
def test_paper_speaks_of_email_only_where_the_commune_takes_it(
    page: RegistrationPage, client: Client, accepts: bool | None, is_said: bool
) -> None:
    CommuneOffice.objects.update(accepts_email=accepts)
    words = paper_in(Visit(page, client).answer(FRENCH).body)["words"]
    assert isinstance(words, dict)
    assert ["e-mail" in words[code]["joins"] for code in ("fr", "nl")] == [is_said, is_said]
    assert "joins_email" not in words["fr"]


def test_form_is_not_offered_in_another_region(page: RegistrationPage, client: Client, election: Election) -> None:
    Election.objects.filter(pk=election.pk).update(territory=None)
    assert "data-commune-form" not in Visit(page, client).answer(FRENCH).body
    asked = {"group": "eu", "language": "fr"}
    assert client.post(reverse("commune_form_blank", args=[page.pk]), asked).status_code == 404


def test_form_of_somebody_of_two_nationalities_names_the_one_that_gives_the_vote(
    page: RegistrationPage, client: Client
) -> None:
    body = Visit(page, client).answer([("nationality", {"first": "MA", "second": "FR"}), *FRENCH[1:]]).body
    words = paper_in(body)["words"]
    assert isinstance(words, dict)
    assert list(words["fr"]["countries"]) == ["FR"]


def test_form_of_non_eu_citizens_holds_the_declaration(page: RegistrationPage, client: Client) -> None:
    words = paper_in(Visit(page, client).answer(MOROCCAN).body)["words"]
    assert isinstance(words, dict)
    assert "Constitution" in words["fr"]["declaration"]


def test_form_is_not_offered_to_who_may_not_register_or_comes_too_late(page: RegistrationPage, client: Client) -> None:
    refused = Visit(page, client).answer([*MOROCCAN[:9], ("declaration_signed", {"choice": "no"})])
    assert "data-commune-form" not in refused.body
    with time_machine.travel(datetime(2031, 8, 2, 10, tzinfo=UTC), tick=False):
        late = Visit(page, client).answer(FRENCH[:4])
        assert "data-commune-form" not in late.body
        assert "commune_form.js" not in late.body


@pytest.mark.parametrize(
    ("group", "language", "said"), [("eu", "fr", "sollicite par la présente"), ("non_eu", "nl", "Grondwet")]
)
def test_empty_form_is_one_page_in_the_communes_language(
    page: RegistrationPage, client: Client, group: str, language: str, said: str
) -> None:
    address = reverse("commune_form_blank", args=[page.pk])
    response = client.post(address, {"group": group, "language": language})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    assert len(reader.pages) == 1
    assert said in " ".join(reader.pages[0].extract_text().split())
    assert client.post(address, {"group": group, "language": language}).content == response.content


def test_empty_form_of_what_there_is_none_of_is_not_found(page: RegistrationPage, client: Client) -> None:
    address = reverse("commune_form_blank", args=[page.pk])
    for asked in ({}, {"group": "nationals", "language": "fr"}, {"group": "eu", "language": "../en"}):
        assert client.post(address, asked).status_code == 404
    assert client.get(address).status_code == 302
    assert client.post(reverse("commune_form_blank", args=[0]), {"group": "eu", "language": "fr"}).status_code == 404
    crossing = client.post(address, {"group": "eu", "language": "fr"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossing.status_code == 403
