"""The filters of the pledge board. They hold for its list, for the counts above it and for the export."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from campaigns.models import Campaign, Partnership, Pledge, PledgeKind
from campaigns.pledge_enums import Standing
from campaigns.selectors.pledge_board import NOT_SAID, last_days, places_chosen
from campaigns.zones import local_day

ALL = "all"
MOST_DAYS = 3_650


def rungs_offered(kinds: QuerySet[PledgeKind], *parts: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the rungs of ``kinds`` for a choice field, grouped by kind: ``<kind's id>:<key>`` and its name."""
    return [(kind.name, _rungs_of(kind, parts)) for kind in kinds]


def _rungs_of(kind: PledgeKind, parts: tuple[str, ...]) -> list[tuple[str, str]]:
    ladder, spoken = kind.ladder, get_language() or "en"
    rungs = [rung for part in parts for rung in getattr(ladder, part)]
    return [(f"{kind.pk}:{rung.key}", rung.name_in(spoken)) for rung in rungs]


def read_rung(value: str) -> tuple[int, str]:
    """Return the kind's id and the key in ``<kind's id>:<key>``; (0, "") for anything else."""
    number, _colon, key = value.partition(":")
    is_one = number.isascii() and number.isdigit() and len(number) < 19 and key.isascii()
    return (int(number), key) if is_one else (0, "")


class DaysFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=MOST_DAYS, **kwargs)


class PledgeFilterSet(WagtailFilterSet):
    """Without a standing chosen, those who still have something to do."""

    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=lambda request: Campaign.objects.visible_to(request.user)
    )
    kind = django_filters.ModelChoiceFilter(
        label=_("Kind of pledge"), queryset=lambda request: PledgeKind.objects.visible_to(request.user)
    )
    standing = django_filters.ChoiceFilter(
        label=_("Standing"),
        choices=[*Standing.choices, (ALL, pgettext_lazy("pledges that stand anywhere", "all of them"))],
        method="by_standing",
        empty_label=None,
    )
    step = django_filters.ChoiceFilter(label=_("Step"), choices=list, method="by_step")
    territory_code = django_filters.ChoiceFilter(label=_("Place"), choices=list, method="by_place")
    locale = django_filters.ChoiceFilter(label=_("Language"), choices=settings.LANGUAGES)
    partnership = django_filters.ModelChoiceFilter(
        label=_("Partner"),
        queryset=lambda request: Partnership.objects.visible_to(request.user).select_related("organisation"),
    )
    source = django_filters.CharFilter(label=_("Code of the link"), lookup_expr="exact")
    quiet = DaysFilter(label=_("Heard nothing for so many days"), method="by_quiet")
    due = DaysFilter(label=_("Last day within so many days"), method="by_last_day")

    class Meta:
        model = Pledge
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        kinds = PledgeKind.objects.visible_to(user)
        self.filters["step"].extra["choices"] = rungs_offered(kinds, "steps", "endings")
        self.filters["territory_code"].extra["choices"] = places_chosen(Pledge.objects.visible_to(user))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        is_chosen = self.form.cleaned_data.get("standing") or self.form.cleaned_data.get("step")
        return rows if is_chosen else rows.open()

    def by_standing(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows if value == ALL else rows.filter(standing=value)

    def by_step(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        kind, key = read_rung(value)
        chosen = PledgeKind.objects.visible_to(self.request.user).filter(pk=kind).first()
        if chosen is None:
            return rows.none()
        if chosen.ladder.step(key):
            return rows.filter(kind=kind, step=key, ending="")
        return rows.filter(kind=kind, ending=key)

    def by_place(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(territory_code="" if value == NOT_SAID else value)

    def by_quiet(self, rows: QuerySet[Any], _name: str, value: int) -> QuerySet[Any]:
        return rows.filter(step_at__lte=timezone.now() - timedelta(days=value))

    def by_last_day(self, rows: QuerySet[Any], _name: str, value: int) -> QuerySet[Any]:
        at = timezone.now()
        kinds = PledgeKind.objects.visible_to(self.request.user).select_related("election", "campaign")
        days = last_days(kinds)
        left = {kind.pk: (day - local_day(at, kind.campaign)).days for kind in kinds if (day := days[kind.pk])}
        return rows.filter(kind__in=[pk for pk, number in left.items() if 0 <= number <= value])
