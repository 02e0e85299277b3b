"""The staff area's way in for files of partners: upload, map, look, apply as a whole, undo as a whole."""

import csv
import io
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from accounts.actions.memberships import MayNotGrantError
from coalition.actions.imports import (
    PartnerImportError,
    apply_import,
    discard_upload,
    map_columns,
    plan_import,
    undo_import,
    upload_file,
)
from coalition.enums import PartnerImportStatus
from coalition.forms import MappingForm, UploadForm
from coalition.models import PartnerImport
from coalition.partner_rows import template_rows
from core.staff_views import refuse
from core.table_files import TableError, read_table

if TYPE_CHECKING:
    from accounts.models import User

RECENT = 30
_WORDS = {
    "organisation": lambda: _("organisation"),
    "partnership": lambda: _("partner"),
    "invitation": lambda: _("invitation of its manager"),
    "link": lambda: _("link"),
    "contact": lambda: _("contact person"),
    "goals": lambda: _("goals"),
}


def _may(request: HttpRequest) -> bool:
    return request.user.has_perm("coalition.add_partnerimport")


@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file of partners; it is looked at on the next page and nothing is stored before that."""
    if not _may(request):
        return refuse(request)
    user = cast("User", request.user)
    form = UploadForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            found = upload_file(
                campaign=told["campaign"],
                content=told["file"].read(),
                file_name=told["file"].name,
                by=user,
                at=timezone.now(),
            )
        except TableError as error:
            for fault in error.faults:
                form.add_error("file", str(fault))
        else:
            return redirect("staff_partner_files:file", pk=found.pk)
    imports = PartnerImport.objects.visible_to(user).select_related("campaign").defer("content")[:RECENT]
    context = {"form": form, "imports": imports}
    return render(request, "coalition/staff/upload.html", context, status=422 if form.is_bound else 200)


@never_cache
def template_file(request: HttpRequest) -> HttpResponse:
    """Hand out the file one begins with."""
    if not _may(request):
        return refuse(request)
    text = io.StringIO()
    csv.writer(text).writerows(template_rows())
    headers = {"Content-Disposition": 'attachment; filename="partners.csv"'}
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would do, or did; take the mapping, the word to apply it, to leave it, or to undo it."""
    if not _may(request):
        return refuse(request)
    user = cast("User", request.user)
    found = get_object_or_404(PartnerImport.objects.visible_to(user).select_related("campaign__organisation"), pk=pk)
    if found.status != PartnerImportStatus.UPLOADED:
        return _done(request, user, found)
    table = read_table(bytes(found.content or b""))
    kind = request.POST.get("kind") if request.method == "POST" else None
    form = MappingForm(request.POST if kind == "map" else None, header=table.header, columns=found.columns)
    if kind == "map" and form.is_valid():
        map_columns(partner_import=found, columns=form.columns())
        return redirect("staff_partner_files:file", pk=pk)
    if kind == "discard":
        discard_upload(partner_import=found)
        return redirect("staff_partner_files:index")
    if kind == "apply":
        return _apply(request, user, found)
    context = {"import": found, "form": form, "rows": table.rows, **_look(found, user)}
    return render(request, "coalition/staff/import.html", context, status=422 if form.is_bound else 200)


def _look(found: PartnerImport, user: "User") -> dict[str, Any]:
    """Return the dry run's report, or every fault for which the file would be refused."""
    try:
        plan = plan_import(campaign=found.campaign, content=bytes(found.content or b""), columns=found.columns, by=user)
    except TableError as error:
        return {"faults": error.faults, "fault_count": error.count}
    report = [(each.row, each.known is not None, [_WORDS[kind]() for kind in each.missing]) for each in plan.outcomes]
    return {"plan": plan, "report": report}


def _apply(request: HttpRequest, user: "User", found: PartnerImport) -> HttpResponse:
    try:
        applied, plan = apply_import(partner_import=found, by=user, at=timezone.now())
    except (TableError, PartnerImportError) as error:
        messages.error(request, str(error))
        return redirect("staff_partner_files:file", pk=found.pk)
    except MayNotGrantError:
        messages.error(request, _("You may not invite people for one of these organisations. Nothing was taken in."))
        return redirect("staff_partner_files:file", pk=found.pk)
    if plan is not None and not plan.changes_something:
        messages.success(request, _("Nothing changed: everything in the file was here already."))
        return redirect("staff_partner_files:index")
    said = ngettext("%(count)d partner is taken in.", "%(count)d partners are taken in.", applied.created_count)
    messages.success(request, said % {"count": applied.created_count})
    return redirect("staff_partner_files:file", pk=found.pk)


def _done(request: HttpRequest, user: "User", found: PartnerImport) -> HttpResponse:
    if request.method == "POST" and request.POST.get("kind") == "undo":
        try:
            undo_import(partner_import=found, by=user, at=timezone.now())
        except PartnerImportError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The import is undone: everything the file made is gone again."))
        return redirect("staff_partner_files:file", pk=found.pk)
    return render(request, "coalition/staff/import.html", {"import": found})
