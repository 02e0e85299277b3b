"""A campaign's ledger in the staff area: who gave what, who helps, what the register must be told and by when."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column

from campaigns.actions import transparency
from campaigns.models import Contribution, Ledger, Publication, Sponsor, UnpaidHelp
from campaigns.selectors.transparency import (
    alarms_among,
    changed_since,
    compare_with_register,
    due_dates,
    sums_of,
    with_gifts,
)
from campaigns.transparency_enums import LedgerPlace, SponsorKind
from campaigns.transparency_rules import name_key, rule_on
from campaigns.viewsets.ledger_forms import (
    ContributionForm,
    CorrectionForm,
    GiftForm,
    HelpForm,
    LedgerForm,
    PublicationForm,
    SponsorForm,
    UndoForm,
)
from core import audit
from core.lists import listed
from core.staff_page import StaffPage
from core.staff_views import DayColumn, ScopedCreateView, ScopedViewSet, refuse

TRAIL = (("staff_ledgers:index", _("Ledgers")),)
PER_PAGE = 50
SHOWN_PUBLICATIONS = 12


class LedgerStaffPage(StaffPage):
    """A page of one ledger: 404 outside, 403 for a change by who may only read. Each ``do_…`` is one button."""

    permission = "campaigns.view_ledger"
    header_icon = "list-ul"
    failed: tuple[str, forms.Form] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        seen = Ledger.objects.visible_to(user).with_last_publications().select_related("campaign")
        self.ledger = get_object_or_404(seen, pk=kwargs["pk"])
        may = user.has_perm("campaigns.change_ledger")
        self.may_change = may and Ledger.objects.changeable_by(user).filter(pk=self.ledger.pk).exists()
        if request.method == "POST" and not self.may_change:
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    def form(self, name: str, make: Callable[..., forms.Form], **told: Any) -> forms.Form:
        """Return a form of the page; the one that was sent and refused as it was typed."""
        if self.failed is not None and self.failed[0] == name:
            return self.failed[1]
        return make(prefix=name, **told)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.POST.get("do", "")
        made = self.posted(name, request.POST)
        if made is None:
            return redirect(request.path)
        form, run = made
        if form.is_valid():
            try:
                run(form, {"by": request.user, "at": timezone.now()})
            except transparency.LedgerRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, gettext("Written down."))
                return redirect(self.after())
        self.failed = (name, form)
        return self.render_to_response(self.get_context_data(), status=422)

    def after(self) -> str:
        return self.request.path

    def posted(self, name: str, told: Any) -> tuple[forms.Form, Callable[..., Any]] | None:
        """Return the form behind a button and what it does; None for a button the page has not."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "ledger": self.ledger,
            "rule": rule_on(timezone.localdate()),
            "may_change": self.may_change,
            "sees_people": self.request.user.has_perm("campaigns.view_sponsor"),
            "failed": self.failed[1] if self.failed else None,
        }


class LedgerView(LedgerStaffPage):
    """The whole ledger: sums, who is above the threshold, what is due, and what can be written down."""

    template_name = "campaigns/staff/ledger.html"
    trail = TRAIL

    def get_page_title(self) -> str:
        return gettext("Ledger of %(campaign)s") % {"campaign": self.ledger.campaign}

    def posted(self, name: str, told: Any) -> tuple[forms.Form, Callable[..., Any]] | None:
        ledger = self.ledger
        if name == "contribution":
            return ContributionForm(told, prefix=name, ledger=ledger), self._contribute
        if name == "help":
            return HelpForm(told, prefix=name), self._help
        if name == "publish":
            return PublicationForm(told, prefix=name), self._publish
        if name == "unpublish":
            row = get_object_or_404(Publication, ledger=ledger, pk=_number(told.get("entry")))
            return forms.Form(told), lambda _form, who: transparency.undo_publication(publication=row, **who)
        return None

    def _contribute(self, form: Any, who: dict[str, Any]) -> None:
        told, key = form.answers, form.cleaned_data["entry_key"]
        sponsor, name, kind = (told.pop(field) for field in ("sponsor", "name", "kind"))
        gift = transparency.Gift(**told)
        if sponsor is not None:
            transparency.add_contribution(sponsor=sponsor, gift=gift, entry_key=key, **who)
        else:
            kind = SponsorKind(kind or SponsorKind.ORGANISATION)
            new = {"ledger": self.ledger, "name": name, "kind": kind}
            transparency.add_gift_of_new(**new, gift=gift, entry_key=key, **who)

    def _help(self, form: Any, who: dict[str, Any]) -> None:
        told = transparency.Help(**form.answers)
        transparency.add_help(ledger=self.ledger, told=told, entry_key=form.cleaned_data["entry_key"], **who)

    def _publish(self, form: Any, who: dict[str, Any]) -> None:
        places = [LedgerPlace(each) for each in form.cleaned_data["places"]]
        transparency.record_publication(ledger=self.ledger, places=places, on=form.cleaned_data["on"], **who)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ledger, on = self.ledger, timezone.localdate()
        context = super().get_context_data(**kwargs)
        sought = name_key(self.request.GET.get("q", "").replace("\0", ""))[:200]
        sponsors = ledger.sponsors.largest_first()
        if sought and context["sees_people"]:
            sponsors = sponsors.filter(key__contains=sought)
        page = Paginator(with_gifts(sponsors), PER_PAGE).get_page(self.request.GET.get("p"))
        latest = ledger.publications.standing().filter(place=LedgerPlace.REGISTER).newest_first().first()
        audit.record("campaigns.ledger.viewed", by=self.request.user, target=ledger, count=len(page.object_list))
        return {
            **context,
            "sums": sums_of(ledger),
            "sought": sought,
            "page": page,
            "helps": ledger.helps.standing(),
            "publications": ledger.publications.select_related("by", "undone_by")[:SHOWN_PUBLICATIONS],
            "due": by_day(due_dates(ledger, on=on)),
            "alarms": alarms_among(Ledger.objects.filter(pk=ledger.pk), on=on),
            "to_tell": changed_since(ledger, latest),
            "comparisons": compare_with_register(ledger, ledger.campaign.initiatives.all()),
            "contribution_form": self.form("contribution", ContributionForm, ledger=ledger),
            "help_form": self.form("help", HelpForm),
            "publication_form": self.form("publish", PublicationForm),
        }


class RowPage(LedgerStaffPage):
    """A page of one row of a ledger, below the ledger's own."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        url = reverse("staff_ledgers:ledger", args=[self.ledger.pk])
        return [*items[:-1], {"url": url, "label": str(self.ledger)}, items[-1]]

    trail = TRAIL


class SponsorView(RowPage):
    """One sponsor: who it is, everything it gave, and what was corrected or taken back, by whom and why."""

    template_name = "campaigns/staff/ledger_sponsor.html"
    permission = "campaigns.view_sponsor"
    header_icon = "user"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        ledger = get_object_or_404(Ledger.objects.visible_to(user), pk=kwargs["pk"])
        self.sponsor = get_object_or_404(Sponsor.objects.select_related("ledger"), ledger=ledger, pk=kwargs["row"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return str(self.sponsor)

    @cached_property
    def rows(self) -> list[Contribution]:
        return list(self.sponsor.contributions.select_related("entered_by", "undone_by").order_by("-pk"))

    def posted(self, name: str, told: Any) -> tuple[forms.Form, Callable[..., Any]] | None:
        sponsor = self.sponsor
        if name == "sponsor":
            return SponsorForm(told, prefix=name, sponsor=sponsor), self._change
        if name == "forget":
            return forms.Form(told), lambda _form, who: transparency.forget_sponsor(sponsor=sponsor, **who)
        if name == "gift":
            return GiftForm(told, prefix=name), self._give
        verb, _dash, number = name.partition("-")
        if verb not in {"correct", "undo"}:
            return None
        row = get_object_or_404(Contribution.objects.select_related("sponsor"), sponsor=sponsor, pk=_number(number))
        if verb == "correct":
            form = CorrectionForm(told, prefix=name, row=row)
            return form, lambda form, who: self._correct(row, form, who)
        return UndoForm(told, prefix=name), lambda form, who: transparency.undo_contribution(
            contribution=row, reason=form.cleaned_data["reason"], **who
        )

    def _change(self, form: Any, who: dict[str, Any]) -> None:
        told = {**form.cleaned_data, "kind": SponsorKind(form.cleaned_data["kind"])}
        transparency.change_sponsor(sponsor=self.sponsor, **told, **who)

    def _give(self, form: Any, who: dict[str, Any]) -> None:
        gift = transparency.Gift(**form.answers)
        transparency.add_contribution(sponsor=self.sponsor, gift=gift, entry_key=form.cleaned_data["entry_key"], **who)

    def _correct(self, row: Contribution, form: Any, who: dict[str, Any]) -> None:
        gift, key = transparency.Gift(**form.answers), form.cleaned_data["entry_key"]
        transparency.add_contribution(sponsor=self.sponsor, gift=gift, corrects=row, entry_key=key, **who)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        audit.record("campaigns.sponsor.viewed", by=self.request.user, target=self.sponsor)
        standing = set(self.sponsor.contributions.standing().values_list("pk", flat=True))
        lines = []
        for row in self.rows:
            can_change = self.may_change and row.pk in standing
            forms_of_row = [
                ("correct", self.form(f"correct-{row.pk}", CorrectionForm, row=row)),
                ("undo", self.form(f"undo-{row.pk}", UndoForm)),
            ]
            lines.append({"row": row, "stands": row.pk in standing, "forms": forms_of_row if can_change else []})
        return {
            **super().get_context_data(**kwargs),
            "sponsor": self.sponsor,
            "lines": lines,
            "sponsor_form": self.form("sponsor", SponsorForm, sponsor=self.sponsor),
            "gift_form": self.form("gift", GiftForm),
        }


class HelpView(RowPage):
    """One entry of help without money: correct it or take it back."""

    template_name = "campaigns/staff/ledger_help.html"
    permission = "campaigns.view_unpaidhelp"
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        ledger = get_object_or_404(Ledger.objects.visible_to(user), pk=kwargs["pk"])
        rows = UnpaidHelp.objects.select_related("ledger", "entered_by", "undone_by", "corrects")
        self.row = get_object_or_404(rows, ledger=ledger, pk=kwargs["row"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return str(self.row)

    def after(self) -> str:
        return reverse("staff_ledgers:ledger", args=[self.ledger.pk])

    def posted(self, name: str, told: Any) -> tuple[forms.Form, Callable[..., Any]] | None:
        if name == "correct":
            return HelpForm(told, prefix=name), self._correct
        if name == "undo":
            return UndoForm(told, prefix=name), self._undo
        return None

    def _correct(self, form: Any, who: dict[str, Any]) -> None:
        told, key = transparency.Help(**form.answers), form.cleaned_data["entry_key"]
        transparency.add_help(ledger=self.ledger, told=told, corrects=self.row, entry_key=key, **who)

    def _undo(self, form: Any, who: dict[str, Any]) -> None:
        transparency.undo_help(row=self.row, reason=form.cleaned_data["reason"], **who)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "row": self.row,
            "stands": UnpaidHelp.objects.filter(pk=self.row.pk).standing().exists(),
            "correct_form": self.form("correct", HelpForm, row=self.row),
            "undo_form": self.form("undo", UndoForm),
        }


def by_day(due: dict[LedgerPlace, date]) -> list[tuple[date, str]]:
    """Return each day with the places that are due on it, the next first."""
    return [(day, listed([each.label for each in due if due[each] == day])) for day in sorted(set(due.values()))]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


class LedgerCreateView(ScopedCreateView):
    """Open a ledger; one campaign keeps one."""

    def save_instance(self) -> Ledger:
        told = self.form.cleaned_data
        ledger = transparency.open_ledger(
            campaign=told["campaign"], starts_date=told["starts_date"], is_public=told["is_public"],
            by=self.request.user,
        )  # fmt: skip
        if told["ends_date"]:
            ledger.ends_date = told["ends_date"]
            ledger.save(update_fields=["ends_date"])
        return ledger

    def get_success_url(self) -> str:
        return reverse("staff_ledgers:ledger", args=[self.object.pk])


def link_to_ledger(ledger: Any) -> str:
    return format_html('<a href="{}">{}</a>', reverse("staff_ledgers:ledger", args=[ledger.pk]), ledger.campaign)


class LedgerViewSet(ScopedViewSet):
    model = Ledger
    name = "ledgers"
    url_namespace = "staff_ledgers"
    icon = "list-ul"
    menu_label = _("Ledgers of sponsors")
    screens = frozenset({"index", "index_results", "add", "edit", "history", "history_results"})
    related = ("campaign",)
    list_display = [
        Column("campaign", label=_("Campaign"), accessor=link_to_ledger),
        DayColumn("starts_date", label=_("Duty since")),
        DayColumn("ends_date", label=_("Duty until")),
        BooleanColumn("is_public", label=pgettext_lazy("a page", "Public")),
    ]
    search_fields = ["campaign__title"]
    empty_text = _(
        "No campaign keeps a ledger yet. An initiative names every sponsor above the legal sum and every organisation "
        "that helps without money, and brings it up to date every two months."
    )
    add_view_class = LedgerCreateView
    edit_handler = ObjectList(
        [FieldPanel("campaign"), FieldPanel("starts_date"), FieldPanel("ends_date"), FieldPanel("is_public")],
        base_form_class=LedgerForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("ledger/<int:pk>/", LedgerView.as_view(), name="ledger"),
            path("ledger/<int:pk>/sponsor/<int:row>/", SponsorView.as_view(), name="sponsor"),
            path("ledger/<int:pk>/help/<int:row>/", HelpView.as_view(), name="help"),
        ]
