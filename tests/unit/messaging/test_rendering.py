"""The finished letter: in the person's language, with both links, and with nothing smuggled in."""

from dataclasses import replace
from datetime import datetime
from html import unescape

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
@pytest.mark.parametrize("name", ["Ada", "", 'O\'Brien & "Sons" <script>', " {token} %s \\1 ", "عدا 🔔"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_letter_filled_in_reads_as_if_drawn_for_one(
    petition: Petition, at: datetime, monkeypatch: pytest.MonkeyPatch, template: str, name: str, language: str
) -> None:
    context = {"campaign_name": "Doors", "organisation_name": "Lead", "days_left": 3}
    submission = hand_in(petition, at=at, full_name=name)
    message = make_message(submission, at=at, template=template, language=language, context=context)
    filled = render_message(message)
    monkeypatch.setattr("messaging.rendering.OWN_WORDS", {})
    drawn = render_message(message)
    assert replace(filled, html="") == replace(drawn, html="")
    assert unescape(filled.html) == unescape(drawn.html)
    assert "<script>" not in filled.html


def test_letters_drawn_once_keep_people_apart(petition: Petition, at: datetime) -> None:
    people = [hand_in(petition, f"{name}1@example.org", at=at, full_name=name) for name in ("Ada", "Ben", "")]
    letters = [render_message(make_message(person, at=at)) for person in people]
    for person, letter in zip(people, letters, strict=True):
        others = [other for other in people if other != person]
        assert confirm_token(person) in letter.text
        assert confirm_token(person) in letter.html
        assert not any(confirm_token(other) in letter.text + letter.html for other in others)
    assert ["Ada" in letter.text for letter in letters] == [True, False, False]
    assert "Dear" not in letters[2].text


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
