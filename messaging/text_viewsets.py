"""Texts: which there are, for which campaign, in which languages they are written."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Max
from django.urls import path, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column

from accounts.models import Organisation
from core.staff_views import MomentColumn, ScopedCreateView, ScopedIndexView, ScopedViewSet
from messaging.forms import MessageTextForm
from messaging.models import MessageText
from messaging.wordings import newest_wordings
from messaging.writing_views import WritingView
from people.enums import Channel


def _own_organisations(request: Any) -> Any:
    user = request.user
    own = Organisation.objects.all()
    return own if user.is_superuser else own.filter(pk__in=user.memberships.values("organisation"))


class TextFilterSet(WagtailFilterSet):
    organisation = django_filters.ModelChoiceFilter(label=_("Organisation"), queryset=_own_organisations)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    scope = django_filters.ChoiceFilter(label=_("Campaign"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["scope"].extra["choices"] = import_string(settings.SCOPE_CHOICES)(self.request.user)

    class Meta:
        model = MessageText
        fields: list[str] = []


class TextIndexView(ScopedIndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().annotate(changed_at=Max("wordings__created_at"))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        wordings = newest_wordings(rows)
        titles = import_string(settings.SCOPE_TITLES)({row.scope for row in rows if row.scope})
        for row in context["object_list"]:
            row.campaign_title = titles.get(row.scope, row.scope)
            row.coverage = [
                (code, name, code in wordings[row.pk], reverse("staff_wordings:write", args=[row.pk, code]))
                for code, name in settings.LANGUAGES
            ]
        return context


class CoverageColumn(Column):
    cell_template_name = "messaging/writing/coverage_cell.html"


class TextCreateView(ScopedCreateView):
    def get_success_url(self) -> str:
        return reverse("staff_wordings:write", args=[self.object.pk, self.object.fallback_language])


class TextViewSet(ScopedViewSet):
    model = MessageText
    name = "wordings"
    url_namespace = "staff_wordings"
    icon = "edit"
    menu_label = _("Texts to send")
    screens = frozenset({"index", "index_results", "add", "edit", "history", "history_results"})
    list_display = [
        "name",
        CoverageColumn("coverage", label=_("Written in")),
        Column("channel", label=_("Channel"), accessor="get_channel_display"),
        Column("scope", label=_("Campaign"), accessor="campaign_title"),
        Column("organisation", label=_("Organisation")),
        MomentColumn("changed_at", label=_("Last changed")),
    ]
    related = ("organisation",)
    search_fields = ["name"]
    filterset_class = TextFilterSet
    index_view_class = TextIndexView
    add_view_class = TextCreateView
    empty_text = _(
        "There is no text yet. A text is what a sending, a reminder or a journey says: written once per language, "
        "looked at as it arrives, sent to yourself, and used again."
    )
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("organisation"), FieldPanel("scope")]),
            FieldRowPanel([FieldPanel("channel"), FieldPanel("fallback_language")]),
            FieldPanel("counts_clicks"),
        ],
        base_form_class=MessageTextForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("write/<int:pk>/<slug:language>/", WritingView.as_view(), name="write"),
        ]
