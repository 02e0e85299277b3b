"""A column of a staff list whose cells hold a button."""

from typing import Any

from django.middleware.csrf import get_token
from wagtail.admin.ui.tables import Column


class FormColumn(Column):
    """Cells with a form that posts. Wagtail renders cells without the request, so the token is handed to them here."""

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        return {**context, "csrf_token": get_token(context["request"])}
