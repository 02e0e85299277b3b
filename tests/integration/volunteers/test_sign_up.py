"""The public sign-up form: from the page to the thank-you, by people, partners and machines."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Partnership, Source
from cms.intake_guard import FLOOD_FROM, ODD_FROM
from cms.models import VolunteerPage
from core.ttl_cache import clear_ttl_caches
from people.models import Submission
from people.tokens import CONFIRM, sign_uuid
from places.models import Territory
from tests.factories.people import make_consent_text, make_organisation
from tests.factories.volunteers import make_agreement, make_volunteer_page
from volunteers.enums import AgreementKind
from volunteers.models import Skill, Volunteer

pytestmark = pytest.mark.django_db

GOOD: dict[str, Any] = {
    "full_name": "Cleo Example",
    "email": "cleo@example.org",
    "languages": ["fr", "ar"],
    "availability": ["3-evening", "6-morning"],
}


@pytest.fixture
def page() -> VolunteerPage:
    return make_volunteer_page()


@pytest.fixture
def address(page: VolunteerPage) -> str:
    return reverse("volunteer", args=[page.pk])


def test_page_shows_the_form_without_cookies(client: Client, page: VolunteerPage) -> None:
    response = client.get(page.get_url())
    shown = response.content.decode()
    assert response.status_code == 200
    assert not response.cookies
    assert "public" in response.headers["Cache-Control"]
    for name in ("full_name", "email", "phone", "languages", "availability", "heard_through", "website"):
        assert f'name="{name}"' in shown
    assert "agreement_" not in shown, "without any text the form asks none"
    assert 'name="skills"' not in shown


def test_page_of_a_partner_link_shows_its_texts_and_consents(client: Client, page: VolunteerPage) -> None:
    partner = make_organisation("Green House")
    partnership = Partnership.objects.create(campaign=page.campaign, organisation=partner)
    Source.objects.create(campaign=page.campaign, code="green", label="Green", partnership=partnership)
    make_agreement(page.campaign.organisation, body="The lead's code.")
    make_agreement(page.campaign.organisation, AgreementKind.DATA, body="The lead's data rules.")
    make_agreement(partner, body="The partner's code.")
    make_consent_text(partner, "Green House may write.", purpose="partner_news")
    shown = client.get(f"{page.get_url()}?s=green").content.decode()
    assert "You would go out with Green House." in shown
    assert "The partner&#x27;s code." in shown
    assert "The lead&#x27;s data rules." in shown
    assert "The lead&#x27;s code." not in shown
    assert "Green House may write." in shown
    assert 'name="source" value="green"' in shown
    assert not re.search(r"<input[^>]+consent_[^>]+checked", shown)


def hand_in(client: Client, address: str, **answers: Any) -> Any:
    posted = {name: value for name, value in {**GOOD, **answers}.items() if value is not None}
    return client.post(address, posted)


def test_application_travels_from_form_to_thank_you(client: Client, page: VolunteerPage, address: str) -> None:
    text = make_agreement(page.campaign.organisation)
    Skill.objects.create(key="stall", labels={"en": "Stall"})
    response = hand_in(client, address, skills=["stall"], **{f"agreement_{text.pk}": "on"})
    assert response.status_code == 303
    inbox = client.get(response["Location"]).content.decode()
    assert "Your application reaches us once you press the button" in inbox
    assert "signature" not in inbox.lower()
    submission = Submission.objects.get()
    assert submission.payload["agreements"] == [text.pk]
    link = reverse("confirm", args=[sign_uuid(submission.public_id, CONFIRM)])
    assert "Yes, I want to help" in client.get(link).content.decode()
    assert not Volunteer.objects.exists()
    response = client.post(link)
    assert response.status_code == 303
    thanks = client.get(response["Location"])
    assert "Thank you, Cleo." in thanks.content.decode()
    assert "no-store" in thanks.headers["Cache-Control"]
    volunteer = Volunteer.objects.get()
    assert volunteer.acceptances.get().text == text
    assert {(row.weekday, row.part) for row in volunteer.availabilities.all()} == {(3, "evening"), (6, "morning")}
    assert client.post(link)["Location"] == response["Location"]


def test_partner_source_makes_the_partner_answerable(client: Client, page: VolunteerPage, address: str) -> None:
    partner = make_organisation("Green House")
    partnership = Partnership.objects.create(campaign=page.campaign, organisation=partner, asks_consent=False)
    Source.objects.create(campaign=page.campaign, code="green", label="Green", partnership=partnership)
    hand_in(client, address, source="green")
    submission = Submission.objects.get()
    assert (submission.source, submission.payload["organisation"]) == ("green", partner.pk)
    client.post(reverse("confirm", args=[sign_uuid(submission.public_id, CONFIRM)]))
    assert Volunteer.objects.get().organisation == partner


def test_faults_stand_beside_fields_and_everything_typed_is_kept(
    client: Client, page: VolunteerPage, address: str
) -> None:
    text = make_agreement(page.campaign.organisation)
    response = hand_in(client, address, email="cleo", heard_through="a <b>friend</b>", languages=["fr", "so"])
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Enter a valid email address." in shown
    assert "Please read this and accept it" in shown
    assert 'value="cleo"' in shown
    assert "a &lt;b&gt;friend&lt;/b&gt;" in shown
    assert 'value="fr" checked' in shown
    assert '<option value="so" selected>' in shown
    assert 'value="3-evening" checked' in shown
    assert f'href="#sign-agreement_{text.pk}"' in shown
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "Win at www.casino.example"}, "full_name"),
        ({"full_name": "1234"}, "full_name"),
        ({"email": "cleo@"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"languages": None}, "languages"),
        ({"languages": ["klingon"]}, "languages"),
        ({"availability": ["8-night"]}, "availability"),
        ({"heard_through": "x" * 201}, "heard_through"),
        ({"heard_through": "a\x00b"}, "heard_through"),
    ],
)
def test_field_refuses(client: Client, address: str, answers: dict[str, Any], field: str) -> None:
    response = hand_in(client, address, **answers)
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_form_drawn_before_a_new_version_asks_the_new_one(client: Client, page: VolunteerPage, address: str) -> None:
    old = make_agreement(page.campaign.organisation, body="Old.")
    new = make_agreement(page.campaign.organisation, body="New.")
    clear_ttl_caches()
    response = hand_in(client, address, **{f"agreement_{old.pk}": "on"})
    assert response.status_code == 422
    assert f"agreement_{new.pk}" in response.context["form"].errors
    assert "New." in response.content.decode()


def test_trap_and_crowd_wait_and_a_flood_is_refused(client: Client, address: str) -> None:
    trapped = hand_in(client, address, website="http://spam.example")
    assert trapped.status_code == 429
    assert "Please wait a moment" in trapped.content.decode()
    assert not Submission.objects.exists()
    answers = [hand_in(client, address, email=f"c{n}@example.org").status_code for n in range(ODD_FROM + 1)]
    assert answers[0] == 303
    assert answers[-1] == 429
    for n in range(FLOOD_FROM):
        last = hand_in(client, address, email=f"d{n}@example.org")
        if "Too many at once" in last.content.decode():
            break
    assert last.status_code == 429
    assert "signature" not in last.content.decode().lower()


def test_get_leads_to_the_page_and_a_page_that_is_not_live_is_not_found(
    client: Client, page: VolunteerPage, address: str
) -> None:
    assert client.get(address)["Location"] == page.get_url()
    assert client.post(reverse("volunteer", args=[10**20]), GOOD).status_code == 404
    page.unpublish()
    clear_ttl_caches()
    assert client.post(address, GOOD).status_code == 404


def test_other_sites_cannot_post(client: Client, address: str) -> None:
    response = client.post(address, GOOD, headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Submission.objects.exists()


def test_welcome_of_a_made_up_link_is_not_found(client: Client, page: VolunteerPage) -> None:
    assert client.get(reverse("volunteer_welcome", args=["made.up"])).status_code == 404


def test_disown_and_repeat_speak_of_an_application(client: Client, address: str, clock: Any) -> None:
    hand_in(client, address)
    token = sign_uuid(Submission.objects.get().public_id, CONFIRM)
    assert "offer help" in client.get(reverse("disown", args=[token])).content.decode()
    client.post(reverse("confirm", args=[token]))
    clock.shift(700)
    again = client.post(reverse("confirm", args=[token]))
    assert again.status_code == 409
    assert "You have applied already" in again.content.decode()


def test_communes_are_offered_by_name_and_kept_by_code(client: Client, page: VolunteerPage, address: str) -> None:
    place = Territory(code="NIS 21009", level="commune", names={"en": "Ixelles", "nl": "Elsene"})
    Territory.objects.bulk_create([place], ignore_conflicts=True)
    assert "Ixelles" in client.get(page.get_url()).content.decode()
    hand_in(client, address, communes=["NIS 21009"])
    assert Submission.objects.get().payload["communes"] == ["NIS 21009"]


hostile = st.one_of(st.text(max_size=200), st.sampled_from(["\x00", "\r\nX: y", "x" * 5000, "../..", "{{x}}", "%00"]))
NAMES = [
    *GOOD,
    "phone",
    "communes",
    "skills",
    "heard_through",
    "source",
    "website",
    "altcha",
    "wait_token",
    "agreement_1",
]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(answers=st.dictionaries(st.sampled_from(NAMES), hostile))
def test_any_answers_never_break(client: Client, address: str, answers: dict[str, str]) -> None:
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in answers.items()}
    assert client.post(address, {**GOOD, **clean}).status_code in (303, 422, 429)
