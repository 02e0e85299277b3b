"""The staff screens of people, consent wordings and suppressions."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from core.staff_views import (
    DayColumn,
    KeysetIndexView,
    MomentColumn,
    RefusalPageMixin,
    ScopedInspectView,
    ScopedViewSet,
    refuse,
)
from core.version_views import VersionsIndexView, version_to_start_from
from people.actions.consents import lift_suppression, publish_consent_text, suppress_address
from people.actions.supporters import CannotMerge, merge_supporters
from people.enums import Channel, LiftReason, SuppressionReason
from people.forms import ConsentTextForm, LiftForm, MergeForm, SuppressionForm
from people.models import ConsentText, Supporter, Suppression
from people.names import name_with_origin
from people.staff_sections import sections_of
from people.staff_texts import country, in_its_language, language_name


class FormScreen(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page with one form of ours that an action saves. ``right``: the permission it asks."""

    right = ""
    index: tuple[str, Any] = ("", "")
    template_name = "people/staff/form.html"
    submit_label: Any = _("Save")
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        name, label = self.index
        return [*self.breadcrumbs_items, {"url": reverse(name), "label": label}, {"url": "", "label": self.page_title}]

    def make_form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def save(self, form: Any) -> HttpResponse:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self.make_form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        return self.save(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "submit_label": self.submit_label}
        return {**context, "media": kwargs["form"].media, "back_url": reverse(self.index[0])}


# --- Supporters ----------------------------------------------------------------------------------


class SupporterIndexView(KeysetIndexView):
    """Supporters by name or exact address; the search is by canonical form, so dots and tags do not hide anybody."""

    is_searchable = True

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.found_by(self.search_query) if self.is_searching else queryset  # type: ignore[attr-defined]


class SupporterInspectView(ScopedInspectView):
    template_name = "people/staff/supporter.html"
    page_title = _("Supporter")
    shows_people = True

    def get_language_display_value(self) -> str:
        return language_name(self.object.language) or "–"

    def get_nationality_display_value(self) -> str:
        return country(self.object.nationality) or "–"

    def get_residence_country_display_value(self) -> str:
        return country(self.object.residence_country) or "–"

    def get_postcode_display_value(self) -> str:
        return self.object.postcode or "–"

    def get_is_generated_display_value(self) -> str:
        return gettext("yes") if self.object.is_generated else gettext("no")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "sections": sections_of(self.object, self.request.user)}

    @cached_property
    def header_buttons(self) -> list[Any]:
        may = self.request.user.has_perm("people.change_supporter")
        if not may or not self.changeable_rows().filter(pk=self.object.pk).exists() or self.object.merged_into_id:
            return []
        url = reverse("staff_supporters:merge", args=[self.object.pk])
        return [HeaderButton(_("Merge with another record"), url=url, icon_name="link")]


class MergeView(FormScreen):
    """Choose the other record, see what would move, then merge for good."""

    right = "people.change_supporter"
    index = ("staff_supporters:index", _("Supporters"))
    page_title = _("Merge two records of one person")
    header_icon = "user"
    template_name = "people/staff/merge.html"
    submit_label = _("See what moves")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.supporter = get_object_or_404(Supporter.objects.visible_to(request.user), pk=kwargs["pk"])  # type: ignore[arg-type]
        if not Supporter.objects.changeable_by(request.user).filter(pk=kwargs["pk"]).exists():  # type: ignore[arg-type]
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> MergeForm:
        suggested = {"other": self.request.GET.get("other", "")[:20]}
        return MergeForm(data, supporter=self.supporter, user=self.request.user, initial=suggested)

    def save(self, form: MergeForm) -> HttpResponse:
        keep, absorb = form.pair()
        if self.request.POST.get("step") != "merge":
            return self.render_to_response(self.get_context_data(form=form, keep=keep, absorb=absorb))
        try:
            merge_supporters(keep=keep, absorb=absorb, by=self.request.user)
        except CannotMerge:
            messages.error(self.request, gettext("These two cannot be merged: one of them was merged before."))
            return redirect("staff_supporters:inspect", self.supporter.pk)
        messages.success(self.request, gettext("The two records are one now."))
        return redirect("staff_supporters:inspect", keep.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if kwargs.get("keep"):
            user = self.request.user
            for side in ("keep", "absorb"):
                context[f"{side}_sections"] = [each for each in sections_of(kwargs[side], user) if each.moves]
        return {**context, "supporter": self.supporter}


class SupporterViewSet(ScopedViewSet):
    model = Supporter
    name = "supporters"
    url_namespace = "staff_supporters"
    icon = "user"
    screens = frozenset({"index", "index_results", "inspect"})
    lists_people = True
    list_display = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor=lambda row: name_with_origin(row.full_name, row.is_generated),
            get_url=lambda row: reverse("staff_supporters:inspect", args=[row.pk]),
        ),
        Column("residence", label=_("Lives in"), accessor=lambda row: country(row.residence_country)),
        Column("nationality", label=_("Nationality"), accessor=lambda row: country(row.nationality)),
        Column("language", label=_("Language"), accessor=lambda row: language_name(row.language)),
        DayColumn("created_at", label=_("Known since")),
        Column("merged", label=_("Merged into"), accessor=lambda row: row.merged_into_id or ""),
    ]
    index_view_class = SupporterIndexView
    inspect_view_class = SupporterInspectView
    inspect_view_fields = [
        "full_name", "language", "nationality", "residence_country", "postcode", "created_at", "is_generated",
    ]  # fmt: skip
    empty_text = _("Nobody you may see yet. People appear here once they confirmed a signature.")

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("merge/<int:pk>/", MergeView.as_view(), name="merge")]


# --- Consent wordings ----------------------------------------------------------------------------


class ConsentTextIndexView(VersionsIndexView):
    space = "staff_consent_texts"
    publish_right = "people.add_consenttext"
    publish_label = _("Publish a wording")


class PublishView(FormScreen):
    right = "people.add_consenttext"
    index = ("staff_consent_texts:index", _("Consent wordings"))
    page_title = _("Publish a wording")
    header_icon = "doc-full"
    submit_label = _("Publish")

    def make_form(self, data: Any = None) -> ConsentTextForm:
        start = version_to_start_from(self.request, ConsentText.objects.visible_to(self.request.user))
        return ConsentTextForm(data, user=self.request.user, start=start)

    def save(self, form: ConsentTextForm) -> HttpResponse:
        text = publish_consent_text(by=self.request.user, **form.cleaned_data)
        messages.success(
            self.request,
            gettext("Version %(version)s is in force. People who agreed to an earlier one agreed to that one.")
            % {"version": text.version},
        )
        return redirect("staff_consent_texts:inspect", text.pk)


class ConsentTextInspectView(ScopedInspectView):
    labels = {"scope": _("For"), "body": _("Wording"), "created_at": _("Published")}

    def get_scope_display_value(self) -> str:
        return self.object.scope or gettext("all campaigns")

    def get_language_display_value(self) -> str:
        return language_name(self.object.language)

    def get_body_display_value(self) -> SafeString:
        return in_its_language(self.object.body, self.object.language)

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("people.add_consenttext"):
            return []
        url = f"{reverse('staff_consent_texts:publish')}?from={self.object.pk}"
        return [HeaderButton(_("Publish a new version"), url=url, icon_name="plus")]


class ConsentTextViewSet(ScopedViewSet):
    model = ConsentText
    name = "consent-wordings"
    url_namespace = "staff_consent_texts"
    icon = "doc-full"
    screens = frozenset({"index", "index_results", "inspect"})
    related = ("organisation",)
    list_display = [
        TitleColumn(
            "body",
            label=_("Wording"),
            accessor=lambda row: in_its_language(row.body[:120], row.language),
            get_url=lambda row: reverse("staff_consent_texts:inspect", args=[row.pk]),
        ),
        Column("organisation", label=_("Organisation")),
        Column("purpose", label=_("Purpose"), accessor="get_purpose_display"),
        Column("channel", label=_("Channel"), accessor="get_channel_display"),
        Column("scope", label=_("For"), accessor=lambda row: row.scope or gettext("all campaigns")),
        Column("language", label=_("Language"), accessor=lambda row: language_name(row.language)),
        Column("version", label=_("Version")),
        DayColumn("created_at", label=_("Published")),
    ]
    inspect_view_fields = [
        "organisation", "purpose", "channel", "scope", "language", "version", "body", "created_at",
    ]  # fmt: skip
    index_view_class = ConsentTextIndexView
    inspect_view_class = ConsentTextInspectView
    empty_text = _("No wording is published: forms ask no consent, so nobody can be written to. Publish one.")

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("publish/", PublishView.as_view(), name="publish")]


# --- Suppressions --------------------------------------------------------------------------------


class SuppressionIndexView(KeysetIndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("people.add_suppression"):
            return []
        url = reverse("staff_suppressions:stop")
        return [HeaderButton(_("Stop an address"), url=url, icon_name="plus")]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        may = self.request.user.has_perm("people.change_suppression")
        for row in context["object_list"]:
            row.may_lift = may and row.lifted_at is None
        return context


class StopView(FormScreen):
    right = "people.add_suppression"
    index = ("staff_suppressions:index", _("Suppressions"))
    page_title = _("Stop an address")
    header_icon = "cross"
    submit_label = _("Stop everything to it")

    def make_form(self, data: Any = None) -> SuppressionForm:
        return SuppressionForm(data)

    def save(self, form: SuppressionForm) -> HttpResponse:
        at = timezone.now()
        stop = suppress_address(
            channel=Channel(form.cleaned_data["channel"]),
            canonical=form.cleaned_data["address"],
            reason=SuppressionReason(form.cleaned_data["reason"]),
            by=self.request.user,
            at=at,
        )
        messages.success(self.request, gettext("Nothing is sent to this address any more."))
        if import_string(settings.MAY_BE_UNDER_WAY)([stop.address_index], at=at):
            messages.warning(self.request, gettext("One message may already be under way to it."))
        return redirect("staff_suppressions:index")


class LiftView(FormScreen):
    right = "people.change_suppression"
    index = ("staff_suppressions:index", _("Suppressions"))
    page_title = _("Lift a suppression")
    header_icon = "rotate"
    submit_label = _("Lift it")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.suppression = get_object_or_404(Suppression.objects.visible_to(request.user), pk=kwargs["pk"])  # type: ignore[arg-type]
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> LiftForm:
        return LiftForm(data)

    def save(self, form: LiftForm) -> HttpResponse:
        lift_suppression(
            suppression=self.suppression,
            reason=LiftReason(form.cleaned_data["reason"]),
            by=self.request.user,
            at=timezone.now(),
        )
        messages.success(self.request, gettext("The stop is lifted. Consent is asked again before anything is sent."))
        return redirect("staff_suppressions:index")


class LiftColumn(Column):
    cell_template_name = "people/staff/lift_cell.html"


class SuppressionViewSet(ScopedViewSet):
    model = Suppression
    name = "suppressions"
    url_namespace = "staff_suppressions"
    icon = "cross"
    screens = frozenset({"index", "index_results"})
    lists_people = True
    list_display = [
        MomentColumn("at", label=_("Since")),
        Column("channel", label=_("Channel"), accessor="get_channel_display"),
        Column("reason", label=_("Reason"), accessor="get_reason_display"),
        Column("address", label=_("Address (hashed)"), accessor=lambda row: f"{row.address_index[:8]}…"),
        LiftColumn("lifted_at", label=_("Lifted")),
    ]
    list_filter = ["channel", "reason"]
    index_view_class = SuppressionIndexView
    empty_text = _("No address is stopped. Somebody who asks by telephone never to be written to is added here.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("stop/", StopView.as_view(), name="stop"),
            path("lift/<int:pk>/", LiftView.as_view(), name="lift"),
        ]
