"""Taking fraudulent signatures out of the count: look, name the condition, see what it would do, do it, undo it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.admin.widgets.button import HeaderButton

from campaigns.actions.invalidation import (
    Conditions,
    NoCondition,
    NothingMatches,
    invalidate_signatures,
    preview_invalidation,
    undo_invalidation,
)
from campaigns.models import Invalidation, Petition
from campaigns.selectors.suspicion import frequent_origins
from campaigns.viewsets.signatures import country_name
from core.lists import listed
from core.staff_views import KeysetIndexView, MomentColumn, RefusalPageMixin, ScopedViewSet, refuse

HOURS = (1, 6, 24, 72, 168)
_CONDITIONS = ("address_hash", "email_domain", "confirmed_from", "confirmed_to")


class InvalidationForm(forms.Form):
    """Which signatures, and why. At least one condition."""

    petition = forms.ModelChoiceField(label=_("Petition"), queryset=Petition.objects.none())
    address_hash = forms.RegexField(
        r"^[0-9a-f]{32}$",
        label=_("Address hash"),
        required=False,
        help_text=_("The keyed hash of a network address, 32 letters and digits; choose it from the list."),
    )
    email_domain = forms.CharField(
        label=_("E-mail domain"), required=False, max_length=120, help_text=_("What stands behind the @.")
    )
    confirmed_from = forms.DateTimeField(label=_("Signed from"), required=False, widget=AdminDateTimeInput)
    confirmed_to = forms.DateTimeField(
        label=_("Signed before"),
        required=False,
        widget=AdminDateTimeInput,
        help_text=_("Empty: up to the moment of the preview."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For your colleagues and whoever checks the count later. No names."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["petition"].queryset = Petition.objects.changeable_by(user)  # type: ignore[attr-defined]

    def clean_email_domain(self) -> str:
        typed: str = self.cleaned_data["email_domain"]
        return typed.strip().lower().rpartition("@")[2]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("confirmed_from"), cleaned.get("confirmed_to")
        if start and end and end <= start:
            self.add_error("confirmed_to", _("The end lies before the beginning."))
        if not self.errors and not any(cleaned.get(name) for name in _CONDITIONS):
            raise forms.ValidationError(
                _("Give at least one condition: an address hash, a domain or a time. All of it is never meant.")
            )
        return cleaned

    def conditions(self, *, until: Any) -> Conditions:
        """Return the valid form's conditions; without an end they end at ``until``: what was previewed is meant."""
        told = {name: self.cleaned_data[name] for name in _CONDITIONS if self.cleaned_data[name]}
        return Conditions(**{"confirmed_to": until, **told})


class InvalidateView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """The form with what is frequent lately beside it; then the preview; then the deed."""

    template_name = "campaigns/staff/invalidate.html"
    page_title = _("Take signatures out of the count")
    header_icon = "warning"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("campaigns.add_invalidation"):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("staff_invalidations:index"), "label": _("Invalidations")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    @cached_property
    def petition(self) -> Petition | None:
        """The petition whose frequent origins are shown: the one asked for, else the only or first one."""
        mine = Petition.objects.changeable_by(self.request.user)  # type: ignore[arg-type]
        wanted = self.request.GET.get("petition", "")
        if wanted:
            return get_object_or_404(mine, pk=wanted) if wanted.isdecimal() and len(wanted) < 19 else None
        return mine.order_by("-pk").first()

    @property
    def hours(self) -> int:
        wanted = self.request.GET.get("hours", "")
        return int(wanted) if wanted.isdecimal() and int(wanted) in HOURS else 24

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        initial = {name: request.GET[name] for name in ("address_hash", "email_domain") if request.GET.get(name)}
        if self.petition:
            initial["petition"] = str(self.petition.pk)
        form = InvalidationForm(user=request.user, initial=initial)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = InvalidationForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        if request.POST.get("step") == "edit":
            return self.render_to_response(self.get_context_data(form=form))
        now = timezone.now()
        stated = parse_datetime(request.POST.get("until", "")) if request.POST.get("step") == "apply" else None
        until = stated if stated and timezone.is_aware(stated) and stated <= now else now
        petition, conditions = form.cleaned_data["petition"], form.conditions(until=until)
        if stated and until == stated:
            return self._apply(petition, conditions, form.cleaned_data["reason"])
        preview = preview_invalidation(petition=petition, conditions=conditions)
        return self.render_to_response(
            self.get_context_data(form=form, preview=preview, chosen=petition, conditions=conditions, until=until)
        )

    def _apply(self, petition: Petition, conditions: Conditions, reason: str) -> HttpResponse:
        try:
            done = invalidate_signatures(
                petition=petition,
                conditions=conditions,
                reason=reason,
                by=self.request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except NothingMatches:
            messages.warning(self.request, gettext("No counting signature meets these conditions any more."))
        else:
            text = ngettext(
                "%(count)s signature was taken out of the count. The figures follow within a minute.",
                "%(count)s signatures were taken out of the count. The figures follow within a minute.",
                done.count,
            )
            messages.success(self.request, text % {"count": done.count})
        return redirect("staff_invalidations:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        preview = kwargs.get("preview")
        if preview is None:
            petition = self.petition
            context["petition"], context["hours"], context["choices_of_hours"] = petition, self.hours, HOURS
            if petition:
                context["suspicion"] = frequent_origins(petition, hours=self.hours, at=timezone.now())
            context["petitions"] = Petition.objects.changeable_by(self.request.user)  # type: ignore[arg-type]
        else:
            context["by_country"] = [(country_name(code), count) for code, count in preview.by_country]
            context["index_url"] = reverse("staff_invalidations:index")
        form = context["form"]
        context["media"] = form.media
        return context


def describe_conditions(invalidation: Invalidation) -> str:
    """Return what the conditions were, for people."""
    labels = {
        "address_hash": gettext("address %(value)s"),
        "email_domain": gettext("domain %(value)s"),
        "confirmed_from": gettext("from %(value)s"),
        "confirmed_to": gettext("before %(value)s"),
    }
    try:
        stored = Conditions.from_json(invalidation.conditions)
    except (NoCondition, TypeError):
        return ""
    parts = []
    for name in stored.names:
        value = getattr(stored, name)
        if name == "address_hash":
            value = f"{value[:8]}…"
        elif not isinstance(value, str):
            value = f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        parts.append(labels[name] % {"value": value})
    return listed(parts)


class UndoColumn(Column):
    cell_template_name = "campaigns/staff/undo_cell.html"


class InvalidationIndexView(KeysetIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        may = self.request.user.has_perm("campaigns.change_invalidation")
        for row in context["object_list"]:
            row.may_undo = may and row.undone_at is None and row.pk in self.changeable_on_page
        return context

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("campaigns.add_invalidation"):
            return []
        return [HeaderButton(InvalidateView.page_title, url=reverse("staff_invalidations:new"), icon_name="plus")]


class UndoView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """Ask once, then give every signature back as it was."""

    template_name = "campaigns/staff/undo_invalidation.html"
    page_title = _("Undo")
    header_icon = "rotate"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pk = kwargs["pk"]
        self.invalidation = get_object_or_404(Invalidation.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
        may = request.user.has_perm("campaigns.change_invalidation")
        if not may or not Invalidation.objects.changeable_by(request.user).filter(pk=pk).exists():  # type: ignore[arg-type]
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("staff_invalidations:index"), "label": _("Invalidations")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        described = describe_conditions(self.invalidation)
        return {**super().get_context_data(**kwargs), "invalidation": self.invalidation, "conditions": described}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        count = undo_invalidation(invalidation=self.invalidation, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        text = ngettext(
            "%(count)s signature has its earlier status back. The figures follow within a minute.",
            "%(count)s signatures have their earlier status back. The figures follow within a minute.",
            count,
        )
        messages.success(request, text % {"count": count})
        return redirect("staff_invalidations:index")


class InvalidationViewSet(ScopedViewSet):
    model = Invalidation
    name = "invalidations"
    url_namespace = "staff_invalidations"
    icon = "warning"
    screens = frozenset({"index", "index_results"})
    related = ("petition", "by")
    list_display = [
        MomentColumn("created_at", label=_("When")),
        Column("petition", label=_("Petition")),
        Column("count", label=_("Signatures")),
        Column("conditions", label=_("Conditions"), accessor=describe_conditions),
        Column("reason", label=_("Reason")),
        Column("by", label=_("Who")),
        UndoColumn("undone_at", label=_("Undone")),
    ]
    index_view_class = InvalidationIndexView
    empty_text = _(
        "No signature was ever taken out of the count. When many come from one place in a short time, look here first."
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("new/", InvalidateView.as_view(), name="new"),
            path("undo/<int:pk>/", UndoView.as_view(), name="undo"),
        ]
