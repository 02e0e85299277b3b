"""The staff area's way in for files of partners."""

import csv
import io
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
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
from coalition.forms import MappingForm, UploadForm
from coalition.models import PartnerImport
from coalition.partner_rows import template_rows
from core.import_views import FileScreen, LookScreen, UploadScreen
from core.staff_views import refuse
from core.table_files import TableError

if TYPE_CHECKING:
    from accounts.models import User

_WORDS = {
    "organisation": lambda: _("organisation"),
    "partnership": lambda: _("partner"),
    "invitation": lambda: _("invitation of its manager"),
    "link": lambda: _("link"),
    "contact": lambda: _("contact person"),
    "goals": lambda: _("goals"),
}


def _may(user: Any) -> bool:
    return bool(user.has_perm("coalition.add_partnerimport"))


class _PartnerFiles(FileScreen):
    list_name, file_name = "staff_partner_files:index", "staff_partner_files:file"

    def refusal(self, user: "User") -> HttpResponse | None:
        return None if _may(user) else refuse(self.request)

    def files(self, user: "User") -> QuerySet[PartnerImport]:
        return PartnerImport.objects.visible_to(user).select_related("campaign__organisation")


class UploadView(_PartnerFiles, UploadScreen):
    template_name, form_class = "coalition/staff/upload.html", UploadForm

    def keep(self, told: dict[str, Any], content: bytes, file_name: str) -> PartnerImport:
        return upload_file(
            campaign=told["campaign"], content=content, file_name=file_name, by=self.user, at=timezone.now()
        )


class FileView(_PartnerFiles, LookScreen):
    template_name, form_class = "coalition/staff/import.html", MappingForm
    refusals = (TableError, PartnerImportError)
    undone = gettext_lazy("The import is undone: everything the file made is gone again.")

    def subject(self, found: PartnerImport) -> str:
        return found.campaign.title

    def look(self, found: PartnerImport) -> dict[str, Any]:
        plan = plan_import(
            campaign=found.campaign, content=bytes(found.content or b""), columns=found.columns, by=self.user
        )
        rows = [(each.row, each.known is not None, [_WORDS[kind]() for kind in each.missing]) for each in plan.outcomes]
        return {"plan": plan, "report": rows}

    def map(self, found: PartnerImport, columns: dict[str, int]) -> None:
        map_columns(partner_import=found, columns=columns)

    def discard(self, found: PartnerImport) -> None:
        discard_upload(partner_import=found)

    def apply(self, found: PartnerImport) -> tuple[PartnerImport, Any]:
        try:
            return apply_import(partner_import=found, by=self.user, at=timezone.now())
        except MayNotGrantError as error:
            said = _("You may not invite people for one of these organisations. Nothing was taken in.")
            raise PartnerImportError(said) from error

    def undo(self, found: PartnerImport) -> None:
        undo_import(partner_import=found, by=self.user, at=timezone.now())

    def words_for(self, applied: PartnerImport) -> str:
        said = ngettext("%(count)d partner is taken in.", "%(count)d partners are taken in.", applied.created_count)
        return said % {"count": applied.created_count}


@never_cache
def template_file(request: HttpRequest) -> HttpResponse:
    """Hand out the file one begins with."""
    if not _may(request.user):
        return refuse(request)
    text = io.StringIO()
    csv.writer(text).writerows(template_rows())
    headers = {"Content-Disposition": 'attachment; filename="partners.csv"'}
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


upload, detail = UploadView.as_view(), FileView.as_view()
