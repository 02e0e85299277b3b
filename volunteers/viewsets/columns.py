"""Columns and small reads the screens of trainings and shifts share."""

from collections.abc import Callable
from typing import Any

from wagtail.admin.ui.tables import Column

from campaigns.models import Campaign
from campaigns.zones import local_span

NO_BREAK, JOINED = "\u00a0", "\u2060–\u2060"


class SpanColumn(Column):
    """From when to when, in the campaign's time zone; a narrow column breaks only between day and hours."""

    def __init__(self, name: str, *, campaign_of: Callable[[Any], Campaign], **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.campaign_of = campaign_of

    def get_value(self, instance: Any) -> str:
        day, comma, hours = local_span(instance.starts_at, instance.ends_at, self.campaign_of(instance)).rpartition(
            ", "
        )
        return f"{day.replace(' ', NO_BREAK)}{comma}{hours.replace(' ', NO_BREAK).replace('–', JOINED)}"


class LinkColumn(Column):
    """A title that leads to the row's own working page; editing is one step behind it."""

    cell_template_name = "volunteers/staff/link_cell.html"

    def __init__(self, name: str, *, url_name: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.url_name = url_name

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "url_name": self.url_name}
