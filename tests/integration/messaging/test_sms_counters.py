"""The counter of text messages where texts are written for many, without a script."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messaging.models import MessageText
from messaging.sms_counter import cost_in_words, shown
from people.enums import Channel
from tests.factories.staff import World, browse
from tests.factories.wordings import make_text, make_wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(ours: World, settings: Any) -> MessageText:
    settings.SMS_PRICES = ["32=0.09 EUR"]
    return make_text(ours.lead, channel=Channel.SMS)


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


def figures(page: str) -> dict[str, str]:
    """Return what the counter shows, by name."""
    parts = [part.split('"', 1) for part in page.split('data-show="')[1:]]
    return {name: rest.partition(">")[2].partition("<")[0] for name, rest in parts}


def test_wording_is_counted_as_one_person_gets_it(ada: Client, text: MessageText, at: datetime) -> None:
    make_wording(text, "en", at=at, words="{full_name|Friend}, come")
    page = ada.get(reverse("staff_wordings:write", args=[text.pk, "en"])).content.decode()
    assert figures(page)["characters"] == str(len("Ada Lovelace, come"))
    assert (figures(page)["segments"], figures(page)["cost"]) == ("1", "+32: 0.0900 EUR, elsewhere unknown")


def test_wording_is_counted_and_written_plainly_without_a_script(ada: Client, text: MessageText) -> None:
    url = reverse("staff_wordings:write", args=[text.pk, "fr"])
    page = ada.post(url, {"sms": "Fête à l’école ! " * 6, "seen": "0", "sms-count": "1"}).content.decode()
    assert (figures(page)["segments"], figures(page)["alphabet"]) == ("2", "UCS-2")
    assert "ê → e" in page
    page = ada.post(url, {"sms": "Fête à l’école ! " * 6, "seen": "0", "sms-plain": "1"}).content.decode()
    assert "Fete à l&#x27;école" in page
    assert (figures(page)["segments"], figures(page)["alphabet"]) == ("1", "GSM-7")
    assert not text.wordings.exists(), "nothing is saved by counting"


@pytest.mark.parametrize(
    ("recipients", "words"),
    [
        ({"32": 1}, "0.1800 EUR"),
        ({"32": 1000}, "180.00 EUR"),
        ({"32": 1, "": 2}, "0.1800 EUR, unknown for 2 of 3"),
        ({"44": 5}, "unknown"),
        ({}, "unknown"),
        (None, "+32: 0.1800 EUR, elsewhere unknown"),
    ],
)
def test_cost_is_said_as_far_as_it_is_known(settings: Any, recipients: dict[str, int] | None, words: str) -> None:
    settings.SMS_PRICES = ["32=0.09 EUR"]
    assert cost_in_words(2, recipients) == words


def test_cost_without_any_price_is_unknown(settings: Any) -> None:
    settings.SMS_PRICES = []
    assert cost_in_words(2, None) == "unknown"


@pytest.mark.parametrize(("letter", "expected"), [("ê", "ê"), ("\u200b", "U+200B"), ("\xa0", "U+00A0")])
def test_invisible_characters_are_shown_by_number(letter: str, expected: str) -> None:
    assert shown(letter) == expected
