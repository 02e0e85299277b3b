import pytest
from django.utils import translation

from places.country_names import country_choices, country_name
from places.shipped import country_names


@pytest.mark.parametrize("language", ["en", "fr", "nl", "ar"])
def test_country_we_count_by_has_one_name_in_lists_and_on_pages(language: str) -> None:
    choices = dict(country_choices(language))
    for code, names in country_names().items():
        assert choices[code] == country_name(code, language) == names[language]


def test_arabic_list_of_countries_is_in_the_order_of_the_arabic_alphabet() -> None:
    names = [name for _code, name in country_choices("ar")]
    plain = [name.replace("أ", "ا").replace("إ", "ا").replace("آ", "ا") for name in names]
    assert plain[0].startswith("ا")
    assert [name[0] for name in plain] == sorted(name[0] for name in plain)


def test_country_nobody_counts_by_has_a_name_and_no_country_keeps_its_code() -> None:
    with translation.override("fr"):
        assert country_name("CH") == "Suisse"
        assert (country_name("??"), country_name("")) == ("??", "")
