"""Dates are written one way on every screen of staff, in every language."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

from campaigns.charts.numbers import day
from core.staff_views import DayColumn, MomentColumn

MOMENT = datetime(2026, 9, 3, 16, 5, tzinfo=UTC)  # 18:05 in Brussels


class Row:
    at = MOMENT


@pytest.mark.parametrize(("language", "written"), [("en", "3 Sept. 2026"), ("fr", "3 sept. 2026")])
def test_day_is_written_before_the_month_in_lists_and_figures_alike(language: str, written: str) -> None:
    with override(language):
        assert DayColumn("at").get_value(Row()) == day(MOMENT) == written
        assert MomentColumn("at").get_value(Row()) == f"{written}, 18:05"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_day_never_carries_the_month_as_a_number(language: str) -> None:
    with override(language):
        assert date_format(localtime(MOMENT)).startswith("3 ")
        comma = "،" if language == "ar" else ","
        assert date_format(localtime(MOMENT), "DATETIME_FORMAT").endswith(f" 2026{comma} 18:05")
        assert "9" not in date_format(localtime(MOMENT))


def test_staff_screens_spell_out_no_format_of_their_own() -> None:
    apps = ("accounts", "audiences", "campaigns", "core", "dashboards", "messaging", "people")
    templates = [path for app in apps for path in Path(settings.BASE_DIR, app).rglob("templates/**/*.html")]
    assert templates
    spelled = [path.name for path in templates if 'date:"j N' in path.read_text()]
    assert not spelled
