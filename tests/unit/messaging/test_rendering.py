"""The finished letter: in the person's language, with both links, and with nothing smuggled in."""

from datetime import datetime

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Petition
from messaging.rendering import render_message
from people.models import Submission
from tests.factories.campaigns import confirm_token, hand_in
from tests.factories.cms import make_petition
from tests.factories.messaging import make_message

pytestmark = pytest.mark.django_db
TEMPLATES = ["confirm_signature", "confirm_reminder"]


@pytest.fixture
def petition() -> Petition:
    return make_petition()


@pytest.fixture
def submission(petition: Petition, at: datetime) -> Submission:
    return hand_in(petition, at=at, full_name="Ada Lovelace")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
def test_letter_carries_both_links_in_text_and_html_in_its_language(
    submission: Submission, at: datetime, template: str, language: str
) -> None:
    context = {"campaign_name": "Doors", "organisation_name": "Lead", "days_left": 19}
    letter = render_message(make_message(submission, at=at, template=template, language=language, context=context))
    token = confirm_token(submission)
    for path in (f"/{language}/confirm/{token}/", f"/{language}/not-me/{token}/"):
        assert f"http://127.0.0.1:8000{path}" in letter.text
        assert f"http://127.0.0.1:8000{path}" in letter.html
    assert submission.target_title in letter.subject
    assert "Ada Lovelace" in letter.text
    assert (letter.language, letter.headers["Content-Language"]) == (language, language)
    assert letter.headers["Auto-Submitted"] == "auto-generated"


def test_letter_of_a_language_leaves_the_threads_own_alone(submission: Submission, at: datetime) -> None:
    with translation.override("nl"):
        render_message(make_message(submission, at=at, language="fr"))
        assert translation.get_language() == "nl"


@pytest.mark.parametrize("template", TEMPLATES)
def test_letter_writes_marks_as_they_are_in_text_and_harmless_in_html(
    petition: Petition, at: datetime, template: str
) -> None:
    petition.title = "Doors & <b>windows</b> for “all”"
    submission = hand_in(petition, at=at, full_name="O'Brien <script>")
    letter = render_message(make_message(submission, at=at, template=template))
    assert "Doors & <b>windows</b> for “all”" in letter.subject
    assert "O'Brien <script>" in letter.text
    assert "<script>" not in letter.html
    assert "<b>windows" not in letter.html


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=80), name=st.text(max_size=40))
def test_letter_of_any_title_and_name_injects_no_header(
    petition: Petition, at: datetime, template: str, title: str, name: str
) -> None:
    title, name = (text.replace("\x00", "").encode("utf-8", "ignore").decode() for text in (title, name))
    petition.title = f"{title}\r\nBcc: all@example.org"
    submission = hand_in(petition, at=at, full_name=f"{name}\nBcc: all@example.org")
    letter = render_message(make_message(submission, at=at, template=template))
    assert len(letter.subject.splitlines()) == 1
    mail = EmailMultiAlternatives(
        letter.subject, letter.text, "a@example.org", [letter.address], headers=letter.headers
    )
    raw = mail.message()
    assert raw["Bcc"] is None
    assert mail.recipients() == [submission.email]
