"""How numbers are written where Django's own formats would mislead."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation

from campaigns.charts.numbers import whole


def test_arabic_numbers_are_grouped_alike_everywhere_and_never_with_a_point() -> None:
    with translation.override("ar"):
        assert intcomma(1_234_567) == whole(1_234_567) == "1\xa0234\xa0567"
