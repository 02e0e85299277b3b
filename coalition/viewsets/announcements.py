"""Announcements to partners, for whoever writes them: the list, the form, publishing, who has read."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.models import Campaign
from coalition.actions.announcements import (
    ChangedMeanwhileError,
    NobodyToTellError,
    NotADraftError,
    NotPublishedError,
    correct_announcement,
    publish_announcement,
    save_draft,
    seal_of,
    withdraw_announcement,
)
from coalition.announcement_enums import AnnouncementStatus
from coalition.announcement_forms import AnnouncementForm
from coalition.announcement_letters import sample_letter, sending_of
from coalition.models import Announcement
from coalition.querysets import KEEPERS
from coalition.selectors.announcements import (
    addressed_in_words,
    audience_of,
    readings_of,
    shown_texts,
    with_figures,
)
from coalition.viewsets.announcement_reading import InboxView, ReadView
from core.staff_page import StaffPage
from core.staff_views import KeysetIndexView, MomentColumn, ScopedViewSet, refuse

SPACE = "staff_announcements"
TRAIL = ((f"{SPACE}:index", _("Announcements")),)


class AnnouncementFilterSet(WagtailFilterSet):
    """One of the campaigns the viewer keeps, and the state."""

    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=lambda request: Campaign.objects.led_by(request.user, *KEEPERS)
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=AnnouncementStatus.choices)

    class Meta:
        model = Announcement
        fields: list[str] = []


class AnnouncementIndexView(KeysetIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        return with_figures(super().get_base_queryset())

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("coalition.add_announcement"):
            return []
        return [HeaderButton(_("Write an announcement"), url=reverse(f"{SPACE}:write"), icon_name="plus")]


class WriteView(StaffPage):
    """A new announcement, a draft, or the texts of a published one."""

    permission = "coalition.add_announcement"
    trail = TRAIL
    template_name = "coalition/staff/announcement_write.html"
    header_icon = "edit"
    announcement: Announcement | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if "pk" in kwargs:
            self.permission = "coalition.change_announcement"
            self.announcement = get_object_or_404(Announcement.objects.visible_to(user), pk=kwargs["pk"])
            if not Announcement.objects.changeable_by(user).filter(pk=kwargs["pk"]).exists():
                return refuse(request)
            if self.announcement.status == AnnouncementStatus.WITHDRAWN:
                return redirect(f"{SPACE}:show", kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_published(self) -> bool:
        return self.announcement is not None and self.announcement.status == AnnouncementStatus.PUBLISHED

    def get_page_title(self) -> str:
        if self.announcement is None:
            return gettext("Write an announcement")
        return gettext("Correct an announcement") if self.is_published else gettext("Change an announcement")

    def make_form(self, data: Any = None) -> AnnouncementForm:
        user: Any = self.request.user
        return AnnouncementForm(data, user=user, announcement=self.announcement)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "is_published": self.is_published}
        context.setdefault("form", self.make_form())
        context["back"] = reverse(f"{SPACE}:show", args=[self.announcement.pk]) if self.announcement else ""
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if form.is_valid():
            try:
                return self.save(form)
            except (NotADraftError, NotPublishedError):
                said = gettext("Somebody published or withdrew it meanwhile. Nothing was changed; look at it first.")
                form.add_error(None, said)
            except ChangedMeanwhileError:
                form.look_again(Announcement.objects.get(pk=kwargs["pk"]))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def save(self, form: AnnouncementForm) -> HttpResponse:
        told: dict[str, Any] = {"announcement": self.announcement, "by": self.request.user, "at": timezone.now()}
        told["seal"] = form.cleaned_data["seal"]
        if self.is_published:
            if form.cleaned_data["was"] != AnnouncementStatus.PUBLISHED:
                raise NotADraftError
            saved = correct_announcement(texts=form.texts(), is_pinned=form.cleaned_data["is_pinned"], **told)
            messages.success(self.request, gettext("Corrected. Partners see that it was, and when."))
        else:
            saved = save_draft(draft=form.draft(), campaign=form.cleaned_data["campaign"], **told)
            messages.success(self.request, gettext("Saved as a draft. Nobody sees it yet: look at it, then publish."))
        return redirect(f"{SPACE}:show", saved.pk)


class OnePage(StaffPage):
    """A page of one announcement: 404 for who does not see it, 403 for a change by who may only read."""

    permission = "coalition.view_announcement"
    trail = TRAIL
    header_icon = "mail"
    changes = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm(self.permission):
            return refuse(request)
        seen = Announcement.objects.visible_to(user).select_related("campaign__organisation", "published_by")
        self.announcement = get_object_or_404(seen.prefetch_related("texts"), pk=kwargs["pk"])
        may = user.has_perm("coalition.change_announcement")
        self.may_change = may and Announcement.objects.changeable_by(user).filter(pk=self.announcement.pk).exists()
        if (self.changes or request.method == "POST") and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return str(self.texts[0].text.subject)

    def get_page_subtitle(self) -> str:
        return self.announcement.campaign.title

    @cached_property
    def texts(self) -> list[Any]:
        first = self.announcement.fallback_id
        return sorted(shown_texts(self.announcement), key=lambda shown: shown.text.pk != first)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        announcement = self.announcement
        is_draft = announcement.status == AnnouncementStatus.DRAFT
        return {
            **super().get_context_data(**kwargs),
            "announcement": announcement,
            "is_draft": is_draft,
            "is_published": announcement.status == AnnouncementStatus.PUBLISHED,
            "may_change": self.may_change,
            "addressed": addressed_in_words(announcement),
            "audience": audience_of(announcement) if is_draft else None,
            "seal": seal_of(announcement),
            "sending": None if is_draft else sending_of(announcement),
        }


class ShowView(OnePage):
    """An announcement as it is shown and as it is sent, to whom it goes or went, and who has read it."""

    template_name = "coalition/staff/announcement.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        letters = [(shown, *sample_letter(self.announcement, shown.text)) for shown in self.texts]
        context["texts"] = letters if self.announcement.sends_letter else [(each, "", "", "") for each in self.texts]
        if not context["is_draft"]:
            readings = readings_of(self.announcement)
            context["read_by"] = sum(row.read_at is not None for row in readings)
            context["readings"] = [row for row in readings if self.is_shown(row)]
            context["went_to"] = len(readings)
        context["show"] = self.request.GET.get("show", "")
        return context

    def is_shown(self, row: Any) -> bool:
        return row.read_at is None if self.request.GET.get("show") == "unread" else True


class PublishView(OnePage):
    """Say once more to whom it goes, then publish."""

    permission = "coalition.change_announcement"
    template_name = "coalition/staff/announcement_publish.html"
    page_title = _("Publish")
    changes = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.announcement.status != AnnouncementStatus.DRAFT:
            return redirect(f"{SPACE}:show", self.announcement.pk)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        try:
            publish_announcement(
                announcement=self.announcement, seal=request.POST.get("seal", ""), by=user, at=timezone.now()
            )
        except ChangedMeanwhileError:
            said = gettext("Somebody changed the draft after you looked at it. Nothing was published; look again.")
            messages.error(request, said)
        except NobodyToTellError:
            messages.error(request, gettext("No partner is of these roles and countries; nothing was published."))
        else:
            messages.success(request, gettext("Published. Partners see it now; letters are on their way."))
        return redirect(f"{SPACE}:show", self.announcement.pk)


class WithdrawView(OnePage):
    """Say what withdrawing does, then do it."""

    permission = "coalition.change_announcement"
    template_name = "coalition/staff/announcement_withdraw.html"
    page_title = _("Withdraw")
    changes = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.announcement.status != AnnouncementStatus.PUBLISHED:
            return redirect(f"{SPACE}:show", self.announcement.pk)
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            withdraw_announcement(announcement=self.announcement, by=request.user, at=timezone.now())
        except ChangedMeanwhileError:
            return refuse(request)
        except NotPublishedError:
            messages.error(request, gettext("A draft is seen by nobody; there is nothing to withdraw."))
        else:
            messages.success(request, gettext("Withdrawn. Partners do not see it any more."))
        return redirect(f"{SPACE}:show", self.announcement.pk)


class AnnouncementViewSet(ScopedViewSet):
    model = Announcement
    name = "announcements"
    url_namespace = SPACE
    icon = "mail"
    menu_label = _("Announcements")
    screens = frozenset({"index", "index_results", "history", "history_results"})
    related = ("campaign", "fallback")
    filterset_class = AnnouncementFilterSet
    index_view_class = AnnouncementIndexView
    list_display = [
        TitleColumn(
            "fallback", label=_("Subject"), get_url=lambda row: reverse(f"{SPACE}:show", args=[row.pk]),
        ),
        Column("campaign", label=_("Campaign")),
        Column("status", label=_("State"), accessor="get_status_display"),
        MomentColumn("published_at", label=_("Published")),
        Column("went_to", label=_("Partners"), accessor=lambda row: row.went_to if row.published_at else ""),
        Column("read_by", label=_("Read by"), accessor=lambda row: row.read_by if row.published_at else ""),
    ]  # fmt: skip
    empty_text = _("Nothing has been announced. Write once, in several languages, to all partners of a campaign.")

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("write/", WriteView.as_view(), name="write"),
            path("announcement/<int:pk>/", ShowView.as_view(), name="show"),
            path("announcement/<int:pk>/write/", WriteView.as_view(), name="change"),
            path("announcement/<int:pk>/publish/", PublishView.as_view(), name="publish"),
            path("announcement/<int:pk>/withdraw/", WithdrawView.as_view(), name="withdraw"),
            path("inbox/", InboxView.as_view(), name="inbox"),
            path("read/<int:pk>/", ReadView.as_view(), name="read"),
        ]
