"""The staff area's way in for files of official figures."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from campaigns.models import RegistrationImport
from campaigns.registration_words import describe, group_name, written_day
from campaigns.selectors.registration_places import places_of
from core.import_views import FileScreen, LookScreen, UploadScreen
from core.table_files import TableError
from dashboards.permissions import may_import_counts
from dashboards.registration_forms import MappingForm, UploadForm

if TYPE_CHECKING:
    from accounts.models import User

MOST_LISTED = 100


class _Figures(FileScreen):
    list_name, file_name = "dashboards_registrations_upload", "dashboards_registrations_import"

    def refusal(self, user: "User") -> None:
        if not may_import_counts(user):
            raise PermissionDenied

    def files(self, user: "User") -> QuerySet[RegistrationImport]:
        return RegistrationImport.objects.visible_to(user).select_related("election", "by")


class UploadView(_Figures, UploadScreen):
    template_name, form_class = "dashboards/staff_registration_upload.html", UploadForm

    def keep(self, told: dict[str, Any], content: bytes, file_name: str) -> RegistrationImport:
        return upload_file(
            election=told["election"],
            content=content,
            file_name=file_name,
            default_source=told["source"],
            by=self.user,
            at=timezone.now(),
        )


class FileView(_Figures, LookScreen):
    template_name, form_class = "dashboards/staff_registration_import.html", MappingForm
    refusals = (TableError, RegistrationImportError)
    undone = gettext_lazy("The import is undone: its figures are gone, and the figures it corrected count again.")

    def subject(self, found: RegistrationImport) -> str:
        return found.election.title

    def look(self, found: RegistrationImport) -> dict[str, Any]:
        plan = plan_import(
            election=found.election,
            content=bytes(found.content or b""),
            columns=found.columns,
            default_source=found.default_source,
            today=timezone.localdate(),
        )
        return {"plan": plan, **_listed(found, plan)}

    def map(self, found: RegistrationImport, columns: dict[str, int]) -> None:
        map_columns(registration_import=found, columns=columns)

    def discard(self, found: RegistrationImport) -> None:
        discard_upload(registration_import=found)

    def apply(self, found: RegistrationImport) -> tuple[RegistrationImport, Plan | None]:
        return apply_import(registration_import=found, today=timezone.localdate(), by=self.user, at=timezone.now())

    def undo(self, found: RegistrationImport) -> None:
        undo_import(registration_import=found, by=self.user, at=timezone.now())

    def words_for(self, applied: RegistrationImport) -> str:
        return _("The figures are imported.")


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


upload, detail = UploadView.as_view(), FileView.as_view()
