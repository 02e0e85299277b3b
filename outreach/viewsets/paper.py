"""Paper batches: handing out, the log from hand to hand, counts, the clock of destruction. Never what is on a sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
import segno
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from accounts.models import Organisation
from campaigns.initiative_rules import country_rules
from campaigns.models import Initiative
from core.staff_page import StaffPage
from core.staff_views import DayColumn, KeysetIndexView, ScopedCreateView, ScopedViewSet, refuse
from outreach.actions import paper
from outreach.enums import BatchStatus
from outreach.forms.paper import (
    CountForm,
    DatesForm,
    DestroyForm,
    IssueForm,
    LoseForm,
    PassOnForm,
    ReturnForm,
    SendForm,
)
from outreach.models import PaperBatch
from outreach.selectors.paper import alarms_for, hand_over_log
from places.selectors import name_of

TRAIL = (("staff_paper:index", _("Paper batches")),)
RELATED = ("initiative__campaign", "organisation", "holder__supporter", "acceptance__text")


@dataclass(frozen=True)
class Step:
    """One thing that can be written down about a batch: in which states, with which form, by which action."""

    name: str
    label: str | Promise
    statuses: frozenset[BatchStatus]
    form: type[forms.Form]
    run: Callable[..., PaperBatch]


def _destroy(*, batch: PaperBatch, on: Any, method: str, witness: str, note: str, by: Any, at: Any) -> PaperBatch:
    return paper.destroy_batch(batch=batch, evidence=paper.Destruction(on, method, witness), note=note, by=by, at=at)


def _pass_on(*, batch: PaperBatch, holder: Any, note: str, by: Any, at: Any) -> PaperBatch:
    return paper.pass_on_batch(batch=batch, to=holder, note=note, by=by, at=at)


def _set_dates(*, batch: PaperBatch, due_back: Any, destroy_by: Any, by: Any, at: Any) -> PaperBatch:
    return paper.set_batch_dates(batch=batch, due_back=due_back, destroy_by=destroy_by, by=by)


_OUT, _BACK = BatchStatus.ISSUED, BatchStatus.RETURNED
STEPS = (
    Step("return", _("They came back"), frozenset({_OUT, BatchStatus.LOST}), ReturnForm, paper.return_batch),
    Step("count", _("They were counted"), frozenset({_OUT, _BACK}), CountForm, paper.count_batch),
    Step("pass_on", _("They went to somebody else"), frozenset({_OUT}), PassOnForm, _pass_on),
    Step("send", _("They were handed to the organisers"), frozenset({_BACK}), SendForm, paper.send_batch),
    Step("destroy", _("They were destroyed"), frozenset({_BACK, BatchStatus.SENT}), DestroyForm, _destroy),
    Step("lose", _("They are lost"), frozenset({_OUT, _BACK}), LoseForm, paper.lose_batch),
    Step("dates", _("Other deadlines"), frozenset(BatchStatus) - {BatchStatus.DESTROYED}, DatesForm, _set_dates),
)


class BatchView(StaffPage):
    """One batch: where it is, what was written down, and what can be written down next."""

    template_name = "outreach/staff/batch.html"
    permission = "outreach.view_paperbatch"
    header_icon = "doc-full"
    trail = TRAIL

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = PaperBatch.objects.visible_to(user).select_related(*RELATED)
        self.batch = get_object_or_404(seen, pk=kwargs["pk"])
        may = user.has_perm("outreach.change_paperbatch")
        self.may_change = may and PaperBatch.objects.changeable_by(user).filter(pk=self.batch.pk).exists()
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return gettext("Batch %(number)s") % {"number": self.batch}

    def _form(self, step: Step, posted: Any = None) -> forms.Form:
        batch = self.batch
        told: dict[str, Any] = {"prefix": step.name}
        if step.form is PassOnForm:
            told |= {"batch": batch, "user": self.request.user}
        initial = {
            "due_back": batch.due_back_date,
            "destroy_by": batch.destroy_by_date,
            "sheets": batch.sheets,
            "support_count": batch.support_count,
            "on": timezone.localdate(),
        }
        return step.form(posted, initial=initial, **told)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        failed: forms.Form | None = kwargs.pop("failed", None)
        steps = [
            (step, failed if failed is not None and failed.prefix == step.name else self._form(step))
            for step in STEPS
            if self.may_change and self.batch.status in step.statuses
        ]
        planned = paper.destruction_deadline(self.batch.initiative)
        return {
            **super().get_context_data(**kwargs),
            "batch": self.batch,
            "steps": steps,
            "failed": failed,
            "log": hand_over_log(self.batch),
            "country": name_of(self.batch.nationality),
            "rule": country_rules().get(self.batch.nationality),
            "planned": planned if planned != self.batch.destroy_by_date else None,
            "alarms": [
                alarm
                for alarm in alarms_for(self.request.user, on=timezone.localdate())  # type: ignore[arg-type]
                if alarm.batch.pk == self.batch.pk
            ],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = next((each for each in STEPS if each.name == request.POST.get("do")), None)
        if step is None:
            return redirect("staff_paper:batch", pk=self.batch.pk)
        form = self._form(step, request.POST)
        if form.is_valid():
            try:
                step.run(batch=self.batch, by=request.user, at=timezone.now(), **form.cleaned_data)
            except (paper.BatchRefused, paper.AgreementMissing) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, gettext("Written down."))
                return redirect("staff_paper:batch", pk=self.batch.pk)
        return self.render_to_response(self.get_context_data(failed=form), status=422)


class CoverView(BatchView):
    """The cover sheet for the printer: number, code, QR code, rules. No name: sheets may lie about."""

    template_name = "outreach/staff/batch_cover.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = settings.PUBLIC_URL + reverse("staff_paper:by_code", args=[self.batch.code])
        return {**super().get_context_data(**kwargs), "qr": qr_code(url), "url": url}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("staff_paper:cover", pk=self.batch.pk)


def qr_code(url: str) -> SafeString:
    """Return a QR code as SVG for a page."""
    drawn = segno.make(url, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn from an address of our own, escaped by segno


class ByCodeView(StaffPage):
    """Whoever scans a cover sheet comes to its batch."""

    permission = "outreach.view_paperbatch"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        batch = get_object_or_404(PaperBatch.objects.visible_to(user), code=kwargs["code"].upper())
        return redirect("staff_paper:batch", pk=batch.pk)


class DueView(StaffPage):
    """What is overdue or must be destroyed, the most urgent first."""

    template_name = "outreach/staff/paper_due.html"
    permission = "outreach.view_paperbatch"
    header_icon = "warning"
    page_title = _("Paper that waits for you")
    trail = TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        return {**super().get_context_data(**kwargs), "alarms": alarms_for(user, on=timezone.localdate())}


class IssueView(ScopedCreateView):
    page_title = _("Hand out paper forms")
    template_name = "wagtailadmin/generic/create.html"

    def save_instance(self) -> Any:
        told = self.form.cleaned_data
        return paper.issue_batch(
            initiative=told["initiative"],
            holder=told["holder"],
            nationality=told["nationality"],
            sheets=told["sheets"],
            due_back=told["due_back_date"],
            by=self.request.user,
            at=timezone.now(),
        )

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except (paper.AgreementMissing, paper.BatchRefused) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)

    def get_edit_url(self) -> str:
        return reverse("staff_paper:batch", args=[self.object.pk])

    def get_success_url(self) -> str:
        return reverse("staff_paper:batch", args=[self.object.pk])


class BatchIndexView(KeysetIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        language = get_language() or "en"
        for batch in context["object_list"]:
            batch.country = name_of(batch.nationality, language)
        return context

    @cached_property
    def header_buttons(self) -> list[Any]:
        due = HeaderButton(DueView.page_title, url=reverse("staff_paper:due"), icon_name="warning")
        return [*super().header_buttons, due]


def link_to_batch(batch: Any) -> str:
    return format_html('<a href="{}">{}</a>', reverse("staff_paper:batch", args=[batch.pk]), batch)


class BatchFilterSet(WagtailFilterSet):
    """Only initiatives and organisations whose batches the viewer sees are offered."""

    initiative = django_filters.ModelChoiceFilter(
        label=_("Initiative"),
        queryset=lambda request: Initiative.objects.filter(
            pk__in=PaperBatch.objects.visible_to(request.user).values("initiative")
        ),
    )
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"),
        queryset=lambda request: Organisation.objects.filter(
            pk__in=PaperBatch.objects.visible_to(request.user).values("organisation")
        ),
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=BatchStatus.choices)

    class Meta:
        model = PaperBatch
        fields: list[str] = []


class PaperBatchViewSet(ScopedViewSet):
    model = PaperBatch
    name = "paper"
    url_namespace = "staff_paper"
    icon = "doc-full"
    menu_label = _("Paper batches")
    screens = frozenset({"index", "index_results", "add"})
    related = ("initiative", "organisation", "holder__supporter")
    lists_people = True
    filterset_class = BatchFilterSet
    list_display = [
        Column("number", label=pgettext_lazy("paper batch", "Number"), accessor=link_to_batch),
        Column("code", label=_("Code")),
        Column("initiative", label=_("Initiative"), accessor="initiative.registration_number"),
        Column("organisation", label=_("Organisation")),
        Column("holder", label=_("In the hands of")),
        Column("country", label=_("Nationality")),
        Column("sheets", label=_("Sheets")),
        Column("support_count", label=_("Statements")),
        Column("status", label=_("State"), accessor="get_status_display"),
        DayColumn("due_back_date", label=_("Due back on")),
        DayColumn("destroy_by_date", label=_("To be destroyed by")),
    ]
    empty_text = _(
        "No official paper form was handed out yet. A batch is a number of sheets of one nationality in the hands of "
        "one volunteer who accepted the processor agreement."
    )
    index_view_class = BatchIndexView
    add_view_class = IssueView

    def get_form_class(self, for_update: bool = False) -> Any:
        return IssueForm

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("due/", DueView.as_view(), name="due"),
            path("batch/<int:pk>/", BatchView.as_view(), name="batch"),
            path("batch/<int:pk>/cover/", CoverView.as_view(), name="cover"),
            path("code/<slug:code>/", ByCodeView.as_view(), name="by_code"),
        ]
