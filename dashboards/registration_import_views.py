"""The staff area's way in for files of official figures: upload, map, look, apply as a whole, undo as a whole."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from campaigns.actions.registration_counts import (
    Plan,
    RegistrationImportError,
    apply_import,
    discard_upload,
    map_columns,
    plan_import,
    undo_import,
    upload_file,
)
from campaigns.enums import RegistrationImportStatus
from campaigns.models import RegistrationImport
from campaigns.registration_words import describe, group_name, written_day
from campaigns.selectors.registration_places import places_of
from core.table_files import TableError, read_table
from dashboards.permissions import may_import_counts
from dashboards.registration_forms import MappingForm, UploadForm

if TYPE_CHECKING:
    from accounts.models import User

MOST_LISTED = 100
RECENT = 30


def _importer(request: HttpRequest) -> "User":
    user = cast("User", request.user)
    if not may_import_counts(user):
        raise PermissionDenied
    return user


@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file of official figures; it is looked at on the next page and nothing is stored before that."""
    user = _importer(request)
    form = UploadForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            found = upload_file(
                election=told["election"],
                content=told["file"].read(),
                file_name=told["file"].name,
                default_source=told["source"],
                by=user,
                at=timezone.now(),
            )
        except TableError as error:
            for fault in error.faults:
                form.add_error("file", str(fault))
        else:
            return redirect("dashboards_registrations_import", pk=found.pk)
    imports = RegistrationImport.objects.visible_to(user).select_related("election", "by").defer("content")[:RECENT]
    status = 422 if form.is_bound else 200
    return render(
        request, "dashboards/staff_registration_upload.html", {"form": form, "imports": imports}, status=status
    )


@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would do, or did; take the mapping, the word to apply it, to leave it, or to undo it."""
    user = _importer(request)
    found = get_object_or_404(RegistrationImport.objects.visible_to(user).select_related("election"), pk=pk)
    if found.status != RegistrationImportStatus.UPLOADED:
        return _done(request, user, found)
    table = read_table(bytes(found.content or b""))
    kind = request.POST.get("kind") if request.method == "POST" else None
    form = MappingForm(request.POST if kind == "map" else None, header=table.header, columns=found.columns)
    if kind == "map" and form.is_valid():
        map_columns(registration_import=found, columns=form.columns())
        return redirect("dashboards_registrations_import", pk=pk)
    if kind == "discard":
        discard_upload(registration_import=found)
        return redirect("dashboards_registrations_upload")
    if kind == "apply":
        return _apply(request, user, found)
    return render(
        request,
        "dashboards/staff_registration_import.html",
        {"import": found, "form": form, "rows": table.rows, **_look(found)},
        status=422 if form.is_bound else 200,
    )


def _look(found: RegistrationImport) -> dict[str, Any]:
    """Return the dry run's report, or every fault for which the file would be refused."""
    try:
        plan = plan_import(
            election=found.election,
            content=bytes(found.content or b""),
            columns=found.columns,
            default_source=found.default_source,
            today=timezone.localdate(),
        )
    except TableError as error:
        return {"faults": error.faults, "fault_count": error.count}
    return {"plan": plan, **_listed(found, plan)}


def _listed(found: RegistrationImport, plan: Plan) -> dict[str, Any]:
    names = places_of(found.election).names
    return {
        "corrections": [
            (
                each.new.line,
                names.get(each.new.territory_id, "?"),
                written_day(each.new.as_of_date, is_month_only=each.new.is_month_only),
                group_name(each.new.group, each.new.sex),
                each.old,
                each.new,
            )
            for each in plan.corrections[:MOST_LISTED]
        ],
        "findings": [describe(each, names) for each in plan.findings[:MOST_LISTED]],
    }


def _apply(request: HttpRequest, user: "User", found: RegistrationImport) -> HttpResponse:
    try:
        _applied, plan = apply_import(registration_import=found, today=timezone.localdate(), by=user, at=timezone.now())
    except (TableError, RegistrationImportError) as error:
        messages.error(request, str(error))
        return redirect("dashboards_registrations_import", pk=found.pk)
    if plan is not None and not plan.changes_something:
        messages.success(request, _("Nothing changed: everything in the file was here already."))
        return redirect("dashboards_registrations_upload")
    messages.success(request, _("The figures are imported."))
    return redirect("dashboards_registrations_import", pk=found.pk)


def _done(request: HttpRequest, user: "User", found: RegistrationImport) -> HttpResponse:
    if request.method == "POST" and request.POST.get("kind") == "undo":
        try:
            undo_import(registration_import=found, by=user, at=timezone.now())
        except RegistrationImportError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("The import is undone: its figures are gone, and the figures it corrected count again.")
            )
        return redirect("dashboards_registrations_import", pk=found.pk)
    return render(request, "dashboards/staff_registration_import.html", {"import": found})
