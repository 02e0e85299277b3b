"""Words one after another, in each language's own way."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from core.lists import listed


@pytest.mark.parametrize(("language", "written"), [("en", "a, b"), ("fr", "a, b"), ("nl", "a, b"), ("ar", "a، b")])
def test_words_are_separated_as_the_language_does(language: str, written: str) -> None:
    template = Template("{% load lists %}{{ words|listed }} {{ words.0 }}{% list_separator %}{{ words.1 }}")
    with override(language):
        assert listed(["a", "b"]) == written
        assert template.render(Context({"words": ["a", "b"]})) == f"{written} {written}"


def test_words_of_people_are_escaped() -> None:
    template = Template("{% load lists %}{{ words|listed }}")
    assert template.render(Context({"words": ["<b>", "c"]})) == "&lt;b&gt;, c"
