"""Lists of what has a date: what comes next stands first, what is over behind a filter."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from core.staff_views import ScopedIndexView

OVER, ALL = "over", "all"


class AgendaFilterSet(WagtailFilterSet):
    """Narrow to what is to come, as long as nothing else is asked for."""

    when = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[(OVER, _("Over")), (ALL, _("Everything"))],
        empty_label=_("To come"),
        method="keep",
    )

    def keep(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Return the rows as they are: `filter_queryset` decides, also when nothing is chosen."""
        return rows

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: Any = super().filter_queryset(queryset)
        wanted, at = self.form.cleaned_data.get("when"), timezone.now()
        if wanted == OVER:
            return rows.over(at)
        return rows if wanted == ALL else rows.not_over(at)


class AgendaIndexView(ScopedIndexView):
    """The next one first; what is over after it, the latest first."""

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.next_first(timezone.now())  # type: ignore[attr-defined]
