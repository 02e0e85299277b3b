"""Columns of staff lists: a cell that posts carries the token, which Wagtail does not give it by itself."""

from collections.abc import Iterator

from django.template.loader import get_template
from django.urls import get_resolver
from wagtail.admin.ui.tables import Column

from core.staff_columns import FormColumn


def columns_of(kind: type[Column]) -> Iterator[type[Column]]:
    for each in kind.__subclasses__():
        yield each
        yield from columns_of(each)


def test_every_column_with_a_form_in_its_cell_hands_the_token_on() -> None:
    assert get_resolver().url_patterns  # the address table imports every screen, and with it every column
    posting = set()
    for column in columns_of(Column):
        name = getattr(column, "cell_template_name", "") or ""
        if not column.__module__.startswith("wagtail.") and "cell" in name:
            source = get_template(name).template.source  # type: ignore[attr-defined]
            if "csrf_token" in source:
                posting.add(column)
    assert len(posting) >= 3
    assert not [column for column in posting if not issubclass(column, FormColumn)]
