"""What is pressed on a broadcast's page. Each press calls one action and says what came of it."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from audiences.actions.broadcasts import (
    ApprovalRefused,
    BroadcastNotChangeable,
    BroadcastNotReady,
    OtherThanSeen,
    approve_broadcast,
    reject_broadcast,
    submit_broadcast,
    take_back_broadcast,
)
from audiences.actions.deciding import NothingToDecide, decide_broadcast
from audiences.actions.holding import BroadcastNotUnderWay, pause_broadcast, resume_broadcast, stop_broadcast
from audiences.actions.resending import NothingToResend, resend_failed
from audiences.actions.trials import CannotTry, send_trial
from audiences.enums import BroadcastStatus
from audiences.forms.broadcast import RejectForm
from audiences.viewsets.broadcast_pages import BroadcastPage
from core.staff_views import refuse

APPROVE = "audiences.approve_broadcast"


class PressView(BroadcastPage):
    """One button. ``press`` does it and returns what to say; the exceptions named here are told as they are."""

    refusals: ClassVar[tuple[tuple[type[Exception], Any], ...]] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.press(request.user))
        except tuple(kind for kind, _said in self.refusals) as refusal:
            said = next(said for kind, said in self.refusals if isinstance(refusal, kind))
            messages.error(request, said or str(refusal))
        return self.back()

    def press(self, by: Any) -> str:
        raise NotImplementedError


class SubmitView(PressView):
    refusals = ((BroadcastNotReady, ""),)

    def press(self, by: Any) -> str:
        seen = self.request.POST.get("seen") or None
        broadcast = submit_broadcast(broadcast=self.broadcast, by=by, at=timezone.now(), seen=seen)
        if broadcast.status == BroadcastStatus.WAITING_FOR_APPROVAL:
            return gettext("It is handed in. Somebody else has to approve it before it leaves.")
        return gettext("It is scheduled.")


class TakeBackView(PressView):
    refusals = ((BroadcastNotChangeable, _("It is being sent already: pause or stop it instead.")),)

    def press(self, by: Any) -> str:
        take_back_broadcast(broadcast=self.broadcast, by=by)
        return gettext("It is a draft again.")


class ApproveView(PressView):
    refusals = (
        (OtherThanSeen, _("It was changed and handed in again since you looked at it. Look once more.")),
        (ApprovalRefused, _("Somebody other than its author has to approve it, while it waits.")),
    )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        return super().post(request, *args, **kwargs) if user.has_perm(APPROVE) else refuse(request)

    def press(self, by: Any) -> str:
        seen = self.request.POST.get("seen", "")
        broadcast = approve_broadcast(broadcast=self.broadcast, by=by, at=timezone.now(), seen=seen)
        if broadcast.status != BroadcastStatus.SCHEDULED:
            return gettext("It had changed since it was handed in: it is a draft again, and was not approved.")
        return gettext("It is approved.")


class RejectView(BroadcastPage):
    """Ask what has to change, then give it back."""

    template_name = "audiences/staff/broadcast_reject.html"
    page_title = _("Give it back to the author")
    changes = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"form": RejectForm(), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm(APPROVE):
            return refuse(request)
        form = RejectForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            reject_broadcast(broadcast=self.broadcast, reason=form.cleaned_data["reason"], by=user)
        except ApprovalRefused:
            messages.error(request, gettext("Somebody other than its author has to look at it, while it waits."))
        else:
            messages.success(request, gettext("It is given back to its author."))
        return self.back()


NOT_UNDER_WAY = ((BroadcastNotUnderWay, _("It is not being sent at the moment.")),)


class PauseView(PressView):
    refusals = NOT_UNDER_WAY

    def press(self, by: Any) -> str:
        pause_broadcast(broadcast=self.broadcast, by=by, at=timezone.now())
        return gettext("It is paused. What had left already cannot be called back.")


class ResumeView(PressView):
    refusals = NOT_UNDER_WAY

    def press(self, by: Any) -> str:
        resume_broadcast(broadcast=self.broadcast, by=by)
        return gettext("It goes on.")


class StopView(PressView):
    refusals = NOT_UNDER_WAY

    def press(self, by: Any) -> str:
        stop_broadcast(broadcast=self.broadcast, by=by, at=timezone.now())
        return gettext("It is stopped for good. Nobody else gets it.")


class DecideView(PressView):
    refusals = ((NothingToDecide, _("It was decided before.")),)

    def press(self, by: Any) -> str:
        number = self.request.POST.get("variant", "")
        pk = int(number) if number.isdecimal() and len(number) < 19 else 0
        variant = get_object_or_404(self.broadcast.variants, pk=pk)
        decide_broadcast(broadcast=self.broadcast, variant=variant, by=by)
        return gettext("Everybody else gets %(label)s.") % {"label": variant.label}


class ResendView(PressView):
    refusals = ((NothingToResend, _("Nobody’s message failed, or it is being sent again already.")),)

    def press(self, by: Any) -> str:
        resend_failed(broadcast=self.broadcast, by=by, at=timezone.now())
        return gettext("It is sent once more to those whose message failed, and to nobody else.")


class TryView(PressView):
    refusals = ((CannotTry, ""),)

    def press(self, by: Any) -> str:
        typed = self.request.POST.get("phone", "")
        count = send_trial(broadcast=self.broadcast, by=by, phone=typed[:40], at=timezone.now())
        return gettext("%(count)s on the way to you: each text, in each of its languages.") % {"count": count}


PRESSES: dict[str, type[PressView]] = {
    "submit": SubmitView,
    "take-back": TakeBackView,
    "approve": ApproveView,
    "pause": PauseView,
    "resume": ResumeView,
    "stop": StopView,
    "decide": DecideView,
    "resend": ResendView,
    "try": TryView,
}
