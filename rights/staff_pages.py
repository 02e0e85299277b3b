"""One request in the staff area: whose it is, what is held, what was done, and the buttons that answer it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from core import audit
from core.audit_display import describe_details, with_words
from core.models import AuditEntry
from core.staff_page import StaffPage
from core.staff_views import audit_name, refuse
from people.actions.restriction import lift_restriction, restrict_supporter
from people.models import Supporter
from rights.actions import answering, requests
from rights.actions.letters import best_address
from rights.enums import RequestKind, RequestStatus
from rights.holdings import counts_of, held_about, tables
from rights.models import RightsRequest
from rights.selectors import may_decide_about, may_read_all_of, organisations_told
from rights.staff_forms import AnswerForm, ReasonForm
from rights.staff_titles import staff_title

STAFF = "staff:data-request"
# Buttons that are for whoever answers for the person, not for every organisation a request concerns.
_DECIDE = {"restrict", "lift", "refuse"}
REFUSALS: dict[type[requests.RequestRefused], Any] = {
    requests.AlreadyDecided: _("This request was answered already."),
    requests.PersonGone: _("The person is erased: nothing more can be done for them."),
    requests.TooLate: _("The month is over: the person had to be told before. Answer now."),
}


class RequestPage(StaffPage):
    """A page of one request: 404 outside, 403 for a change by who may only read."""

    permission = "rights.view_rightsrequest"
    header_icon = "key"
    trail = (("staff_rights:index", _("Requests about data")),)
    asked: RightsRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm(self.permission):
            return refuse(request)
        seen = RightsRequest.objects.visible_to(user).select_related("supporter", "decided_by")
        self.asked = get_object_or_404(seen, pk=kwargs["pk"])
        self.may_change = user.has_perm("rights.change_rightsrequest")
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def sees_person(self) -> bool:
        """Whether the viewer may read whose request it is; a partner's officer may see the request alone."""
        user: Any = self.request.user
        return Supporter.objects.visible_to(user).filter(pk=self.asked.supporter_id or 0).exists()

    def may_decide(self) -> bool:
        """Whether the viewer may do with the person what a request asks, or refuse it."""
        user: Any = self.request.user
        return self.may_change and (self.asked.supporter is None or may_decide_about(user, self.asked.supporter))

    def may_correct(self) -> bool:
        """Whether the viewer may put right what is held: what is corrected is read first."""
        return self.may_change and self.sees_person()

    def may_hand_copy(self) -> bool:
        """Whether the viewer may take the person's copy to them: who hands it over can read it."""
        user: Any = self.request.user
        return self.may_change and self.asked.supporter is not None and may_read_all_of(user, self.asked.supporter)

    def concerned(self) -> dict[str, Any]:
        """Return whom the request concerns, for the page; whom the viewer does not know is not named."""
        user: Any = self.request.user
        told, has_others = organisations_told(self.asked, user)
        return {"organisations": told, "has_others": has_others}


class ShowView(RequestPage):
    """Everything about one request. Each ``do`` is one button."""

    template_name = "rights/staff/request.html"
    failed: tuple[str, forms.Form] | None = None

    def get_page_title(self) -> str:
        return str(self.asked.get_kind_display())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("do", "")
        if name in _DECIDE and not self.may_decide():
            return refuse(request)
        form = self._form_of(name, request.POST)
        if not form.is_valid():
            self.failed = (name, form)
            return self.render_to_response(self.get_context_data(), status=422)
        act = self._acts().get(name)
        if act is None:
            return redirect(request.path)
        try:
            said = act(form.cleaned_data)
        except requests.RequestRefused as refusal:
            messages.error(request, str(REFUSALS[type(refusal)]))
        else:
            messages.success(request, said)
        return redirect(request.path)

    def _form_of(self, name: str, told: Any) -> forms.Form:
        if name in {"extend", "refuse"}:
            return ReasonForm(told, prefix=name)
        return AnswerForm(told, prefix=name) if name == "answer" else forms.Form(told)

    def _acts(self) -> dict[str, Callable[[dict[str, Any]], str]]:
        return {
            "copy": self._send_copy,
            "restrict": self._restrict,
            "lift": self._lift,
            "object": self._object,
            "extend": self._extend,
            "refuse": self._refuse,
            "answer": self._answer,
        }

    def _who(self) -> dict[str, Any]:
        return {"by": self.request.user, "at": timezone.now()}

    def _person(self) -> Supporter:
        if self.asked.supporter is None:
            raise requests.PersonGone
        return self.asked.supporter

    def _send_copy(self, _told: dict[str, Any]) -> str:
        if best_address(self._person()) is None:
            return gettext("No e-mail address of this person is known: answer by letter.")
        requests.send_copy(request=self.asked, **self._who())
        return gettext("The link to the copy is on its way. We see nothing of what is in it.")

    def _restrict(self, _told: dict[str, Any]) -> str:
        restrict_supporter(supporter=self._person(), **self._who())
        return gettext("The data is kept and used for nothing.")

    def _lift(self, _told: dict[str, Any]) -> str:
        lift_restriction(supporter=self._person(), by=self.request.user)
        return gettext("The data is used again as the person allowed.")

    def _object(self, _told: dict[str, Any]) -> str:
        """Take back what the person allowed the organisations the request concerns."""
        for organisation in self.asked.organisations.all():
            answering.object_to_marketing(
                supporter=self._person(), organisation=organisation, source=STAFF, **self._who()
            )
        return gettext("Everything they allowed is taken back.")

    def _extend(self, told: dict[str, Any]) -> str:
        requests.extend_request(request=self.asked, reason=told["reason"], **self._who())
        return gettext("Two months more. The person is told why.")

    def _refuse(self, told: dict[str, Any]) -> str:
        requests.refuse_request(request=self.asked, reason=told["reason"], **self._who())
        return gettext("Refused. The person is told why, and where to complain.")

    def _answer(self, told: dict[str, Any]) -> str:
        requests.answer_request(request=self.asked, answer=told["answer"], **self._who())
        return gettext("Done.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, person = self.asked, self.asked.supporter
        audit.record(audit_name(RightsRequest, "viewed"), by=self.request.user, target=asked)
        on = timezone.localdate()
        history = AuditEntry.objects.filter(target=audit.describe_target(asked)).order_by("-id")[:50]
        entries = with_words(history)
        return {
            **super().get_context_data(**kwargs),
            "asked": asked,
            "person": person if person is not None and self.sees_person() else None,
            "has_person": person is not None,
            **self.concerned(),
            "days_left": asked.days_left(on),
            "late_by": -asked.days_left(on),
            "held": self._held(person),
            "history": [(entry, describe_details(entry)) for entry in entries],
            "may_change": self.may_change,
            "may_decide": self.may_decide(),
            "may_correct": self.may_correct(),
            "hands_copy": asked.offers_copy(timezone.now() - timedelta(days=settings.RIGHTS_COPY_DAYS))
            and self.may_hand_copy(),
            "asks_correction": asked.kind == RequestKind.RECTIFICATION,
            "may_extend": asked.status == RequestStatus.OPEN and asked.days_left(on) >= 0,
            "has_address": best_address(person) is not None,
            "extend_form": self._shown("extend", ReasonForm),
            "refuse_form": self._shown("refuse", ReasonForm),
            "answer_form": self._shown("answer", AnswerForm),
        }

    def _shown(self, name: str, make: Callable[..., forms.Form]) -> forms.Form:
        return self.failed[1] if self.failed is not None and self.failed[0] == name else make(prefix=name)

    def _held(self, person: Supporter | None) -> list[tuple[str, int]]:
        """Return how much is held of each kind, without a word of what it says."""
        if person is None:
            return []
        counts = counts_of(held_about(person))
        return [(staff_title(table), counts[table.label]) for table in tables() if table.label in counts]


class EraseView(RequestPage):
    """Say what erasing means and whom it concerns; the button does it at once."""

    permission = "rights.change_rightsrequest"
    template_name = "rights/staff/erase.html"
    page_title = _("Erase this person")
    header_icon = "bin"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_decide():
            return refuse(request)
        try:
            erased = answering.erase_for_request(request=self.asked, by=request.user, at=timezone.now())
        except requests.PersonGone:
            messages.info(request, gettext("The person was erased before."))
        else:
            messages.success(request, gettext("The person is erased. The figures stay."))
            if erased.may_be_under_way:
                messages.warning(request, gettext("One message may already be under way to them."))
        return redirect(reverse("staff_rights:show", args=[self.asked.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.asked.supporter if self.asked.supporter_id and self.sees_person() else None
        return {
            **super().get_context_data(**kwargs),
            "asked": self.asked,
            "person": person,
            "may_decide": self.may_decide(),
            "has_person": self.asked.supporter_id is not None,
            **self.concerned(),
        }
