"""A copy is read by citizens in every language: its headings, names, choices, purposes and time limits are words."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from people.enums import ConsentState
from rights.copies import make_copy
from rights.holding_words import GROUP_WORDS, VALUES
from rights.holdings import held_about, tables
from rights.staff_titles import staff_title
from rights.value_words import in_words
from tests.factories.one_person import meet_everywhere
from tests.factories.outreach import Stall
from tests.factories.people import make_consent_text, make_contact_point, make_organisation, write_consent_event

ARABIC = re.compile("[\u0621-\u064a]")


def words_of_copies() -> set[str]:
    """Return every text a copy may hold that is ours, in the language in force."""
    words = {str(each) for pair in GROUP_WORDS.values() for each in pair}
    words |= {str(each) for values in VALUES.values() for each in values.values()}
    for table in tables():
        words.add(table.title)
        for column in table.columns:
            words.add(column.title)
            words |= {gettext(text) for text in (column.purpose, column.retention) if text}
            words |= {str(label) for value, label in column.field.flatchoices if label and value not in (None, "")}
    return words


def test_everything_a_copy_says_is_there_in_arabic() -> None:
    with translation.override("ar"):
        assert {each for each in words_of_copies() if not ARABIC.search(each)} == set()


@pytest.mark.django_db
def test_page_tells_how_long_in_the_language_of_the_reader(stall: Stall, at: datetime) -> None:
    person = meet_everywhere(stall, at)
    copy = make_copy(person, language="fr", at=at)
    with copy.file as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        page, machine = archive.read("index.html").decode(), archive.read("data.json").decode()
    assert 'lang="en"' not in page
    for told in (page, machine):
        assert "until erased, or" not in told
        assert "run:" not in told


@pytest.mark.django_db
def test_scope_is_told_as_the_title_of_its_campaign(stall: Stall, at: datetime) -> None:
    point = make_contact_point("ada@example.org", verified_at=at)
    campaign = stall.world.campaign
    for number, scope in enumerate((campaign.slug, "gone")):
        text = make_consent_text(make_organisation(f"Ours {number}"), scope=scope)
        write_consent_event(point, text, ConsentState.GRANTED, at)
    consents = next(table for table in tables() if table.label == "people.ConsentEvent")
    told = [row["scope"] for row in held_about(point.supporter).values(consents)]
    assert told == [campaign.title, "gone"]


@pytest.mark.parametrize(
    ("label", "name", "value", "words"),
    [
        ("audiences.AutomationStep", "kind", "send", "a message"),
        ("messaging.InboundMessage", "handled_as", "rsvp:12:cancelled", "answered NO: the place is free"),
        ("volunteers.VolunteerLanguage", "language", "tr", "Türkçe"),
        ("volunteers.VolunteerLanguage", "language", "fr", settings.LANGUAGE_NAMES["fr"]),
    ],
)
def test_value_of_the_machine_is_told_in_words(label: str, name: str, value: str, words: str) -> None:
    table = next(each for each in tables() if each.label == label)
    column = next(each for each in table.columns if each.name == name)
    assert in_words(name, column.field, value) == words


def test_internal_marks_of_a_series_stand_in_no_copy() -> None:
    named = {f"{table.label}.{column.name}" for table in tables() for column in table.columns}
    assert not named & {"audiences.AutomationStep.key", "audiences.WebhookCall.key", "audiences.StaffTask.origin"}
    assert "rights.RightsRequest.origin" in named


def test_staff_read_of_somebody_else_not_of_themselves() -> None:
    with translation.override("en"):
        told = {staff_title(table) for table in tables()}
        assert {each for each in told if re.search(r"\b(you|your|yours)\b", each, re.IGNORECASE)} == set()
    assert len(told) == len(tables())
