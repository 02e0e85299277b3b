"""The record of processing in the staff area: to read, to complete, and to take out for the authority."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from accounts.models import Organisation
from core.staff_page import StaffPage
from core.staff_views import RefusalPageMixin, refuse
from rights.actions.record import ChangedMeanwhileError, save_details, take_record
from rights.record import record_of, state_of, version_of
from rights.record_forms import RecordForms
from rights.record_paper import record_csv, record_pdf, version_in_words
from rights.record_querysets import recorded_organisations

TITLE = _("Record of processing")
VIEW, CHANGE = "rights.view_recorddetails", "rights.change_recorddetails"


class IndexView(StaffPage):
    """The organisations whose record one keeps; with one alone, its record at once."""

    permission = VIEW
    page_title = TITLE
    header_icon = "doc-full"
    template_name = "rights/staff/records.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        found = list(recorded_organisations(user).order_by("name"))
        if len(found) == 1:
            return redirect("staff_record:show", found[0].pk)
        return self.render_to_response(self.get_context_data(organisations=found))


class RecordPage(StaffPage):
    """A page of one organisation's record: 404 for whoever does not keep it."""

    permission = VIEW
    page_title = TITLE
    header_icon = "doc-full"
    trail = (("staff_record:index", TITLE),)
    organisation: Organisation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm(self.permission):
            return refuse(request)
        self.organisation = get_object_or_404(recorded_organisations(user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return str(self.organisation)


class ShowView(RecordPage):
    template_name = "rights/staff/record.html"

    @property
    def header_buttons(self) -> list[Any]:
        address = [self.organisation.pk]
        buttons = [
            HeaderButton("PDF", url=reverse("staff_record:pdf", args=address), icon_name="download"),
            HeaderButton("CSV", url=reverse("staff_record:csv", args=address), icon_name="table"),
        ]
        if self.request.user.has_perm(CHANGE):
            url = reverse("staff_record:details", args=address)
            buttons.insert(0, HeaderButton(_("Complete it"), url=url, icon_name="edit"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last, is_current = version_of(self.organisation)
        return {
            **super().get_context_data(**kwargs),
            "record": record_of(self.organisation),
            "organisation": self.organisation,
            "version": version_in_words(last) if last else "",
            "is_current": is_current,
        }


class DetailsView(RecordPage):
    """What only people know: the officer, the representative, the providers and their countries."""

    permission = CHANGE
    page_title = _("Complete the record")
    template_name = "rights/staff/record_details.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seen = state_of(self.organisation)  # before what it stands for: what changes between the two is refused
        return self._shown(RecordForms(self.organisation), seen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        forms, seen = RecordForms(self.organisation, request.POST), request.POST.get("seen", "")
        if not forms.is_valid():
            return self._shown(forms, seen, status=422)
        try:
            save_details(
                organisation=self.organisation,
                told=forms.details.cleaned_data,
                providers={form.kind: form.cleaned_data for form in forms.providers},  # type: ignore[misc]
                seen=seen,
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhileError:
            forms.details.add_error(
                None,
                gettext(
                    "Somebody changed this page after you opened it. Open it again in another tab, compare, and bring "
                    "over what is yours."
                ),
            )
            return self._shown(forms, seen, status=422)
        messages.success(request, gettext("Kept. The record says it now."))
        return redirect("staff_record:show", self.organisation.pk)

    def _shown(self, forms: RecordForms, seen: str, status: int = 200) -> HttpResponse:
        context = self.get_context_data(forms=forms, seen=seen, organisation=self.organisation)
        return self.render_to_response(context, status=status)


class TakeView(RefusalPageMixin, View):
    """The record as a file; it bears a version, and that it was taken is written down."""

    http_method_names = ["get", "options"]
    kind = "pdf"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm(VIEW):
            return refuse(request)
        organisation = get_object_or_404(recorded_organisations(user), pk=pk)
        if "prefetch" in request.headers.get("Sec-Purpose", ""):
            return HttpResponse(status=503, headers={"Cache-Control": "no-store"})  # nobody has asked for it yet
        record, version = take_record(organisation=organisation, by=user, at=timezone.now())
        is_pdf = self.kind == "pdf"
        response = HttpResponse(
            record_pdf(record, version) if is_pdf else record_csv(record, version),
            content_type="application/pdf" if is_pdf else "text/csv; charset=utf-8",
        )
        name = f"record-of-processing-{organisation.slug}-v{version.number}.{self.kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


class RecordMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(VIEW))


class RecordViewSet(ViewSet):
    name = "record"
    url_prefix = "record-of-processing"
    url_namespace = "staff_record"
    icon = "doc-full"
    menu_label = TITLE
    menu_name = "record-of-processing"
    menu_order = 895
    menu_item_class = RecordMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        return [
            path("", IndexView.as_view(), name="index"),
            path("<int:pk>/", ShowView.as_view(), name="show"),
            path("<int:pk>/details/", DetailsView.as_view(), name="details"),
            path("<int:pk>/record.pdf", TakeView.as_view(kind="pdf"), name="pdf"),
            path("<int:pk>/record.csv", TakeView.as_view(kind="csv"), name="csv"),
        ]
