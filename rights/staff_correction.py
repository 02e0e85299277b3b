"""The officer corrects what is held about whoever asked: the form, then old and new side by side, then the button."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from core import audit
from core.staff_views import audit_name, refuse
from messaging.enums import NEVER_SENT
from people.models import Supporter
from rights.actions import answering, requests
from rights.staff_forms import AnswerForm, StaffCorrectionForm
from rights.staff_pages import REFUSALS, RequestPage


class CorrectView(RequestPage):
    """``do=look`` shows old and new, ``edit`` the form again, ``save`` writes it, ``close`` answers the request too."""

    permission = "rights.change_rightsrequest"
    template_name = "rights/staff/correct.html"
    page_title = _("Correct what is held")
    header_icon = "edit"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (instead := self._instead()) is not None:
            return instead
        return self._page(StaffCorrectionForm(supporter=self._person()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (instead := self._instead()) is not None:
            return instead
        form, do = StaffCorrectionForm(request.POST, supporter=self._person()), request.POST.get("do", "")
        if do == "edit":
            return self._page(form)
        if not form.is_valid() or not self._answer().is_valid():
            return self._page(form, is_preview=form.is_valid() and do == "close", status=422)
        is_last = do in {"save", "close"}
        if not form.corrections():
            if is_last:  # the same press a second time
                messages.info(request, gettext("It stands like this already."))
                return redirect(self._back())
            form.add_error(None, _("Nothing of this differs from what is held."))
            return self._page(form, status=422)
        if is_last and request.POST.get("seen", "") == form.seen():
            return self._save(form, closes=do == "close")
        if is_last:
            messages.warning(request, gettext("It changed in the meantime. Please look again."))
        return self._page(form, is_preview=True)

    def _instead(self) -> HttpResponse | None:
        """Return what is shown to who may not correct this person, or where there is nobody any more."""
        if self.asked.supporter is None:
            messages.error(self.request, str(REFUSALS[requests.PersonGone]))
            return redirect(self._back())
        return None if self.may_correct() else refuse(self.request)

    def _person(self) -> Supporter:
        if self.asked.supporter is None:
            raise requests.PersonGone
        return self.asked.supporter

    def _back(self) -> str:
        return reverse("staff_rights:show", args=[self.asked.pk])

    def _answer(self) -> AnswerForm:
        return AnswerForm(self.request.POST if "answer-answer" in self.request.POST else {}, prefix="answer")

    def _page(self, form: StaffCorrectionForm, *, is_preview: bool = False, status: int = 200) -> HttpResponse:
        audit.record(audit_name(Supporter, "viewed"), by=self.request.user, target=self._person())
        context = self.get_context_data(
            form=form,
            answer_form=self._answer(),
            asked=self.asked,
            person=self._person(),
            corrections=form.corrections() if is_preview else [],
            asks_letter=is_preview and form.new_address() is not None,
            has_address=bool(form.points),
        )
        return self.render_to_response(context, status=status)

    def _save(self, form: StaffCorrectionForm, *, closes: bool) -> HttpResponse:
        by, at, address = self.request.user, timezone.now(), form.new_address()
        try:
            if answering.correct_for_request(request=self.asked, changes=form.changes(), by=by, at=at):
                messages.success(self.request, gettext("Corrected."))
            if address is not None:
                self._ask(*address)
            elif closes:
                answer = self._answer()
                answer.is_valid()
                requests.answer_request(request=self.asked, answer=answer.cleaned_data["answer"], by=by, at=at)
                messages.success(self.request, gettext("The request is closed."))
        except requests.RequestRefused as refusal:
            messages.error(self.request, str(REFUSALS[type(refusal)]))
        return redirect(self._back())

    def _ask(self, point: Any, typed: str) -> None:
        letter = answering.ask_new_address(
            request=self.asked, point=point, typed=typed, by=self.request.user, at=timezone.now()
        )
        if letter.status in NEVER_SENT:
            messages.warning(self.request, gettext("We may not write to the new address: a stop stands against it."))
        else:
            messages.success(
                self.request,
                gettext(
                    "A letter asks at the new address whether it is theirs. The old one stands until they say yes."
                ),
            )
