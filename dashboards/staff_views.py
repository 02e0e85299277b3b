"""The staff area's pages of initiatives, inside the Wagtail admin."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from campaigns.actions.initiatives import (
    ImportReport,
    change_initiative_settings,
    restore_snapshot,
    set_aside_snapshot,
)
from campaigns.charts.progress import CHARTS
from campaigns.initiative_rules import canonical_number
from campaigns.models import Initiative, ProgressSnapshot
from campaigns.selectors.initiatives import initiative_lines
from dashboards.forms import (
    CountsImportForm,
    RegisterImportForm,
    SetAsideForm,
    SettingsForm,
    read_plan,
    run_plan,
    sign_plan,
)
from dashboards.permissions import may_change_initiative, may_import_initiatives, may_see_dashboards
from dashboards.progress_pages import (
    TABLES,
    FileUrls,
    chart_response,
    progress_context,
    progress_of,
    table_response,
)
from dashboards.selectors import recent_readings

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50


def _user(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_see_dashboards(user):
        raise PermissionDenied
    return user


def _seen(request: HttpRequest, pk: int) -> Initiative:
    """Return the initiative if the viewer may see it; an outsider learns nothing (404)."""
    return get_object_or_404(Initiative.objects.visible_to(_user(request)), pk=pk)


def _planned(request: HttpRequest, pk: int) -> Initiative:
    """Return the initiative if the viewer may plan it; who only may see it is refused (403)."""
    initiative = _seen(request, pk)
    if not may_change_initiative(_user(request), initiative):
        raise PermissionDenied
    return initiative


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the initiatives the viewer may see."""
    user = _user(request)
    page = Paginator(Initiative.objects.visible_to(user), PER_PAGE).get_page(request.GET.get("p"))
    lines = initiative_lines(list(page.object_list), on=timezone.localdate(), language=get_language() or "en")
    return render(
        request,
        "dashboards/staff_initiatives.html",
        {"lines": lines, "page": page, "may_import": may_import_initiatives(user)},
    )


def _file_urls(initiative: Initiative) -> FileUrls:
    return FileUrls(
        charts={name: reverse("dashboards_chart", args=[initiative.pk, name]) for name in CHARTS},
        tables={name: reverse("dashboards_table", args=[initiative.pk, name]) for name in TABLES},
    )


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one initiative's progress with what only staff see."""
    initiative = _seen(request, pk)
    user = _user(request)
    return render(
        request,
        "dashboards/staff_initiative.html",
        {
            **progress_context(request, progress_of(initiative, user), _file_urls(initiative)),
            "readings": recent_readings(initiative),
            "may_change": may_change_initiative(user, initiative),
        },
    )


@never_cache
@require_safe
def chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one chart as an SVG file."""
    return chart_response(progress_of(_seen(request, pk), _user(request)), name)


@never_cache
@require_safe
def table(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Give one table as a CSV file."""
    return table_response(progress_of(_seen(request, pk), _user(request)), name)


@never_cache
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan an initiative: campaign, expected valid shares, deadlines."""
    initiative, user = _planned(request, pk), _user(request)
    language = get_language() or "en"
    form = SettingsForm(request.POST or None, initiative=initiative, user=user, language=language)
    if request.method == "POST" and form.is_valid():
        change_initiative_settings(
            initiative=initiative,
            campaign=form.cleaned_data["campaign"],
            is_public=form.cleaned_data["is_public"],
            default_validity_rate=form.cleaned_data["default_validity_rate"],
            rates=form.rates(),
            deadlines=form.deadlines(),
            by=user,
        )
        messages.success(request, _("The planning of this initiative is saved."))
        return redirect("dashboards_initiative", pk=initiative.pk)
    status = 422 if form.is_bound else 200
    return render(request, "dashboards/staff_settings.html", {"initiative": initiative, "form": form}, status=status)


@never_cache
def import_file(request: HttpRequest) -> HttpResponse:
    """Take a file, say what it would change (dry run), then apply exactly that on a second button."""
    user = _user(request)
    if not may_import_initiatives(user):
        raise PermissionDenied
    kind = request.POST.get("kind")
    if request.method == "POST" and kind == "apply":
        return _apply(request, user)
    posted = {kind: (request.POST, request.FILES)} if request.method == "POST" else {}
    nothing = (None, None)
    register_form = RegisterImportForm(*posted.get("register", nothing))
    counts_form = CountsImportForm(*posted.get("counts", nothing), user=user)
    form = {"register": register_form, "counts": counts_form}.get(kind or "")
    context = {"register_form": register_form, "counts_form": counts_form}
    if form is not None and form.is_valid():
        try:
            report = run_plan(form.cleaned_data["plan"], by=user, today=timezone.localdate(), is_dry_run=True)
        except ValidationError as error:
            form.add_error("counts" if kind == "counts" else "file", error)
        else:
            plan = sign_plan(form.cleaned_data["plan"])
            return render(request, "dashboards/staff_import_report.html", {"report": report, "plan": plan})
    return render(request, "dashboards/staff_import.html", context, status=422 if form is not None else 200)


def _apply(request: HttpRequest, user: "User") -> HttpResponse:
    try:
        plan = read_plan(request.POST.get("plan", ""))
        report = run_plan(plan, by=user, today=timezone.localdate(), is_dry_run=False)
    except signing.BadSignature:
        messages.error(request, _("This import is too old or was changed; choose the file again."))
        return redirect("dashboards_import")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("dashboards_import")
    messages.success(request, _applied(report))
    initiative = Initiative.objects.get(registration_number=canonical_number(report.registration_number))
    return redirect("dashboards_initiative", pk=initiative.pk)


def _applied(report: ImportReport) -> str:
    if report.changes_something:
        return _("%(number)s is imported.") % {"number": report.registration_number}
    return _("Nothing changed: everything in the file was here already.")


def _snapshot(request: HttpRequest, pk: int, snapshot_pk: int) -> ProgressSnapshot:
    return get_object_or_404(ProgressSnapshot, initiative=_planned(request, pk), pk=snapshot_pk)


@require_POST
def set_aside(request: HttpRequest, pk: int, snapshot_pk: int) -> HttpResponse:
    """Take a wrong reading out of every figure."""
    snapshot = _snapshot(request, pk, snapshot_pk)
    form = SetAsideForm(request.POST)
    if form.is_valid():
        set_aside_snapshot(snapshot=snapshot, reason=form.cleaned_data["reason"], by=_user(request))
        messages.success(request, _("The reading is set aside."))
    else:
        messages.error(request, _("Say in a few words why the reading is wrong."))
    return redirect(f"{reverse('dashboards_initiative', args=[pk])}#readings")


@require_POST
def restore(request: HttpRequest, pk: int, snapshot_pk: int) -> HttpResponse:
    """Bring a reading back."""
    restore_snapshot(snapshot=_snapshot(request, pk, snapshot_pk), by=_user(request))
    messages.success(request, _("The reading counts again."))
    return redirect(f"{reverse('dashboards_initiative', args=[pk])}#readings")
