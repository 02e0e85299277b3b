"""The public form "Take part as an organisation"."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from coalition.actions.agreements import set_rules
from coalition.models import PartnerApplication
from core.ttl_cache import clear_ttl_caches
from messaging.actions.confirmations import drain_submissions
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from people.models import Submission
from people.tokens import CONFIRM, sign_uuid
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {
    "organisation": "Newcomers", "country": "FR", "organisation_website": "newcomers.example", "role": "partner",
    "full_name": "Nora Example", "email": "nora@newcomers.example", "function": "Director", "languages": ["fr", "ar"],
    "why": "We care.",
}  # fmt: skip


@pytest.fixture
def form(ours: World) -> str:
    set_rules(campaign=ours.campaign, agreement_kind="", takes_applications=True, by="tests")
    with override("en"):
        return reverse("partner_apply", args=[ours.campaign.slug])


def test_form_is_there_in_four_languages_without_a_cookie(form: str) -> None:
    titles = set()
    for language in ("en", "fr", "nl", "ar"):
        answer = Client().get(form.replace("/en/", f"/{language}/"))
        assert answer.status_code == 200
        assert not answer.cookies
        assert "max-age" in answer.headers["Cache-Control"]
        assert "public" in answer.headers["Cache-Control"]
        assert "<script>" not in answer.content.decode()
        titles.add(f'lang="{language}"' in answer.content.decode())
    assert titles == {True}


def test_application_goes_from_the_form_by_mail_to_the_staff(form: str) -> None:
    sent = Client().post(form, TOLD)
    assert sent.status_code == 303
    assert "nora@newcomers.example" in Client().get(sent.headers["Location"]).content.decode()
    drain_submissions(at=timezone.now())
    letter = render_message(OutboundMessage.objects.get(template="confirm_partner_application"))
    assert "take part as an organisation" in letter.text.lower()
    assert not PartnerApplication.objects.exists()
    link = reverse("confirm", args=[sign_uuid(Submission.objects.get().public_id, CONFIRM)])
    assert "Yes, send our application" in Client().get(link).content.decode()
    assert not PartnerApplication.objects.exists()
    done = Client().post(link, follow=True)
    assert "Your application has reached us" in done.content.decode()
    application = PartnerApplication.objects.get()
    assert application.website == "https://newcomers.example"
    assert application.languages == ["fr", "ar"]


def test_this_was_not_me_wipes_the_form(form: str) -> None:
    Client().post(form, TOLD)
    link = reverse("disown", args=[sign_uuid(Submission.objects.get().public_id, CONFIRM)])
    assert "Somebody used your address to apply" in Client().get(link).content.decode()
    Client().post(link)
    assert Submission.objects.get().email == ""


def test_faults_stand_next_to_their_fields_with_what_was_typed(form: str) -> None:
    wrong = {**TOLD, "country": "XX", "email": "nobody", "organisation_website": "not a site", "languages": []}
    answer = Client().post(form, wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Newcomers" in page
    for field in ("country", "email", "organisation_website", "languages"):
        assert answer.context["form"].errors[field]
    assert not Submission.objects.exists()


def test_trap_and_other_sites_are_kept_out(form: str) -> None:
    assert Client().post(form, {**TOLD, "website": "http://spam.example"}).status_code == 429
    assert Client().post(form, TOLD, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert not Submission.objects.exists()


def test_campaign_that_takes_no_applications_has_no_form(form: str, ours: World) -> None:
    set_rules(campaign=ours.campaign, agreement_kind="", takes_applications=False, by="tests")
    clear_ttl_caches()
    assert Client().get(form).status_code == 404
    assert Client().post(form, TOLD).status_code == 404
