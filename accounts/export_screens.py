"""Staff screens of large exports: the question, the requests that wait, one request with its two buttons."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from accounts.actions.exports import DecidedAlreadyError, NotYoursToDecideError, ask_for_export, decide_export
from accounts.enums import ExportStatus
from accounts.models import ExportRequest
from accounts.selectors import deciders_of, export_requests_of, may_decide, to_decide
from core.staff_exports import AskedExport
from core.staff_page import StaffPage
from core.staff_views import refuse


class ReasonForm(forms.Form):
    """What somebody needs so many people's data for."""

    reason = forms.CharField(
        label=_("What do you need it for?"),
        max_length=500,
        min_length=10,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The second person reads this and decides. Name nobody whose data it is."),
    )


class RefusalForm(forms.Form):
    note = forms.CharField(label=_("Why not"), max_length=300, required=False)


class AskView(StaffPage):
    """Instead of an export that is too large for one person: what that means, and the words for a second one."""

    template_name = "accounts/exports/ask.html"
    page_title = _("This export needs a second person")
    header_icon = "download"
    asked: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.permission = self.asked.permission
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, user, asked = timezone.now(), self.request.user, self.asked
        rows = ExportRequest.objects.standing(at).filter(asker=user.pk, fingerprint=asked.fingerprint)
        return {
            "form": ReasonForm(),
            **super().get_context_data(**kwargs),
            "asked": asked,
            "people": asked.people(None),
            "most": settings.EXPORT_APPROVAL_ROWS,
            "standing": rows.first(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, user = ReasonForm(request.POST), request.user
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        asked: AskedExport = self.asked
        made = ask_for_export(asked=asked, reason=form.cleaned_data["reason"], by=user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, gettext("Asked. You get a mail when a second person has decided."))
        return redirect("staff_exports:show", made.pk)


class ExportsView(StaffPage):
    """What waits for one's word, and what one asked for or decided."""

    permission = "wagtailadmin.access_admin"
    template_name = "accounts/exports/list.html"
    page_title = _("Large exports")
    header_icon = "download"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            **super().get_context_data(**kwargs),
            "waiting": to_decide(user, timezone.now()),
            "requests": export_requests_of(user),
        }


class ShowView(StaffPage):
    """One request: for its asker how it stands, for a second person the two buttons. Everybody else finds nothing."""

    permission = "wagtailadmin.access_admin"
    template_name = "accounts/exports/show.html"
    page_title = _("Large export")
    header_icon = "download"
    trail = (("staff_exports:index", _("Large exports")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = ExportRequest.objects.select_related("asker", "decided_by")
        self.row = get_object_or_404(rows, pk=kwargs["pk"])
        user: Any = request.user
        self.may_decide = may_decide(user, self.row)
        if not self.may_decide and user.pk != self.row.asker_id:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, row = timezone.now(), self.row
        is_own = row.asker_id == self.request.user.pk
        return {
            "form": RefusalForm(),
            **super().get_context_data(**kwargs),
            "row": row,
            "is_own": is_own,
            "is_waiting": ExportRequest.objects.waiting(at).filter(pk=row.pk).exists(),
            "is_usable": is_own and ExportRequest.objects.usable(at).filter(pk=row.pk).exists(),
            "has_lapsed": ExportRequest.objects.lapsed(at).filter(pk=row.pk).exists()
            or row.status == ExportStatus.EXPIRED,
            "may_decide": self.may_decide,
            "deciders": deciders_of(row) if is_own and row.status == ExportStatus.ASKED else [],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, user = RefusalForm(request.POST), request.user
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        is_approved = request.POST.get("decision") == "approve"
        try:
            decide_export(
                request=self.row,
                is_approved=is_approved,
                by=user,  # type: ignore[arg-type]
                at=timezone.now(),
                note=form.cleaned_data["note"],
            )
        except NotYoursToDecideError:
            return refuse(request)
        except DecidedAlreadyError:
            messages.error(request, gettext("Somebody decided before you, or the request has lapsed."))
        else:
            told = gettext("Approved. The asker was told.") if is_approved else gettext("Refused. The asker was told.")
            messages.success(request, told)
        return redirect("staff_exports:show", self.row.pk)


class ExportsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.view_membership")


class ExportsViewSet(ViewSet):
    name = "exports"
    url_namespace = "staff_exports"
    icon = "download"
    menu_label = _("Large exports")
    menu_item_class = ExportsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", ExportsView.as_view(), name="index"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
        ]
