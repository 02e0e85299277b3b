"""Staff screens over rows that not everybody sees: Wagtail's generic views, scoped, audited, and cheap at any size.

A model's queryset says which rows exist for somebody (``visible_to``) and which they may change (``changeable_by``,
else the same). A row outside is 404, a screen or a row somebody has no right to is 403 with a page that says so. Only
the screens a viewset names have an address; usage and copy have none, because they show other rows than their own.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from core import audit
from core.audit_display import describe_details, with_words
from core.lists import listed
from core.models import AuditEntry

PER_PAGE = 50
_ID = re.compile(r"\d{1,18}\Z")


def refuse(request: HttpRequest) -> HttpResponse:
    """Answer 403 with a page for people."""
    return render(request, "core/staff/refused.html", status=403)


def audit_name(model: type[models.Model], verb: str) -> str:
    """Return ``app.model_in_snake_case.verb``, the audit trail's way of naming what was done."""
    noun = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.__name__).lower()
    return f"{model._meta.app_label}.{noun}.{verb}"


def used_filters(request: HttpRequest) -> list[str]:
    """Return the names of the filters somebody set; never the values, which may be a person's address."""
    furniture = {"p", "before", "after", "end", "ordering", "export", "_w_filter_fragment"}
    return sorted({name for name, value in request.GET.items() if value and name not in furniture})


def limit_choices(form: BaseForm, user: Any) -> None:
    """Offer and accept only related rows the user sees, wherever the related model knows ``visible_to``."""
    for field in form.fields.values():
        rows = getattr(field, "queryset", None)
        if rows is not None and hasattr(rows, "visible_to"):
            field.queryset = rows.visible_to(user)  # type: ignore[attr-defined]


class RefusalPageMixin:
    """Answer a missing right with 403, where Wagtail would redirect to its home page with a message."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except PermissionDenied:
            return refuse(request)
        return response


class ScopedMixin(RefusalPageMixin):
    """Narrow a view to the rows its user sees, and where it changes a row to those its user may change."""

    model: Any
    request: Any
    kwargs: dict[str, Any]
    changes_rows = False

    def visible_rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(self.request.user)
        return rows

    def changeable_rows(self) -> QuerySet[Any]:
        rows = self.model.objects.all()
        return rows.changeable_by(self.request.user) if hasattr(rows, "changeable_by") else self.visible_rows()

    def get_base_queryset(self) -> QuerySet[Any]:
        return self.visible_rows()

    def get_base_object_queryset(self) -> QuerySet[Any]:
        return self.visible_rows()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pk = kwargs.get("pk")
        if pk is not None:
            if not self.visible_rows().filter(pk=pk).exists():
                raise Http404
            if self.changes_rows and not self.changeable_rows().filter(pk=pk).exists():
                return refuse(request)
        return super().dispatch(request, *args, **kwargs)


class ScopedIndexView(ScopedMixin, generic.IndexView):
    """A list of the rows its user sees. ``empty_text`` says what to do while there is nothing.

    ``related``: foreign keys the columns read, fetched with the rows. ``lists_people``: every look is audited.
    """

    results_template_name = "core/staff/index_results.html"
    related: Sequence[str] = ()
    empty_text: str | Promise = ""
    lists_people = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not self.list_export:  # Wagtail would drop the pages for ``?export=csv`` of a list without an export
            self.is_export = False

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset()
        return rows.select_related(*self.related) if self.related else rows

    def get_edit_url(self, instance: Any) -> str | None:
        return super().get_edit_url(instance) if instance.pk in self.changeable_on_page else None

    def get_delete_url(self, instance: Any) -> str | None:
        return super().get_delete_url(instance) if instance.pk in self.changeable_on_page else None

    def people_among(self, rows: Sequence[Any]) -> int:
        """Return how many people the rows of a page show."""
        return len(rows)

    @cached_property
    def changeable_on_page(self) -> set[Any]:
        """The rows of this page with a link to change them, found in one query."""
        return set(self.changeable_rows().filter(pk__in=self.pks_on_page).values_list("pk", flat=True))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        self.pks_on_page = [row.pk for row in context["object_list"]]
        context["empty_text"] = self.empty_text
        if self.lists_people:
            audit.record(
                audit_name(self.model, "listed"),
                by=self.request.user,
                count=self.people_among(context["object_list"]),
                filters=used_filters(self.request),
            )
        return context


class KeysetIndexView(ScopedIndexView):
    """A list, newest first, whose last page costs as much as its first: nothing is counted, nothing skipped over.

    ``?before=<id>`` and ``?after=<id>`` name the neighbouring pages, ``?end=1`` the oldest.
    """

    results_template_name = "core/staff/keyset_results.html"
    per_page = PER_PAGE

    def get_paginate_by(self, queryset: QuerySet[Any]) -> None:
        return None

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by("-pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        rows, newer, older = self._page(self.object_list)
        context = super().get_context_data(*args, **{**kwargs, "object_list": rows})
        context.update(newer=newer, older=older)
        return context

    def _page(self, rows: QuerySet[Any]) -> tuple[list[Any], int | None, int | None]:
        """Return one page, and the ids its neighbours begin behind: None where there is no neighbour."""
        before, after = self._id("before"), self._id("after")
        limit = self.per_page
        if after is not None or self.request.GET.get("end"):
            found = list((rows.filter(pk__gt=after) if after is not None else rows).order_by("pk")[: limit + 1])
            shown = found[:limit][::-1]
            more_newer, more_older = len(found) > limit, after is not None
        else:
            found = list((rows.filter(pk__lt=before) if before is not None else rows)[: limit + 1])
            shown = found[:limit]
            more_newer, more_older = before is not None, len(found) > limit
        if not shown:
            return [], None, None
        return shown, shown[0].pk if more_newer else None, shown[-1].pk if more_older else None

    def _id(self, name: str) -> int | None:
        text = self.request.GET.get(name, "")
        return int(text) if _ID.match(text) else None


class AuditedFormMixin:
    """Save a form and write the audit entry in one transaction (Wagtail's form views open it)."""

    audit_verb = ""
    form: Any
    model: Any
    request: Any

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        limit_choices(form, self.request.user)
        return form

    def save_form(self) -> Any:
        """Save and return the object; a screen that changes more than its row calls its action here."""
        return self.form.save()

    def save_instance(self) -> Any:
        instance = self.save_form()
        audit.record(
            audit_name(self.model, self.audit_verb),
            by=self.request.user,
            target=instance,
            fields=sorted(self.form.changed_data),
        )
        return instance


class ScopedCreateView(AuditedFormMixin, RefusalPageMixin, generic.CreateView):
    audit_verb = "created"


class ScopedEditView(AuditedFormMixin, ScopedMixin, generic.EditView):
    audit_verb = "changed"
    changes_rows = True

    def get_queryset(self) -> QuerySet[Any]:
        return self.visible_rows()

    def get_last_updated_info(self) -> None:
        """Show nothing of Wagtail's own log: what happened stands in the audit trail, under History."""


class ScopedDeleteView(ScopedMixin, generic.DeleteView):
    """Delete one row with its audit entry, or say what still needs it."""

    changes_rows = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request  # the object is looked up, through its viewer, while Django still sets the view up
        super().setup(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return self.visible_rows()

    @transaction.atomic
    def delete_action(self) -> None:
        audit.record(audit_name(self.model, "deleted"), by=self.request.user, target=self.object)
        self.object.delete()

    def form_valid(self, form: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().form_valid(form)
        except models.ProtectedError as error:
            kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
            messages.error(
                self.request,
                gettext("“%(name)s” cannot be deleted: it is still needed by %(kinds)s.")
                % {"name": self.object, "kinds": listed(kinds)},
            )
            return HttpResponseRedirect(self.get_success_url())
        return response


class ScopedInspectView(ScopedMixin, generic.InspectView):
    """One row in full; where it is a person's, the look is audited. ``labels``: names of fields in staff's words."""

    shows_people = False
    labels: Mapping[str, str | Promise] = {}

    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(self.visible_rows(), pk=self.pk)

    def get_field_label(self, field_name: str, field: Any) -> Any:
        """Return the field's name as the list's column has it, where it has one."""
        return self.labels.get(field_name) or super().get_field_label(field_name, field)

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        """Return the value; a moment in the person's own time, which Wagtail's template leaves in UTC."""
        value = super().get_field_display_value(field_name, field)
        return localtime(value) if isinstance(value, datetime) else value

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.shows_people:
            audit.record(audit_name(self.model, "viewed"), by=self.request.user, target=self.object)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context


class DayColumn(Column):
    """A date or a moment as it is: Wagtail's own column says how long ago, and "just now" for what is to come."""

    with_time = False

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        if not value:
            return ""
        if isinstance(value, datetime):
            value = localtime(value)
        return date_format(value, "DATETIME_FORMAT" if self.with_time else "DATE_FORMAT")


class MomentColumn(DayColumn):
    """A moment to the minute."""

    with_time = True


class ScopedHistoryView(ScopedMixin, generic.history.HistoryView):
    """What the audit trail says of one row."""

    filterset_class = None
    default_ordering = "-id"
    any_permission_required = ["add", "change", "delete", "view"]
    columns = [
        MomentColumn("at", label=_("When")),
        Column("who", label=_("Who")),
        Column("what", label=_("What")),
        Column("details", label=_("Details"), accessor=describe_details),
    ]

    def get_base_queryset(self) -> QuerySet[Any]:
        return AuditEntry.objects.filter(target=audit.describe_target(self.object))

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by("-id")

    @cached_property
    def header_buttons(self) -> list[Any]:
        return super().header_buttons if self.user_has_permission("change") else []

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["object_list"] = with_words(context["object_list"])
        return context


CRUD = frozenset({"index", "index_results", "add", "edit", "delete", "history", "history_results"})
READ = frozenset({"index", "index_results", "inspect"})


class ScopedViewSet(ModelViewSet):
    """A model's screens with the views above; only the ``screens`` named here have an address."""

    screens: frozenset[str] = CRUD
    related: Sequence[str] = ()
    empty_text: str | Promise = ""
    lists_people = False
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = PER_PAGE
    index_view_class = ScopedIndexView
    add_view_class = ScopedCreateView
    edit_view_class = ScopedEditView
    delete_view_class = ScopedDeleteView
    history_view_class = ScopedHistoryView
    inspect_view_class = ScopedInspectView

    @cached_property
    def inspect_view_enabled(self) -> bool:
        return "inspect" in self.screens

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        names = {f"{screen}_url_name": screen for screen in (*CRUD, *READ, "usage", "copy")}
        return {
            name: self.UNDEFINED if name in names and names[name] not in self.screens else value
            for name, value in common.items()
        }

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_index_view_kwargs(
            related=self.related, empty_text=self.empty_text, lists_people=self.lists_people, **kwargs
        )
        return found

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name in self.screens]

    def get_form_class(self, for_update: bool = False) -> Any:
        wanted = {"edit"} if for_update else {"add"}
        return super().get_form_class(for_update) if wanted & self.screens else None

    def register_admin_url_finder(self) -> None:
        if "edit" in self.screens:
            super().register_admin_url_finder()
