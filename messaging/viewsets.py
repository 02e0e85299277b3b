"""The ledger of messages: what was sent, what was not and why, what waits, what nobody knows."""

from typing import Any

import django_filters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from core import audit
from core.staff_columns import FormColumn
from core.staff_page import StaffPage
from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet, refuse
from messaging.actions.settle import NotUnknown, settle_message
from messaging.enums import MessageStatus
from messaging.ledger_selectors import backlogs, counts_by_status, path_of
from messaging.models import OutboundMessage
from messaging.selectors import backlog_minutes
from messaging.shown_letters import shown_letter
from people.addresses import masked_address
from people.enums import Channel, Purpose


class MessageFilterSet(WagtailFilterSet):
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=MessageStatus.choices)
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Purpose.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    batch = django_filters.CharFilter(label=_("Sent together as"))

    class Meta:
        model = OutboundMessage
        fields: list[str] = []


class MessageIndexView(KeysetIndexView):
    results_template_name = "messaging/staff/messages_results.html"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        may = self.request.user.has_perm("messaging.change_outboundmessage")
        for row in context["object_list"]:
            row.may_settle = may and row.status == MessageStatus.UNKNOWN and row.pk in self.changeable_on_page
        at = timezone.now()
        context["backlog"] = self.backlog
        context["backlogs"] = backlogs(rows=self.visible_rows(), at=at)
        batch = self.request.GET.get("batch", "").strip()
        counts = counts_by_status(self.visible_rows(), batch=batch)
        context["counts"] = [(status.label, count) for status, count in counts.items()]
        context["batch"] = batch
        return context

    @cached_property
    def backlog(self) -> str:
        """How long the oldest message due has waited, in words; nothing waits: nothing to say."""
        rows: Any = self.visible_rows()
        minutes = backlog_minutes(rows=rows, at=timezone.now())
        if minutes is None:
            return gettext("Nothing waits to be sent.")
        text = ngettext(
            "The oldest message due has waited for %(minutes)s minute.",
            "The oldest message due has waited for %(minutes)s minutes.",
            minutes,
        )
        return text % {"minutes": minutes}


class MessageView(StaffPage):
    """One message: what it says, to whom, and what became of it. Every look is audited."""

    permission = "messaging.view_outboundmessage"
    trail = (("staff_messages:index", _("Messages")),)
    template_name = "messaging/staff/message.html"
    page_title = _("Message")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        seen = OutboundMessage.objects.visible_to(user).select_related("organisation", "submission", "contact_point")
        message: Any = get_object_or_404(seen, pk=kwargs["pk"])
        message.may_settle = (
            user.has_perm("messaging.change_outboundmessage")
            and message.status == MessageStatus.UNKNOWN
            and OutboundMessage.objects.changeable_by(user).filter(pk=message.pk).exists()
        )
        audit.record("messaging.outbound_message.viewed", by=user, target=message)
        return {
            **super().get_context_data(**kwargs),
            "message": message,
            "instance": message,
            "masked": masked_address(message.channel, message.address),
            "path": path_of(message),
            "letter": shown_letter(message),
        }


class MessageLinkColumn(TitleColumn):
    """The moment a message was queued, which leads to it."""

    def get_value(self, instance: Any) -> Any:
        return date_format(localtime(instance.created_at), "DATETIME_FORMAT")

    def get_link_url(self, instance: Any, parent_context: Any) -> str:
        return reverse("staff_messages:message", args=[instance.pk])


class SettleColumn(FormColumn):
    cell_template_name = "messaging/staff/settle_cell.html"


class SettleView(View):
    """Write down whether an UNKNOWN message arrived, as somebody found out by hand."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        message = get_object_or_404(OutboundMessage.objects.visible_to(user), pk=pk)
        mine = OutboundMessage.objects.changeable_by(user).filter(pk=pk)
        if not user.has_perm("messaging.change_outboundmessage") or not mine.exists():
            return refuse(request)
        was_sent = request.POST.get("answer") == "sent"
        try:
            settle_message(message=message, was_sent=was_sent, by=user, at=timezone.now())
        except NotUnknown:
            messages.warning(request, gettext("Somebody else, or the provider, settled this message before."))
        else:
            messages.success(request, gettext("Written down. The message is not sent again."))
        return redirect("staff_messages:index")


class MessageViewSet(ScopedViewSet):
    model = OutboundMessage
    name = "messages"
    url_namespace = "staff_messages"
    icon = "mail"
    menu_order = 180
    add_to_admin_menu = True
    screens = frozenset({"index", "index_results"})
    lists_people = True
    list_display = [
        MessageLinkColumn("created_at", label=_("Queued")),
        Column("address", label=_("To"), accessor=lambda row: masked_address(row.channel, row.address)),
        Column("template", label=_("Text")),
        Column("purpose", label=_("Purpose"), accessor="get_purpose_display"),
        Column("status", label=_("Status"), accessor="get_status_display"),
        MomentColumn("not_before", label=_("Due")),
        MomentColumn("sent_at", label=_("Sent")),
        Column("reason", label=_("Why")),
        SettleColumn("settle", label=_("What became of it"), accessor="pk"),
    ]
    filterset_class = MessageFilterSet
    index_view_class = MessageIndexView
    empty_text = _("No message yet that you may see. The first confirmation appears here seconds after a signature.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("settle/<int:pk>/", SettleView.as_view(), name="settle"),
            path("message/<int:pk>/", MessageView.as_view(), name="message"),
        ]
