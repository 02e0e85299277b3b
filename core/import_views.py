"""The staff area's way in for files, whatever they hold: upload, map, look, apply as a whole, undo as a whole."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from core.import_forms import MappingForm
from core.import_words import mapped_anew, seal_of
from core.table_files import TableError, read_table

if TYPE_CHECKING:
    from django import forms

RECENT = 30


@method_decorator(never_cache, name="dispatch")
class FileScreen(View):
    """What both screens of one kind of file know. ``list_name`` and ``file_name`` are the names of their addresses."""

    http_method_names = ["get", "post", "head", "options"]
    list_name: ClassVar[str]
    file_name: ClassVar[str]
    template_name: ClassVar[str]

    def refusal(self, user: Any) -> HttpResponse | None:
        """Return what to answer to somebody who may not bring files in, or raise PermissionDenied."""
        raise NotImplementedError

    def files(self, user: Any) -> QuerySet[Any]:
        """Return the files the person sees, with what the screens show of them."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user: Any = request.user
        return self.refusal(self.user) or super().dispatch(request, *args, **kwargs)

    def show(self, form: "forms.Form", context: dict[str, Any]) -> HttpResponse:
        status = 422 if form.is_bound else 200
        return render(self.request, self.template_name, {"form": form, **context}, status=status)


class UploadScreen(FileScreen):
    """Take a file; it is looked at on the next page and nothing is stored before that."""

    form_class: ClassVar[Any]

    def keep(self, told: dict[str, Any], content: bytes, file_name: str) -> Any:
        """Keep the file with what the form says of it, and return it. Raises TableError."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(self.form_class(user=self.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES, user=self.user)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                found = self.keep(form.cleaned_data, file.read(), file.name)
            except TableError as error:
                for fault in error.faults:
                    form.add_error("file", str(fault))
            else:
                return redirect(self.file_name, pk=found.pk)
        return self._show(form)

    def _show(self, form: "forms.Form") -> HttpResponse:
        return self.show(form, {"imports": self.files(self.user).defer("content")[:RECENT]})


class LookScreen(FileScreen):
    """Show what a file would do, or did; take the mapping, the word to apply it, to leave it, or to undo it."""

    form_class: ClassVar[type[MappingForm]]
    undone: ClassVar[Any]  # the sentence that says what undoing did
    refusals: ClassVar[tuple[type[Exception], ...]]  # what `apply` and `undo` raise with a sentence for the person

    def subject(self, found: Any) -> Any:
        """Return the title of what the file is of."""
        raise NotImplementedError

    def look(self, found: Any) -> dict[str, Any]:
        """Return the dry run's report, ``plan`` among it. Raises TableError with every fault."""
        raise NotImplementedError

    def map(self, found: Any, columns: dict[str, int]) -> None:
        raise NotImplementedError

    def discard(self, found: Any) -> None:
        raise NotImplementedError

    def apply(self, found: Any) -> tuple[Any, Any]:
        """Apply the file and return it with what was done (None: it was applied already). Raises ``refusals``."""
        raise NotImplementedError

    def undo(self, found: Any) -> None:
        raise NotImplementedError

    def words_for(self, applied: Any) -> str:
        """Return the sentence that says that the file is applied."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._waiting(pk, "")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._waiting(pk, request.POST.get("kind", ""))

    def _waiting(self, pk: int, kind: str) -> HttpResponse:
        found = get_object_or_404(self.files(self.user), pk=pk)
        if found.status != "uploaded":
            return self._done(found, kind)
        table = read_table(bytes(found.content or b""))
        form = self.form_class(self.request.POST if kind == "map" else None, header=table.header, columns=found.columns)
        if kind == "map" and form.is_valid():
            self.map(found, form.columns())
            return redirect(self.file_name, pk=pk)
        if kind == "discard":
            self.discard(found)
            return redirect(self.list_name)
        if kind == "apply":
            return self._apply(found)
        try:
            told = self.look(found)
        except TableError as error:
            told = {"faults": error.faults, "fault_count": error.count}
        return self.show(form, {**self._named(found), "rows": table.rows, "seen": seal_of(found.columns), **told})

    def _named(self, found: Any) -> dict[str, Any]:
        return {"import": found, "subject": self.subject(found)}

    def _apply(self, found: Any) -> HttpResponse:
        if self.request.POST.get("seen") != seal_of(found.columns):
            messages.error(self.request, mapped_anew())
            return redirect(self.file_name, pk=found.pk)
        try:
            applied, plan = self.apply(found)
        except self.refusals as error:
            messages.error(self.request, str(error))
            is_there = self.files(self.user).filter(pk=found.pk).exists()
            return redirect(self.file_name, pk=found.pk) if is_there else redirect(self.list_name)
        if plan is not None and not plan.changes_something:
            messages.success(self.request, _("Nothing changed: everything in the file was here already."))
            return redirect(self.list_name)
        messages.success(self.request, self.words_for(applied))
        return redirect(self.file_name, pk=found.pk)

    def _done(self, found: Any, kind: str) -> HttpResponse:
        if kind != "undo":
            return render(self.request, self.template_name, self._named(found))
        try:
            self.undo(found)
        except self.refusals as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, self.undone)
        return redirect(self.file_name, pk=found.pk)
