"""Kinds of pledges: taken into a campaign, then the campaign's own to change, all on one page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets.button import HeaderButton

from campaigns.actions.pledge_kinds import (
    ChangedMeanwhileError,
    RungInUseError,
    change_kind,
    fingerprint,
    is_awaited,
    take_kind,
)
from campaigns.models import PledgeKind
from campaigns.selectors.pledge_board import last_days
from campaigns.viewsets.pledge_kind_forms import PledgeKindForm, TakeKindForm
from core.staff_views import CRUD, DayColumn, ScopedDeleteView, ScopedEditView, ScopedIndexView, ScopedViewSet
from people.viewsets import FormScreen


class KindIndexView(ScopedIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        days = last_days(context["object_list"])
        for kind in context["object_list"]:
            kind.shown_last_day = days[kind.pk]
        return context

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("campaigns.add_pledgekind"):
            return []
        return [HeaderButton(_("Add a kind of pledge"), url=reverse("staff_pledge_kinds:take"), icon_name="plus")]


class TakeView(FormScreen):
    """Take a shipped kind into a campaign, or begin an empty one; then its own page says the rest."""

    right = "campaigns.add_pledgekind"
    index = ("staff_pledge_kinds:index", _("Kinds of pledges"))
    page_title = _("Add a kind of pledge")
    header_icon = "pick"
    submit_label = _("Add")

    def make_form(self, data: Any = None) -> TakeKindForm:
        return TakeKindForm(data, user=self.request.user)

    def save(self, form: TakeKindForm) -> HttpResponse:
        told = form.told()
        is_there = told["campaign"].pledge_kinds.filter(key=told["shipped"]["key"]).exists()
        kind = take_kind(**told, by=self.request.user)
        if is_there:
            messages.info(self.request, gettext("The campaign has this kind already: here it is, as it was."))
        else:
            messages.success(self.request, gettext("The kind is added. Look through it, then give it a page."))
        return redirect("staff_pledge_kinds:edit", kind.pk)


class KindEditView(ScopedEditView):
    """Every button but "Save" gives the form back with a row more, less, or elsewhere; nothing is kept before."""

    template_name = "campaigns/staff/pledge_kind.html"
    form: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.POST.get("do"):
            return super().post(request, *args, **kwargs)
        self.object = self.get_object()
        self.form = self.get_form()
        self.form.without_errors()
        return self.render_to_response(self.get_context_data(form=self.form))

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except ChangedMeanwhileError:
            form.data = form.data.copy()
            form.data["seen"] = fingerprint(self.object)
            form.add_error(
                None,
                gettext(
                    "Somebody else changed this kind meanwhile. What you typed is still here and not saved yet. Look "
                    "at theirs in another window; save again to put yours in its place."
                ),
            )
        except RungInUseError as refusal:
            form.say_in_use(refusal.people)
        self.produced_error_code = self.produced_error_message = None  # what Wagtail's own check would have left here
        return self.form_invalid(form)

    def save_instance(self) -> Any:
        return change_kind(
            kind=self.object, told=self.form.told(), seen=self.form.cleaned_data["seen"], by=self.request.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        stored = PledgeKind.objects.select_related("election").get(pk=self.kwargs["pk"])
        return {**context, "kind": stored, "last_day": last_days([stored])[stored.pk], "day_from": _origin(stored)}


class KindDeleteView(ScopedDeleteView):
    """Not while somebody may still press the link in our mail: it would lead nowhere."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        if is_awaited(self.object, timezone.now()):
            said = gettext("“%(name)s” cannot be deleted: not all who promised it confirmed it yet. Close it instead.")
            messages.error(self.request, said % {"name": self.object})
            return redirect(self.get_success_url())
        return super().form_valid(form)


def _origin(kind: PledgeKind) -> str:
    """Return where the last day comes from."""
    if kind.due_date:
        return gettext("this kind's own")
    if kind.election_id:
        return gettext("the election's last day to register")
    return gettext("the end of the initiative's collection") if kind.initiative_id else ""


class PledgeKindViewSet(ScopedViewSet):
    model = PledgeKind
    name = "pledge-kinds"
    url_namespace = "staff_pledge_kinds"
    icon = "form"
    menu_label = _("Kinds of pledges")
    screens = CRUD - {"add"}
    list_display = [
        "name",
        Column("campaign", label=_("Campaign")),
        DayColumn("shown_last_day", label=_("Last day")),
        BooleanColumn("is_open", label=_("Takes pledges")),
        BooleanColumn("is_generated", label=_("Generated")),
    ]
    related = ("campaign", "election")
    search_fields = ["name", "campaign__title"]
    empty_text = _("There is no kind of pledge yet. Begin with a shipped one, then give it a page in every language.")
    index_view_class = KindIndexView
    edit_view_class = KindEditView
    delete_view_class = KindDeleteView

    def get_form_class(self, for_update: bool = False) -> Any:
        return PledgeKindForm

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("take/", TakeView.as_view(), name="take")]
