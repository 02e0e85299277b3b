"""The editor of a journey's steps: one form, one button at a time, nothing kept before it is published.

Works without a script: the draft travels in the page, together with the one before the last press, for undo.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audiences.actions.journeys import publish_steps
from audiences.forms.journey_steps import EditedRow, Errors, edited_rows, offers_of
from audiences.journey_drafts import (
    KINDS,
    Row,
    UnreadableDraft,
    add_row,
    draft_of,
    errors_of,
    move_row,
    read_draft,
    remove_row,
    steps_of,
    write_draft,
)
from audiences.journey_enums import JourneyStatus
from audiences.journey_rules import InvalidSteps
from audiences.models import AutomationVersion
from audiences.viewsets.journey_pages import JourneyPage


class StepsView(JourneyPage):
    """Change the steps of a journey and publish them as its next version."""

    template_name = "audiences/staff/journey_steps.html"
    page_title = _("Steps")
    changes = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.said, self.focus = "", ""
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.journey.status == JourneyStatus.ENDED:
            messages.error(request, gettext("It was ended: its steps stay as they are."))
            return self.back()
        return self._shown(_rows_of(self.newest))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            rows = read_draft(request.POST.get("draft", ""), request.POST.dict())
        except UnreadableDraft:
            messages.error(request, gettext("This page came back broken. These are the steps as they were published."))
            return self._shown(_rows_of(self.newest), status=422)
        press = request.POST.get("do", "refresh")
        if press == "publish":
            return self._publish(rows)
        before = write_draft(rows)
        rows = self._press(rows, press)
        return self._shown(rows, before=before if write_draft(rows) != before else request.POST.get("before", ""))

    def _press(self, rows: list[Row], press: str) -> list[Row]:
        """Do what a button says (``add:<kind>:<check>:<branch>``, ``up:<step>``, …) and return the draft after it."""
        what, first, parent, branch = (*press.split(":"), "", "", "")[:4]
        if what == "undo":
            self.said = gettext("The last press is undone.")
            return _carried(self.request.POST.get("before", "")) or rows
        if what == "add":
            made = add_row(rows, first, parent=parent, branch=branch)
            self.focus = made.key if made is not None else ""
            self.said = gettext("The step is added.") if made else gettext("There is no room for another step.")
        elif what in ("up", "down"):
            moved = move_row(rows, first, -1 if what == "up" else 1)
            self.focus, self.said = first, gettext("The step is moved.") if moved else ""
        elif what == "remove" and remove_row(rows, first):
            self.said = gettext("The step is removed.")
        return rows

    def _publish(self, rows: list[Row]) -> HttpResponse:
        found = errors_of(rows)
        if found:
            return self._shown(rows, errors=found, status=422)
        if self.request.POST.get("base", "") != self._base():
            self.said = gettext(
                "Somebody published other steps meanwhile. Publish again to put yours in their place, or cancel to "
                "look at theirs."
            )
            return self._shown(rows, status=409)
        try:
            version = publish_steps(automation=self.journey, steps=steps_of(rows), by=self.request.user)  # type: ignore[arg-type]
        except InvalidSteps as error:
            return self._shown(rows, errors={(error.key, error.name): str(error.words)}, status=422)
        messages.success(
            self.request,
            gettext("Version %(number)s is published: whoever comes from now on walks it.")
            % {"number": version.number},
        )
        return redirect("staff_journeys:show", self.journey.pk)

    def _base(self) -> str:
        return str(self.newest.number) if self.newest else "0"

    def _shown(
        self, rows: list[Row], *, before: str = "", errors: Errors | None = None, status: int = 200
    ) -> HttpResponse:
        found = errors or {}
        shown = edited_rows(rows, offers_of(self.journey), found)
        context = self.get_context_data(
            rows=shown,
            draft=write_draft(rows),
            before=before,
            base=self._base(),
            kinds=list(KINDS.items()),
            said=self.said,
            focus=self.focus,
            error=found.get(("", ""), ""),
            wrong=_wrong(shown, found),
        )
        return self.render_to_response(context, status=status)


def _wrong(rows: list[EditedRow], errors: Errors) -> list[tuple[EditedRow, str]]:
    """Return each step that something is wrong with, and what, for the list above the form."""
    every = {row.key: row for top in rows for row in top.walk()}
    return [(every[key], words) for (key, _name), words in errors.items() if key in every]


def _rows_of(version: AutomationVersion | None) -> list[Row]:
    return draft_of(version.steps) if version is not None else []


def _carried(before: str) -> list[Row] | None:
    try:
        return read_draft(before)
    except UnreadableDraft:
        return None
