"""Applications of organisations: the list, and the page on which one is answered."""

from typing import TYPE_CHECKING, Any, cast

import django_filters
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from accounts.actions.memberships import MayNotGrantError
from campaigns.models import Campaign
from coalition.actions.applications import (
    AlreadyAnsweredError,
    KnownOrganisationError,
    accept_application,
    refuse_application,
)
from coalition.forms import RefuseForm, TakeInForm
from coalition.models import PartnerApplication
from coalition.querysets import KEEPERS
from core import audit
from core.lists import listed
from core.staff_page import StaffPage
from core.staff_views import DayColumn, ScopedViewSet, refuse
from places import country_names
from places.languages import NAMES

if TYPE_CHECKING:
    from accounts.models import User


def country_name(row: PartnerApplication) -> str:
    return country_names.country_name(row.country)


class ApplicationFilterSet(WagtailFilterSet):
    """State, role, and one of the campaigns the viewer keeps."""

    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=lambda request: Campaign.objects.led_by(request.user, *KEEPERS)
    )

    class Meta:
        model = PartnerApplication
        fields = ["status", "role", "campaign"]


class ApplicationView(StaffPage):
    """One application, and the two answers to it."""

    permission = "coalition.view_partnerapplication"
    trail = (("staff_partner_applications:index", _("Applications")),)
    template_name = "coalition/staff/application.html"
    header_icon = "mail"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = PartnerApplication.objects.visible_to(user).select_related("campaign", "partnership", "decided_by")
        self.application = get_object_or_404(seen, pk=kwargs["pk"])
        may = user.has_perm("coalition.change_partnerapplication")
        rows = PartnerApplication.objects.changeable_by(user)
        self.may_answer = may and rows.filter(pk=self.application.pk).exists()
        if request.method == "POST" and not self.may_answer:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return self.application.organisation_name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        audit.record("coalition.application.viewed", by=request.user, target=self.application)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_refusal = request.POST.get("do") == "refuse"
        form = RefuseForm(request.POST) if is_refusal else self._take_in(request.POST)
        if not form.is_valid():
            name = "refuse_form" if is_refusal else "form"
            return self.render_to_response(self.get_context_data(**{name: form}), status=422)
        told: dict[str, Any] = {"application": self.application, "by": request.user, "at": timezone.now()}
        try:
            if is_refusal:
                refuse_application(reason=form.cleaned_data["reason"], **told)
                messages.success(request, gettext("The application is refused; the letter is on its way."))
            else:
                accept_application(**form.cleaned_data, **told)
                messages.success(request, gettext("The organisation takes part; its contact person is invited."))
        except AlreadyAnsweredError:
            messages.error(request, gettext("Somebody else has answered this application meanwhile."))
        except KnownOrganisationError:
            said = gettext("An organisation of this name is known: choose it, or say that this is another one.")
            messages.error(request, said)
        except MayNotGrantError:
            messages.error(request, gettext("You may not invite people for this organisation. Nothing was changed."))
        return redirect("staff_partner_applications:application", self.application.pk)

    def _take_in(self, data: Any = None) -> TakeInForm:
        return TakeInForm(data, application=self.application, user=cast("User", self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        application = self.application
        context = {
            **super().get_context_data(**kwargs),
            "application": application,
            "country": country_name(application),
            "languages": listed([NAMES.get(code, code) for code in application.languages]),
            "may_answer": self.may_answer and application.status == "open",
        }
        context.setdefault("form", self._take_in())
        context.setdefault("refuse_form", RefuseForm())
        return context


class ApplicationViewSet(ScopedViewSet):
    model = PartnerApplication
    name = "partner-applications"
    url_namespace = "staff_partner_applications"
    icon = "mail"
    menu_label = _("Applications")
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("campaign",)
    filterset_class = ApplicationFilterSet
    list_display = [
        TitleColumn(
            "organisation_name",
            label=_("Organisation"),
            get_url=lambda row: reverse("staff_partner_applications:application", args=[row.pk]),
        ),
        Column("country", label=_("Country"), accessor=country_name),
        Column("role", label=_("Role it wishes"), accessor="get_role_display"),
        Column("campaign", label=_("Campaign")),
        DayColumn("applied_at", label=_("Applied")),
        Column("status", label=_("State"), accessor="get_status_display"),
    ]
    search_fields = ["organisation_name"]
    empty_text = _(
        "No organisation has applied. The form stands on the campaign's page once “Rules for partners” allow it."
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("application/<int:pk>/", ApplicationView.as_view(), name="application"),
        ]
