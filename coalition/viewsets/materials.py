"""Materials for partners: the coordinator's list, one material with its languages, and what is put up."""

from typing import TYPE_CHECKING, Any, cast

import django_filters
from django import forms
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from accounts.enums import Role
from campaigns.models import Campaign
from coalition.actions.materials import (
    NotOfThisKindError,
    RetiredError,
    bring_back,
    publish_file,
    publish_text,
    retire_material,
    take_back,
)
from coalition.material_enums import MaterialKind
from coalition.models import Material, MaterialDownload, MaterialVersion
from coalition.selectors.material_links import brought_by_links
from coalition.selectors.materials import downloads_by, languages_of, taken_of, with_downloads
from coalition.viewsets.material_downloads import DownloadsFileView, DownloadsView
from coalition.viewsets.material_forms import FileForm, MaterialForm, TextForm, language_choices, unlisted
from core.lists import listed
from core.staff_page import StaffPage
from core.staff_views import KeysetIndexView, ScopedCreateView, ScopedEditView, ScopedViewSet, refuse
from places.country_names import country_name

if TYPE_CHECKING:
    from accounts.models import User

_STATE = [("offered", pgettext_lazy("a material", "offered")), ("retired", pgettext_lazy("a material", "retired"))]
TRAIL = (("staff_materials:index", _("Materials")),)


class MaterialFilterSet(WagtailFilterSet):
    """Kind, campaign, a language it has, a language it lacks, and whether it is offered."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=MaterialKind.choices)
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"),
        queryset=lambda request: Campaign.objects.filter(
            pk__in=Material.objects.visible_to(request.user).values("campaign")
        ),
    )
    language = django_filters.ChoiceFilter(label=_("Has the language"), choices=language_choices, method="by_language")
    lacks = django_filters.ChoiceFilter(label=_("Lacks the language"), choices=language_choices, method="by_language")
    state = django_filters.ChoiceFilter(label=_("State"), choices=_STATE, method="by_state")

    def by_language(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        has = Exists(MaterialVersion.objects.filter(material=OuterRef("pk"), language=value, ended_at__isnull=True))
        return rows.filter(has) if name == "language" else rows.exclude(has)

    def by_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(retired_at__isnull=value == "offered")

    class Meta:
        model = Material
        fields: list[str] = []


class MaterialIndexView(KeysetIndexView):
    is_searchable = True

    def get_base_queryset(self) -> QuerySet[Any]:
        return with_downloads(super().get_base_queryset())

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(title__icontains=self.search_query) if self.is_searching else queryset

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        known = languages_of(context["object_list"])
        for material in context["object_list"]:
            material.shown_languages = known[material.pk]
        return context

    def get_edit_url(self, instance: Any) -> str | None:
        return None  # the title leads to the material's own page, where the button to change it stands

    @cached_property
    def header_buttons(self) -> list[Any]:
        url = reverse("staff_materials:downloads")
        return [*super().header_buttons, HeaderButton(_("Downloads"), url=url, icon_name="download")]


def _missing(material: Any) -> str:
    return "" if material.retired_at else listed(material.shown_languages.missing)


class MaterialCreateView(ScopedCreateView):
    def get_success_url(self) -> str:
        return reverse("staff_materials:material", args=[self.object.pk])


class MaterialEditView(ScopedEditView):
    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Who puts up a version takes turns at this row: what the form asks of its versions stays so until it is saved.
        Material.objects.select_for_update(of=("self",), no_key=True).filter(pk=kwargs["pk"]).first()
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response

    def get_success_url(self) -> str:
        return reverse("staff_materials:material", args=[self.object.pk])


class MaterialView(StaffPage):
    """One material: its languages, what is put up, how often it was taken; ``do`` names the button."""

    permission = "coalition.view_material"
    template_name = "coalition/staff/material.html"
    trail = TRAIL
    header_icon = "doc-full-inverse"

    @cached_property
    def material(self) -> Material:
        user: Any = self.request.user
        seen = Material.objects.visible_to(user).select_related("campaign")
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    @cached_property
    def may_change(self) -> bool:
        user: Any = self.request.user
        is_theirs = Material.objects.changeable_by(user).filter(pk=self.material.pk).exists()
        return is_theirs and user.has_perm("coalition.change_material")

    def get_page_title(self) -> str:
        return self.material.title

    def get_page_subtitle(self) -> str:
        return self.material.campaign.title

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.material and not self.may_change:
            return refuse(request)
        buttons = {"put_up": self.put_up, "take_back": self.take_back, "retire": self.retire, "bring_back": self.bring}
        press = buttons.get(request.POST.get("do", ""))
        return press(cast("User", request.user)) if press is not None else redirect(request.path)

    def put_up(self, user: "User") -> HttpResponse:
        form = self.make_form(bound=True)
        if form.is_valid():
            told = form.cleaned_data
            shared: dict[str, Any] = {
                "material": self.material, "language": told["language"], "by": user, "at": timezone.now(),
            }  # fmt: skip
            try:
                if self.material.is_text:
                    publish_text(text=told["text"], **shared)
                else:
                    publish_file(received=told["file"], **shared)
            except (RetiredError, NotOfThisKindError):
                form.add_error(None, gettext("Somebody changed this material meanwhile. Look at it anew."))
            else:
                return self.done(gettext("It is offered to the partners from now on."))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def take_back(self, user: "User") -> HttpResponse:
        row = self.request.POST.get("row", "")
        if not (row.isascii() and row.isdecimal() and len(row) < 19):
            raise Http404
        version = get_object_or_404(self.material.versions.select_related("material"), pk=int(row))
        take_back(version=version, by=user, at=timezone.now())
        return self.done(gettext("It is offered no longer in this language."))

    def retire(self, user: "User") -> HttpResponse:
        retire_material(material=self.material, by=user, at=timezone.now())
        return self.done(gettext("Retired: partners see it no longer."))

    def bring(self, user: "User") -> HttpResponse:
        bring_back(material=self.material, by=user)
        return self.done(gettext("It is offered again."))

    def done(self, said: str) -> HttpResponse:
        messages.success(self.request, said)
        return redirect(self.request.path)

    def make_form(self, *, bound: bool = False) -> forms.Form:
        form_class: type[forms.Form] = TextForm if self.material.is_text else FileForm
        return form_class(self.request.POST, self.request.FILES) if bound else form_class()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        material = self.material
        versions = list(material.versions.select_related("uploaded_by"))
        taken = taken_of(versions)
        for version in versions:
            version.taken = taken.get(version.pk, 0)  # type: ignore[attr-defined]
        counts = MaterialDownload.objects.visible_to(user).filter(version__material=material)
        return {
            "form": self.make_form(),
            **super().get_context_data(**kwargs),
            "material": material,
            "may_change": self.may_change,
            "may_put_up": self.may_change and material.retired_at is None,
            "offered": [version for version in versions if version.ended_at is None],
            "older": [version for version in versions if version.ended_at is not None],
            "missing": languages_of([material])[material.pk].missing,
            "partners": downloads_by(counts, "partner")[:20],
            "brought": brought_by_links(user, material, at=timezone.now()),
            "countries": listed(country_name(code) for code in unlisted(material.countries)),
            "roles": listed(Role(role).label for role in unlisted(material.roles)),
            "total": sum(taken.values()),
        }


class MaterialViewSet(ScopedViewSet):
    model = Material
    name = "materials"
    url_namespace = "staff_materials"
    icon = "doc-full-inverse"
    menu_label = _("Materials")
    screens = frozenset({"index", "index_results", "add", "edit", "history", "history_results"})
    related = ("campaign",)
    list_display = [
        TitleColumn("title", label=_("Title"), get_url=lambda row: reverse("staff_materials:material", args=[row.pk])),
        Column("campaign", label=_("Campaign")),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("languages", label=_("Languages"), accessor=lambda row: listed(row.shown_languages.offered) or "–"),
        Column("missing", label=_("Missing"), accessor=_missing),
        Column("taken", label=_("Downloads")),
        Column(
            "state",
            label=_("State"),
            accessor=lambda row: dict(_STATE)["retired" if row.retired_at else "offered"],
        ),
    ]
    filterset_class = MaterialFilterSet
    index_view_class = MaterialIndexView
    add_view_class = MaterialCreateView
    edit_view_class = MaterialEditView
    empty_text = _("There are no materials yet. Add a flyer, a picture or a text, then put it up language by language.")
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("campaign"),
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("position")]),
                    FieldPanel("description"),
                ],
                heading=_("What it is"),
            ),
            MultiFieldPanel([FieldPanel("for_countries"), FieldPanel("for_roles")], heading=_("For whom")),
        ],
        base_form_class=MaterialForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("material/<int:pk>/", MaterialView.as_view(), name="material"),
            path("downloads/", DownloadsView.as_view(), name="downloads"),
            path("downloads/<int:pk>.csv", DownloadsFileView.as_view(), name="downloads_file"),
        ]
