"""Signatures one by one: the list, its filters, the comments to read, and the export."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from campaigns.actions.comments import moderate_comment
from campaigns.comments import shown_name
from campaigns.enums import UNKNOWN_TERRITORY, SignatureStatus
from campaigns.exports import begin_export, count_people, leads_any, only_takes_part
from campaigns.models import Partnership, Petition, Signature
from core import audit
from core.staff_exports import CsvExportView, address_of_encrypted_exports, filters_of_list, only_encrypted
from core.staff_views import (
    KeysetIndexView,
    MomentColumn,
    RefusalPageMixin,
    ScopedViewSet,
    audit_name,
    refuse,
    used_filters,
)
from people.models import Supporter
from people.names import name_with_origin
from places.selectors import countries, name_of

COMMENTS_PER_PAGE = 20


class SignatureFilterSet(WagtailFilterSet):
    petition = django_filters.ModelChoiceFilter(
        label=_("Petition"), queryset=lambda request: Petition.objects.visible_to(request.user)
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=SignatureStatus.choices)
    partnership = django_filters.ModelChoiceFilter(
        label=_("Partner"),
        queryset=lambda request: Partnership.objects.visible_to(request.user).select_related("organisation"),
    )
    territory_code = django_filters.ChoiceFilter(
        label=_("Country"), choices=lambda: [*countries(), (UNKNOWN_TERRITORY, gettext("not said"))]
    )
    day = django_filters.DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)
    source = django_filters.CharFilter(label=_("Code of the link"), lookup_expr="exact")
    has_comment = django_filters.BooleanFilter(label=_("Has a comment"), method="by_comment")

    class Meta:
        model = Signature
        fields: list[str] = []

    def by_comment(self, rows: Any, name: str, wanted: bool) -> Any:
        return rows.filter(comment__gt="") if wanted else rows.filter(comment="")


def country_name(code: str) -> str:
    """Return the country's name in the screen's language; people who did not say are said to have not."""
    return gettext("not said") if code == UNKNOWN_TERRITORY else name_of(code)


class SignatureIndexView(KeysetIndexView):
    results_template_name = "campaigns/staff/signature_results.html"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        rows = context["object_list"]
        readable = Supporter.objects.visible_to(self.request.user).filter(pk__in={row.supporter_id for row in rows})
        names = dict(readable.values_list("pk", "full_name"))
        for row in rows:
            row.name = names.get(row.supporter_id)
        user: Any = self.request.user
        context.update(
            leads=self.leads, only_takes_part=only_takes_part(user), encrypted_exports=address_of_encrypted_exports()
        )
        return context

    @cached_property
    def leads(self) -> bool:
        user: Any = self.request.user
        return leads_any(user)

    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons = []
        if self.leads:
            url = reverse("staff_signatures:export") + filters_of_list(self.request)
            buttons.append(HeaderButton(_("Export as CSV"), url=url, icon_name="download"))
        if self.request.user.has_perm("campaigns.change_signature"):
            buttons.append(
                HeaderButton(_("Read comments"), url=reverse("staff_signatures:comments"), icon_name="comment")
            )
        return buttons


def signer(row: Any) -> str:
    """Return the signer's name where the viewer may read it, else why not."""
    if row.supporter_id is None:
        return gettext("erased")
    if row.name is None:
        return gettext("no consent to you")
    return name_with_origin(row.name, row.is_generated)


class SignatureExportView(CsvExportView):
    """The signatures the filters leave; cut to the campaigns the person's organisations lead."""

    permission = "campaigns.view_signature"
    what = _("Signatures")
    index = "staff_signatures:index"
    filename = "signatures"
    filterset_class = SignatureFilterSet

    def rows(self) -> QuerySet[Any]:
        return Signature.objects.all()

    def refusal(self) -> HttpResponseBase | None:
        user: Any = self.request.user
        return None if leads_any(user) else only_encrypted(self.request)

    def count_people(self, rows: QuerySet[Any], most: int | None) -> int:
        user: Any = self.request.user
        return count_people(rows=rows, user=user, at=timezone.now(), most=most)

    def stream(self, rows: QuerySet[Any]) -> Iterator[bytes]:
        user: Any = self.request.user
        return begin_export(rows=rows, user=user, filters=used_filters(self.request), at=timezone.now())


class CommentsView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """Comments to read, oldest first, each as it would be shown; two buttons, two keys."""

    template_name = "campaigns/staff/comments.html"
    page_title = _("Comments")
    header_icon = "comment"
    shelves = {"unread": _("To read"), "shown": _("Shown"), "hidden": _("Hidden")}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("campaigns.change_signature"):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @property
    def shelf(self) -> str:
        wanted = self.request.GET.get("shelf", "unread")
        return wanted if wanted in self.shelves else "unread"

    def rows(self) -> Any:
        mine = Signature.objects.changeable_by(self.request.user).select_related("petition", "supporter")  # type: ignore[arg-type]
        if self.shelf == "unread":
            return mine.with_unread_comment().order_by("pk")
        read = mine.filter(comment_read_at__isnull=False, comment__gt="")
        return read.filter(is_comment_public=self.shelf == "shown").order_by("-pk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("staff_signatures:index"), "label": _("Signatures")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.rows()[:COMMENTS_PER_PAGE])
        for row in rows:
            row.shown_as = shown_name(row.supporter.full_name) if row.supporter else ""
            row.country = "" if row.territory_code == UNKNOWN_TERRITORY else name_of(row.territory_code)
        decided = self.request.GET.get("decided")
        new = rows[:1] if decided else rows  # the others stood there before the press of the button
        audit.record(audit_name(Signature, "listed"), by=self.request.user, count=len(new), comments=self.shelf)
        return {
            **super().get_context_data(**kwargs),
            "rows": rows,
            "shelf": self.shelf,
            "shelves": self.shelves,
            "decided": decided,
        }


class DecideCommentView(View):
    """Show or hide one comment, then come back to the shelf it lay on."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = Signature.objects.visible_to(request.user)  # type: ignore[arg-type]
        signature = get_object_or_404(mine, pk=pk)
        may = request.user.has_perm("campaigns.change_signature")
        if not may or not Signature.objects.changeable_by(request.user).filter(pk=pk).exists():  # type: ignore[arg-type]
            return refuse(request)
        is_public = request.POST.get("decision") == "show"
        moderate_comment(signature=signature, is_public=is_public, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        shelf = request.POST.get("shelf", "unread")
        shelf = shelf if shelf in CommentsView.shelves else "unread"
        return redirect(f"{reverse('staff_signatures:comments')}?shelf={shelf}&decided={pk}")


class SignatureViewSet(ScopedViewSet):
    model = Signature
    name = "signatures"
    url_namespace = "staff_signatures"
    icon = "list-ul"
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("petition", "partnership__organisation")
    list_display = [
        MomentColumn("confirmed_at", label=_("Signed")),
        Column("signer", label=_("Name"), accessor=signer),
        Column("petition", label=_("Petition")),
        Column("country", label=_("Country"), accessor=lambda row: country_name(row.territory_code)),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("partner", label=_("Partner"), accessor="partnership.organisation"),
        Column("source", label=_("Link")),
        Column("comment", label=_("Comment"), accessor=lambda row: row.comment[:80]),
    ]
    filterset_class = SignatureFilterSet
    index_view_class = SignatureIndexView
    empty_text = _("Nobody has signed yet, or you see none: share a petition's page and look again.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("export/", SignatureExportView.as_view(), name="export"),
            path("comments/", CommentsView.as_view(), name="comments"),
            path("comments/<int:pk>/", DecideCommentView.as_view(), name="decide_comment"),
        ]
