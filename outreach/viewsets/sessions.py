"""Looking through mobilisers' sessions, taking one out of the figures with a reason, giving it back."""

from datetime import UTC
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from core import audit
from core.staff_page import StaffPage
from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet, refuse
from outreach.actions.revocations import NothingToRevoke, Session, revoke_session, undo_revocation
from outreach.actions.revoked_consents import RevocationUndone, consents_of, withdraw_recorded_consents
from outreach.models import CanvassingEffort, Revocation
from outreach.selectors.sessions import preview_session, sessions_for

TRAIL = (("staff_revocations:index", _("Undone sessions")),)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For your colleagues and whoever checks the figures later. No names."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SessionsView(StaffPage):
    """The newest sessions with what looks odd about them."""

    template_name = "outreach/staff/sessions.html"
    permission = "outreach.add_revocation"
    header_icon = "user"
    page_title = _("Sessions of mobilisers")
    trail = TRAIL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        wanted = self.request.GET.get("effort", "")
        effort = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None
        page = sessions_for(user, effort=effort, before=_moment(self.request.GET.get("before", "")))
        audit.record("outreach.session.listed", by=user, count=len(page.lines))
        efforts = CanvassingEffort.objects.visible_to(user)
        return {**super().get_context_data(**kwargs), "page": page, "efforts": efforts, "effort": effort}


def _moment(text: str) -> Any:
    """Return the moment an address names; what is none, or lies where no calendar of ours reaches, is no limit."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found and timezone.is_aware(found) else None
    except (ValueError, OverflowError):
        return None


class RevokeView(StaffPage):
    """What is in a session, and the button that takes it out of the figures."""

    template_name = "outreach/staff/session.html"
    permission = "outreach.add_revocation"
    header_icon = "warning"
    page_title = _("Take a session out of the figures")
    trail = (*TRAIL, ("staff_revocations:sessions", _("Sessions of mobilisers")))

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.session = Session(
            effort_id=kwargs["effort"],
            mobiliser_id=kwargs["mobiliser"],
            organisation_id=kwargs["organisation"],
            session_id=kwargs["session"],
        )

    def _preview(self) -> Any:
        user: Any = self.request.user
        preview = preview_session(user, self.session)
        if preview is None:
            raise Http404
        return preview

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or ReasonForm()
        preview = kwargs.pop("preview", None) or self._preview()
        return {**super().get_context_data(**kwargs), "preview": preview, "form": form, "line": preview.line}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        preview = self._preview()
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form, preview=preview), status=422)
        user: Any = request.user
        try:
            done = revoke_session(session=self.session, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
        except NothingToRevoke:
            messages.warning(request, gettext("Nothing of this session counts any more."))
        else:
            text = ngettext(
                "%(count)s record was taken out of the figures.",
                "%(count)s records were taken out of the figures.",
                done.count,
            )
            messages.success(request, text % {"count": done.count})
            if consents_of(done).recorded:
                return redirect("staff_revocations:consents", done.pk)
        return redirect("staff_revocations:index")


class RevocationView(StaffPage):
    """A screen about one revocation, for who may change it."""

    permission = "outreach.view_revocation"
    trail = TRAIL

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = Revocation.objects.visible_to(user).select_related("effort", "mobiliser")
        self.revocation = get_object_or_404(seen, pk=kwargs["pk"])
        may = user.has_perm("outreach.change_revocation")
        if not may or not Revocation.objects.changeable_by(user).filter(pk=self.revocation.pk).exists():
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "revocation": self.revocation}


class UndoView(RevocationView):
    """Ask once, then give the whole session back."""

    template_name = "outreach/staff/undo_revocation.html"
    header_icon = "rotate"
    page_title = _("Give the session back")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        count = undo_revocation(revocation=self.revocation, by=user, at=timezone.now())
        text = ngettext("%(count)s record counts again.", "%(count)s records count again.", count)
        messages.success(request, text % {"count": count})
        return redirect("staff_revocations:index")


class ConsentsView(RevocationView):
    """How many consents the session recorded, and the button that withdraws them."""

    template_name = "outreach/staff/revoked_consents.html"
    header_icon = "mail"
    page_title = _("Consents of the session")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "consents": consents_of(self.revocation)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        try:
            count = withdraw_recorded_consents(revocation=self.revocation, by=user, at=timezone.now())
        except RevocationUndone:
            messages.warning(request, gettext("This session was given back: its consents stand."))
        else:
            text = ngettext("%(count)s consent was withdrawn.", "%(count)s consents were withdrawn.", count)
            messages.success(request, text % {"count": count})
        return redirect("staff_revocations:consents", self.revocation.pk)


class UndoColumn(Column):
    cell_template_name = "outreach/staff/undo_cell.html"


class RevocationIndexView(KeysetIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        may = self.request.user.has_perm("outreach.change_revocation")
        for row in context["object_list"]:
            row.may_undo = may and row.undone_at is None and row.pk in self.changeable_on_page
        return context

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("outreach.add_revocation"):
            return []
        url = reverse("staff_revocations:sessions")
        return [HeaderButton(SessionsView.page_title, url=url, icon_name="user")]


class RevocationViewSet(ScopedViewSet):
    model = Revocation
    name = "revocations"
    url_namespace = "staff_revocations"
    icon = "rotate"
    menu_label = _("Undone sessions")
    screens = frozenset({"index", "index_results"})
    related = ("effort", "mobiliser", "by")
    lists_people = True
    list_display = [
        MomentColumn("created_at", label=_("When")),
        Column("effort", label=_("Effort")),
        Column("mobiliser", label=_("Mobiliser")),
        Column("count", label=_("Records")),
        Column("reason", label=_("Reason")),
        Column("by", label=_("Who")),
        UndoColumn("undone_at", label=_("Undone")),
    ]
    index_view_class = RevocationIndexView
    empty_text = _("No session was ever taken out of the figures. Look through them under Sessions of mobilisers.")

    def get_urlpatterns(self) -> list[Any]:
        revoke = "sessions/<int:effort>/<int:mobiliser>/<int:organisation>/<uuid:session>/"
        return [
            *super().get_urlpatterns(),
            path("sessions/", SessionsView.as_view(), name="sessions"),
            path(revoke, RevokeView.as_view(), name="revoke"),
            path("undo/<int:pk>/", UndoView.as_view(), name="undo"),
            path("consents/<int:pk>/", ConsentsView.as_view(), name="consents"),
        ]
