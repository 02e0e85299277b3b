import pytest
from django.core.cache import cache
from django.utils import translation

from places import selectors
from places.actions.load import load_places
from places.models import Territory
from places.names import names_by_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories")]


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [("en", "AT", "SE"), ("fr", "DE", "CZ"), ("nl", "BE", "SE"), ("ar", "ES", "NL")],
)
def test_countries_are_sorted_by_name_in_the_language_asked(language, first, last):
    choices = selectors.countries(language)

    assert len(choices) == 27
    assert (choices[0][0], choices[-1][0]) == (first, last)


def test_countries_in_the_language_of_the_screen_take_its_base_language():
    with translation.override("fr"):
        assert dict(selectors.countries())["GR"] == "Grèce"


def test_countries_with_former_members_include_the_united_kingdom():
    assert "GB" not in dict(selectors.countries("en"))
    assert "GB" in dict(selectors.countries("en", only_eu=False))


def test_countries_from_the_cache_read_no_outline_and_one_query(django_assert_num_queries):
    selectors.countries("en")
    with django_assert_num_queries(1) as queries:
        selectors.countries("en")
    assert "outline" not in queries[0]["sql"]


def test_names_after_loading_new_ones_are_not_stale():
    assert names_by_code("en")["CZ"] == "Czechia"
    Territory.objects.filter(code="CZ").update(names={"en": "Bohemia"})
    assert names_by_code("en")["CZ"] == "Czechia"

    load_places()
    Territory.objects.filter(code="CZ").update(names={"en": "Bohemia"})

    assert names_by_code("en")["CZ"] == "Bohemia"


def test_names_of_nothing_loaded_are_not_remembered():
    Territory.objects.all().update(parent=None)
    Territory.objects.all().delete()
    cache.clear()

    assert names_by_code("en") == {}
    load_places()
    assert names_by_code("en")["BE"] == "Belgium"


def test_name_of_an_unknown_code_is_the_code():
    assert selectors.name_of("XX", "en") == "XX"
    assert selectors.name_of("NIS 21009", "nl") == "Elsene"


def test_communes_are_sorted_in_the_language_asked():
    assert [name for _, name in selectors.communes(language="nl")][:3] == ["Anderlecht", "Brussel", "Elsene"]
    assert dict(selectors.communes(language="en"))["NIS 21004"] == "City of Brussels"


@pytest.mark.parametrize(
    ("country", "code", "commune"),
    [
        ("BE", "1000", "NIS 21004"),
        ("BE", "1020", "NIS 21004"),
        ("BE", "1120", "NIS 21004"),
        ("BE", "1130", "NIS 21004"),
        ("be", " 1050 ", "NIS 21009"),
        ("BE", "B-1190", "NIS 21007"),
        ("BE", "BE 1210", "NIS 21014"),
        ("BE", "1 080", "NIS 21012"),
    ],
)
def test_commune_for_postcode_as_people_type_it_is_found(country, code, commune):
    assert selectors.commune_for_postcode(country, code).code == commune


@pytest.mark.parametrize(
    ("country", "code"),
    [("BE", "9999"), ("FR", "1000"), ("", "1000"), ("BE", ""), ("BE", "x" * 5000), ("BE", "1000\x00"), ("BE", "١٠٠٠")],
)
def test_commune_for_postcode_that_is_not_known_is_nothing(country, code):
    assert selectors.commune_for_postcode(country, code) is None


def test_communes_for_a_shared_postcode_come_main_first():
    assert [row.code for row in selectors.communes_for_postcode("BE", "1050")] == ["NIS 21009", "NIS 21004"]
    assert [row.code for row in selectors.communes_for_postcode("BE", "1040")] == ["NIS 21005", "NIS 21004"]


def test_name_in_an_unknown_language_falls_back_to_english_then_the_code():
    belgium = Territory.objects.get(code="BE")

    assert belgium.name_in("nl-be") == "België"
    assert belgium.name_in("fi") == "Belgium"
    assert Territory(code="ZZ").name_in("en") == "ZZ"
