"""Addresses two people gave: staff compare the two and decide whose it is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core import audit
from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet, refuse
from people.actions.contact_conflicts import ConflictSettled, leave_address, move_address
from people.addresses import masked_address
from people.models import ContactConflict
from people.names import name_with_origin
from people.selectors import compare_sides
from people.viewsets import FormScreen

MERGE, LEAVE, MOVE = "merge", "leave", "move"


class ConflictForm(forms.Form):
    """What is true of the two."""

    decision = forms.ChoiceField(
        label=_("Who are they?"),
        choices=[
            (MERGE, _("One person: look at what a merge would move")),
            (LEAVE, _("Two people: the address stays whose it is")),
            (MOVE, _("Two people: the address belongs to the one who gave it later, move it")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "A moved address counts as unverified, what was allowed at it is withdrawn, and what waits to be sent to "
            "it is cancelled."
        ),
    )


class DecideView(FormScreen):
    """The two people side by side; then the decision. One person: on to the merge."""

    right = "people.change_contactconflict"
    index = ("staff_conflicts:index", _("Addresses given twice"))
    page_title = _("Whose address is it?")
    header_icon = "mail"
    template_name = "people/staff/decide_conflict.html"
    submit_label = _("Decide")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        rows = ContactConflict.objects.open().select_related("contact_point__supporter", "supporter")
        self.conflict = get_object_or_404(rows.visible_to(user), pk=kwargs["pk"])
        if not ContactConflict.objects.changeable_by(user).filter(pk=self.conflict.pk).exists():
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> ConflictForm:
        return ConflictForm(data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        audit.record("people.contact_conflict.viewed", by=self.request.user, target=self.conflict)
        return super().get(request, *args, **kwargs)

    def save(self, form: ConflictForm) -> HttpResponse:
        decision, by, at = form.cleaned_data["decision"], self.request.user, timezone.now()
        owner, claimant = self.conflict.contact_point.supporter_id, self.conflict.supporter_id
        if decision == MERGE:
            return redirect(f"{reverse('staff_supporters:merge', args=[owner])}?other={claimant}")
        try:
            if decision == MOVE:
                move_address(conflict=self.conflict, by=by, at=at)
                messages.success(self.request, gettext("The address was moved. Nobody may be written to at it yet."))
            else:
                leave_address(conflict=self.conflict, by=by, at=at)
                messages.success(self.request, gettext("The address stays whose it is."))
        except ConflictSettled:
            messages.warning(self.request, gettext("Somebody decided before you."))
        return redirect("staff_conflicts:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "conflict": self.conflict, "comparison": compare_sides(self.conflict)}


class ConflictIndexView(KeysetIndexView):
    """Those that wait; with ``?all=1`` the decided ones as well."""

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows if self.request.GET.get("all") else rows.open()  # type: ignore[attr-defined]

    @cached_property
    def header_buttons(self) -> list[Any]:
        url = reverse("staff_conflicts:index")
        if self.request.GET.get("all"):
            return [HeaderButton(_("Only those that wait"), url=url, icon_name="list-ul")]
        return [HeaderButton(_("Decided ones too"), url=f"{url}?all=1", icon_name="history")]


def _decide_url(row: ContactConflict) -> str | None:
    return reverse("staff_conflicts:decide", args=[row.pk]) if row.decided_at is None else None


class ContactConflictViewSet(ScopedViewSet):
    model = ContactConflict
    name = "addresses-given-twice"
    url_namespace = "staff_conflicts"
    icon = "mail"
    menu_label = _("Addresses given twice")
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("contact_point__supporter", "supporter", "decided_by")
    list_display = [
        TitleColumn(
            "address",
            label=_("Address"),
            accessor=lambda row: masked_address(row.contact_point.channel, row.contact_point.as_typed),
            get_url=_decide_url,
        ),
        Column("owner", label=_("Belongs to"), accessor=lambda row: _name(row.contact_point.supporter)),
        Column("claimant", label=_("Was also given by"), accessor=lambda row: _name(row.supporter)),
        MomentColumn("created_at", label=_("Since")),
        Column("status", label=_("Decision"), accessor="get_status_display"),
        Column("decided_by", label=_("Decided by"), accessor=lambda row: row.decided_by or ""),
    ]
    index_view_class = ConflictIndexView
    empty_text = _(
        "Nothing waits to be decided. An address stands here when somebody gives one that is another person's already."
    )

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("decide/<int:pk>/", DecideView.as_view(), name="decide")]


def _name(supporter: Any) -> str:
    return name_with_origin(supporter.full_name, supporter.is_generated)
