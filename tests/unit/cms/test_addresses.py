import pytest

from cms.addresses import absolute, alternates_of
from tests.factories.cms import make_home

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _public_address(settings: object) -> None:
    settings.PUBLIC_URL = "https://campaign.example.org"  # type: ignore[attr-defined]


def test_absolute_keeps_full_addresses() -> None:
    assert absolute("/en/") == "https://campaign.example.org/en/"
    assert absolute("https://media.example.org/a.jpg") == "https://media.example.org/a.jpg"


def test_page_in_one_language_has_no_alternates() -> None:
    assert alternates_of(make_home("en")) == []


def test_alternates_name_every_live_language_once_and_a_default() -> None:
    english, french, dutch = make_home("en"), make_home("fr"), make_home("nl")
    dutch.unpublish()
    for page in (english, french):
        assert [(each.hreflang, each.url) for each in alternates_of(page)] == [
            ("en", "https://campaign.example.org/en/"),
            ("fr", "https://campaign.example.org/fr/"),
            ("x-default", "https://campaign.example.org/en/"),
        ]


def test_default_is_the_page_itself_where_the_first_language_is_missing() -> None:
    english, french, dutch = make_home("en"), make_home("fr"), make_home("nl")
    english.unpublish()
    assert alternates_of(dutch)[-1].url == alternates_of(french)[-1].url == "https://campaign.example.org/fr/"
