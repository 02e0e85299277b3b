"""Who got a broadcast, one by one. The way there is the broadcast's own page."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from audiences.enums import RecipientStatus
from audiences.models import Broadcast, BroadcastRecipient
from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet
from messaging.enums import MessageStatus
from people.addresses import masked_address
from people.models import Supporter

LEFT_OUT_FOR = {
    "late": _("too late to be useful"),
    "moved": _("the address is nobody’s, or another person’s now"),
    "merged": _("the same person gets it at another address"),
    "stopped": _("the broadcast was stopped"),
}


class RecipientFilterSet(WagtailFilterSet):
    broadcast = django_filters.ModelChoiceFilter(
        label=_("Broadcast"), queryset=lambda request: Broadcast.objects.visible_to(request.user)
    )
    message__status = django_filters.MultipleChoiceFilter(label=_("Message"), choices=MessageStatus.choices)
    status = django_filters.ChoiceFilter(label=_("Place"), choices=RecipientStatus.choices)

    class Meta:
        model = BroadcastRecipient
        fields: list[str] = []


def _person(row: BroadcastRecipient) -> str:
    return str(row.supporter) if row.supporter is not None and row.is_person_shown else "–"  # type: ignore[attr-defined]


def _address(row: BroadcastRecipient) -> str:
    point = row.contact_point
    return masked_address(point.channel, point.as_typed) if point is not None else "–"


def _became(row: BroadcastRecipient) -> str:
    """Return in words what became of somebody's message."""
    if row.status == RecipientStatus.QUEUED and row.message is not None:
        return str(row.message.get_status_display())
    return str(row.get_status_display())


def _why(row: BroadcastRecipient) -> str:
    if row.status == RecipientStatus.QUEUED and row.message is not None:
        return str(row.message.reason)
    return str(LEFT_OUT_FOR.get(row.reason, row.reason))


class RecipientIndexView(KeysetIndexView):
    page_title = _("Who gets it")

    def get_page_title(self) -> Any:
        return self.page_title

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Name only whom the user still sees: who took a consent back, or became one with others, may be gone."""
        context = super().get_context_data(*args, **kwargs)
        rows = context["object_list"]
        seen = Supporter.objects.visible_to(self.request.user)
        shown = set(seen.filter(pk__in={row.supporter_id for row in rows}).values_list("pk", flat=True))
        for row in rows:
            row.is_person_shown = row.supporter_id in shown
        return context


class RecipientViewSet(ScopedViewSet):
    """Every look is audited; whoever reads figures only has no right to it."""

    model = BroadcastRecipient
    name = "broadcast-people"
    url_namespace = "staff_recipients"
    icon = "group"
    add_to_admin_menu = False
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("broadcast", "supporter", "contact_point", "variant", "message")
    list_display = [
        Column("supporter", label=_("Person"), accessor=_person),
        Column("address", label=_("To"), accessor=_address),
        Column("broadcast", label=_("Broadcast")),
        Column("variant", label=_("Text"), accessor=lambda row: row.variant.label if row.variant else ""),
        Column("language", label=_("Language")),
        Column("became", label=_("What became of it"), accessor=_became),
        MomentColumn("sent", label=_("Sent"), accessor="message.sent_at"),
        Column("why", label=_("Why"), accessor=_why),
    ]
    filterset_class = RecipientFilterSet
    index_view_class = RecipientIndexView
    empty_text = _("Nobody is written down yet: the audience is taken when a broadcast begins to be sent.")
