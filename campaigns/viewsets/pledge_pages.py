"""One pledge: what happened to it, what the desk writes down, and the calls it promised."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from campaigns.actions.pledge_notes import (
    NotYourNoteError,
    delete_note,
    plan_call,
    put_off_call,
    reopen_call,
    settle_call,
    write_note,
)
from campaigns.actions.pledges import PledgeTakenBackError, UnknownRungError, move_pledge
from campaigns.models import Pledge, PledgeNote
from campaigns.pledge_enums import NoteKind, Standing, ToldBy
from campaigns.selectors.pledge_board import dress, last_days, place_name, who
from campaigns.selectors.pledge_desk import moves_of, notes_of, numbers_of, presses_of, undoable
from campaigns.viewsets.pledge_forms import CallForm, DueForm, EndingForm, NoteForm
from campaigns.zones import zone_of
from core import audit
from core.staff_page import StaffPage
from core.staff_views import audit_name, refuse
from places.languages import language_name

RELATED = ("kind__election", "campaign", "partnership__organisation", "partnership__campaign", "supporter")


class ShowView(StaffPage):
    """Everything about one pledge that its viewer may see; every look is audited."""

    permission = "campaigns.view_pledge"
    template_name = "campaigns/staff/pledge.html"
    page_title = _("Pledge")
    header_icon = "pick"
    trail = (("staff_pledges:index", _("Pledges")),)
    pledge: Any
    may_change = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = Pledge.objects.visible_to(user).select_related(*RELATED)
        self.pledge = get_object_or_404(seen, pk=kwargs["pk"])
        dress([self.pledge], user, timezone.now())
        self.may_change = user.has_perm("campaigns.change_pledge") and self.pledge.may_change
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return who(self.pledge)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pledge, user, at = self.pledge, self.request.user, timezone.now()
        audit.record(audit_name(Pledge, "viewed"), by=user, target=pledge)
        zone = zone_of(pledge.campaign)
        is_readable = pledge.name is not None
        may_write = self.may_change and pledge.standing != Standing.WITHDRAWN
        context = {
            "note_form": NoteForm(prefix="note"),
            "call_form": self._call_form(),
            "ending_form": EndingForm(kind=pledge.kind, prefix="end"),
            **super().get_context_data(**kwargs),
        }
        undo = undoable(pledge) if may_write else None
        return {
            **context,
            "pledge": pledge,
            "named": who(pledge),
            "is_readable": is_readable,
            "numbers": numbers_of(pledge, user) if is_readable else [],  # type: ignore[arg-type]
            "place": place_name(pledge.territory_code),
            "language": language_name(pledge.locale),
            "last_day": last_days([pledge.kind])[pledge.kind_id],
            "zone": zone.key,
            "moves": moves_of(pledge, zone),
            "presses": presses_of(pledge),
            "may_change": self.may_change,
            "may_write": may_write,
            "may_read_notes": user.has_perm("campaigns.view_pledgenote"),
            "undo": undo[0].pk if undo else None,
            "notes": notes_of(pledge, user, at) if user.has_perm("campaigns.view_pledgenote") else [],  # type: ignore[arg-type]
        }

    def _call_form(self, data: Any = None) -> CallForm:
        initial = {"owner": self.request.user.pk}
        return CallForm(data, campaign=self.pledge.campaign, prefix="call", initial=initial)

    def back(self, anchor: str = "") -> HttpResponse:
        response = redirect("staff_pledges:show", pk=self.pledge.pk)
        response["Location"] += anchor
        return response


class PressView(ShowView):
    """A button of the page: there is nothing to look at here, and one needs the right to change this very pledge."""

    needs_change = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request = request
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.needs_change and not self.may_change:
            return refuse(request)
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.needs_change and not self.may_change:
            return refuse(request)
        return self.press(request)

    def press(self, request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    def again(self, **forms: Any) -> HttpResponse:
        """Show the page with the form that was faulty, and everything typed kept."""
        return self.render_to_response(self.get_context_data(**forms), status=422)

    def move(self, step: str, ending: str = "", barrier: str = "") -> HttpResponse:
        """Write down what the person said, and say so."""
        user: Any = self.request.user
        before = self.pledge.moves.count()
        try:
            moved = move_pledge(
                pledge=self.pledge, step=step, ending=ending, barrier=barrier, told_by=ToldBy.STAFF, by=user,
                at=timezone.now(),
            )  # fmt: skip
        except UnknownRungError:
            messages.error(self.request, gettext("There is no such step any more; nothing was written down."))
        except PledgeTakenBackError:
            messages.error(self.request, gettext("This person took the pledge back; nothing was written down."))
        else:
            if moved.moves.count() == before:
                messages.info(self.request, gettext("It stood so already."))
            else:
                messages.success(self.request, gettext("Written down."))
        return self.back()


class MoveView(PressView):
    """They say how far they are."""

    def press(self, request: HttpRequest) -> HttpResponse:
        return self.move(request.POST.get("step", "")[:30])


class EndView(PressView):
    """They say that nothing comes of it, and why."""

    def press(self, request: HttpRequest) -> HttpResponse:
        form = EndingForm(request.POST, kind=self.pledge.kind, prefix="end")
        if not form.is_valid():
            return self.again(ending_form=form)
        return self.move(self.pledge.step, form.cleaned_data["ending"], form.cleaned_data["barrier"])


class UndoView(PressView):
    """Take back what was written down last, unless something came after it."""

    def press(self, request: HttpRequest) -> HttpResponse:
        found = undoable(self.pledge)
        if found is None or str(found[0].pk) != request.POST.get("move", ""):
            messages.error(request, gettext("Something else was written down since; nothing was undone."))
            return self.back()
        return self.move(found[1].step, found[1].ending, found[1].barrier)


class NoteView(PressView):
    def press(self, request: HttpRequest) -> HttpResponse:
        form = NoteForm(request.POST, prefix="note")
        if not form.is_valid():
            return self.again(note_form=form)
        user: Any = request.user
        write_note(pledge=self.pledge, text=form.cleaned_data["text"], by=user, at=timezone.now())
        messages.success(request, gettext("The note is kept."))
        return self.back("#notes")


class CallView(PressView):
    def press(self, request: HttpRequest) -> HttpResponse:
        form = self._call_form(request.POST)
        if not form.is_valid():
            return self.again(call_form=form)
        user: Any = request.user
        plan_call(pledge=self.pledge, by=user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, gettext("The call is on the list."))
        return self.back("#notes")


class OneNoteView(PressView):
    """A button of one note: the note is found through its viewer, then its pledge."""

    note: PledgeNote

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        self.note = get_object_or_404(PledgeNote.objects.visible_to(user), pk=kwargs["pk"])
        return super().dispatch(request, pk=self.note.pledge_id)

    def back_to(self, where: str) -> HttpResponse:
        return redirect("staff_pledge_notes:index") if where == "list" else self.back("#notes")


class CallMadeView(OneNoteView):
    """The call was made, or is to be made after all."""

    def press(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if self.note.kind != NoteKind.CALL_BACK:
            raise Http404
        if "undo" in request.POST:
            reopen_call(call=self.note, by=user)
            messages.success(request, gettext("The call is on the list again."))
        else:
            settle_call(call=self.note, by=user, at=timezone.now())
            messages.success(request, gettext("The call is made. Write down what they said."))
        return self.back_to(request.POST.get("back", ""))


class PutOffView(OneNoteView):
    """Nobody answered: another time."""

    def press(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        form = DueForm(request.POST, campaign=self.pledge.campaign)
        if self.note.kind != NoteKind.CALL_BACK:
            raise Http404
        if not form.is_valid():
            return self.again(put_off_form=form, put_off=self.note.pk)
        put_off_call(call=self.note, due_at=form.cleaned_data["due_at"], by=user)
        messages.success(request, gettext("The call is put off."))
        return self.back_to(request.POST.get("back", ""))


class DeleteNoteView(OneNoteView):
    """For whoever wrote it and for the data-protection officer."""

    needs_change = False

    def press(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        try:
            delete_note(note=self.note, by=user)
        except NotYourNoteError:
            return refuse(request)
        messages.success(request, gettext("The note is deleted for good."))
        return self.back("#notes")
