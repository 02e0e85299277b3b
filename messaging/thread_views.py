"""One thread of the inbox: read it, take it, give it to a colleague, answer, be done with it, take that back."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin import messages

from accounts.models import User
from core import audit
from core.staff_page import StaffPage
from core.staff_views import refuse
from messaging.actions import inbox
from messaging.inbox_entries import read_thread, visible_names
from messaging.models import InboundMessage
from messaging.sms_counter import COUNT, WRITE_PLAINLY, SmsTextarea
from messaging.sms_prices import calling_code
from messaging.sms_text import one_line, plain_letters
from messaging.threads import thread_of

DELETE_WORDS = "messaging.delete_words"
LONGEST_ANSWER = 1600  # what Twilio takes for one text


class AnswerForm(forms.Form):
    """An answer; ``occasion`` is made anew with each page, so that one press of the button sends one answer."""

    text = forms.CharField(label=_("Your answer"), max_length=LONGEST_ANSWER, widget=SmsTextarea())
    occasion = forms.RegexField(r"^[0-9a-f]{12}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("occasion", uuid.uuid4().hex[:12])
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.recipients = {calling_code(address): 1}

    def clean_text(self) -> str:
        return one_line(self.cleaned_data["text"])


class AssignForm(forms.Form):
    colleague = forms.ModelChoiceField(
        label=_("Give it to"), queryset=User.objects.none(), required=False, empty_label=_("nobody")
    )


class OneThread:
    """What all views of a thread need: its last text, seen by the user, and that they may change it."""

    inbound: InboundMessage
    may_change: bool

    def find(self, request: HttpRequest, pk: int) -> None:
        user: Any = request.user
        seen = InboundMessage.objects.visible_to(user).select_related("contact_point__supporter", "organisation")
        named = get_object_or_404(seen, pk=pk)
        last = seen.filter(pk__in=thread_of(named).texts().order_by("-pk").values("pk")[:1])
        self.inbound = last.select_related("contact_point__supporter", "organisation", "assigned_to").get()
        may = user.has_perm("messaging.change_inboundmessage")
        self.may_change = may and InboundMessage.objects.changeable_by(user).filter(pk=self.inbound.pk).exists()


class ThreadView(OneThread, StaffPage):
    """The thread, and the box to answer in."""

    template_name = "messaging/staff/thread.html"
    permission = "messaging.view_inboundmessage"
    header_icon = "comment"
    page_title = _("Texts with one number")
    trail = (("staff_texts:index", _("Texts received")),)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.find(request, kwargs["pk"])
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        inbound, thread = self.inbound, thread_of(self.inbound)
        audit.record("messaging.inbound_message.viewed", by=user, target=inbound)
        address = thread.address(inbound.contact_point)
        given = {"form": self._form(address), "assign": self._assign(), **kwargs}
        return {
            **super().get_context_data(**given),
            "page": read_thread(inbound, user=user, before=_moment(self.request.GET.get("before", ""))),
            "inbound": inbound,
            "address": address,
            "writer": next(iter(visible_names([inbound], user).values()), None),
            "has_waiting": thread.texts().waiting().exists(),
            "may_undo": self._may_undo(),
            "may_change": self.may_change,
            "may_delete_words": user.has_perm(DELETE_WORDS)
            and InboundMessage.objects.deletable_by(user).filter(pk=inbound.pk).exists(),
            "refusal": inbox.why_no_answer(inbound, timezone.now()) if self.may_change else "",
        }

    def _form(self, address: str) -> AnswerForm:
        return AnswerForm(address=address)

    def _assign(self) -> AssignForm:
        user: Any = self.request.user
        form = AssignForm(initial={"colleague": self.inbound.assigned_to_id})
        form.fields["colleague"].queryset = inbox.colleagues(thread_of(self.inbound), user)  # type: ignore[attr-defined]
        return form

    def _may_undo(self) -> bool:
        return inbox.settled_lately(self.inbound) is not None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        address = thread_of(self.inbound).address(self.inbound.contact_point)
        if COUNT in request.POST or WRITE_PLAINLY in request.POST:
            return self._counted(address)
        form = AnswerForm(request.POST, address=address)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        said = form.cleaned_data
        try:
            inbox.answer_text(
                inbound=self.inbound, text=said["text"], occasion=said["occasion"], by=user, at=timezone.now()
            )
        except inbox.CannotAnswer as error:
            messages.error(request, str(error))
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(request, gettext("Your answer is on its way."))
        return redirect("staff_texts:thread", pk=self.inbound.pk)

    def _counted(self, address: str) -> HttpResponse:
        """Show the text again, counted, or as it would be without what makes it long: for browsers without scripts."""
        text = self.request.POST.get("text", "")[:LONGEST_ANSWER]
        text = plain_letters(one_line(text)) if WRITE_PLAINLY in self.request.POST else text
        form = AnswerForm(address=address, initial={"text": text})
        return self.render_to_response(self.get_context_data(form=form))


class ThreadActionView(OneThread, View):
    """One change of a thread by a button, and back to it."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.find(request, pk)
        if not self.may_change:
            return refuse(request)
        self.change(request)
        return redirect("staff_texts:thread", pk=self.inbound.pk)

    def change(self, request: Any) -> None:
        raise NotImplementedError


class TakeView(ThreadActionView):
    def change(self, request: Any) -> None:
        try:
            inbox.take_thread(inbound=self.inbound, by=request.user)
        except inbox.TakenByOther:
            messages.warning(request, gettext("A colleague was quicker and answers already."))
        else:
            messages.success(request, gettext("It is yours now."))


class AssignView(ThreadActionView):
    def change(self, request: Any) -> None:
        chosen = request.POST.get("colleague", "")
        is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
        to = User.objects.filter(pk=int(chosen)).first() if is_key else None
        if chosen and to is None:
            messages.error(request, gettext("Choose one of your colleagues."))
            return
        try:
            inbox.assign_thread(inbound=self.inbound, to=to, by=request.user)
        except inbox.NotAColleague:
            messages.error(request, gettext("Choose one of your colleagues."))
        else:
            told = gettext("%(name)s answers now.") % {"name": to} if to else gettext("Nobody has taken it now.")
            messages.success(request, told)


class DealtWithView(ThreadActionView):
    def change(self, request: Any) -> None:
        inbox.settle_thread(inbound=self.inbound, by=request.user, at=timezone.now())
        messages.success(
            request, gettext("Written down. You may take it back for a day; then the number is forgotten.")
        )


class UndoView(ThreadActionView):
    def change(self, request: Any) -> None:
        try:
            inbox.reopen_thread(inbound=self.inbound, by=request.user)
        except inbox.TooLateToUndo:
            messages.warning(request, gettext("That was more than a day ago: the number is forgotten."))
        else:
            messages.success(request, gettext("It waits again."))


class DeleteWordsView(View):
    """Delete what one text says, for whoever watches over the organisation's data; the row stays."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        inbound = get_object_or_404(InboundMessage.objects.visible_to(user), pk=pk)
        mine = InboundMessage.objects.deletable_by(user).filter(pk=pk)
        if not user.has_perm(DELETE_WORDS) or not mine.exists():
            return refuse(request)
        inbox.delete_words(inbound=inbound, by=user, at=timezone.now())
        messages.success(request, gettext("The words are deleted. That a text came, and when, stays."))
        return redirect("staff_texts:thread", pk=pk)


def _moment(text: str) -> datetime | None:
    """Return the moment an address names; what is none, or lies where no calendar reaches, is no limit."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found and timezone.is_aware(found) else None
    except (ValueError, OverflowError):
        return None
