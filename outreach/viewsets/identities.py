"""People met whom the machine could not place: staff decide who each one is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn

from core import audit
from core.staff_views import MomentColumn, ScopedIndexView, ScopedViewSet, refuse
from outreach.actions.matching import CannotDecide, NotAmbiguous, decide_identity, discard_identity
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity
from outreach.selectors.review import Review, days_left, review_of
from people.models import Supporter
from people.viewsets import FormScreen

NEW, DISCARD = "new", "discard"


class DecisionForm(forms.Form):
    """Who it is: one of the candidates the viewer sees, somebody new, or nobody to keep."""

    decision = forms.ChoiceField(label=_("Who is it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(each.supporter_id), gettext("%(name)s, record %(number)s") % {
                "name": each.name, "number": each.supporter_id,
            })
            for each in review.candidates
            if each.is_visible
        ]  # fmt: skip
        if review.may_be_new:
            choices.append((NEW, gettext("Somebody new; an address that is another's stays theirs")))
        choices.append((DISCARD, gettext("Nobody to keep: forget name and addresses, keep the anonymous record")))
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]


class DecideView(FormScreen):
    """What was told and who it may be, side by side; then the decision."""

    right = "outreach.change_contactidentity"
    index = ("staff_identities:index", _("People to place"))
    page_title = _("Who is it?")
    header_icon = "group"
    template_name = "outreach/staff/decide_identity.html"
    submit_label = _("Decide")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = ContactIdentity.objects.filter(status=MatchStatus.AMBIGUOUS).select_related(
            "contact__mobiliser", "contact__organisation", "contact__effort__organisation",
            "contact__effort__campaign__organisation",
        )  # fmt: skip
        user: Any = request.user
        pk = kwargs["pk"]
        self.identity = get_object_or_404(rows.visible_to(user), pk=pk)
        if not ContactIdentity.objects.changeable_by(user).filter(pk=pk).exists():
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def review(self) -> Review:
        return review_of(self.identity, self.request.user)

    def make_form(self, data: Any = None) -> DecisionForm:
        return DecisionForm(data, review=self.review)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        audit.record("outreach.contact_identity.viewed", by=self.request.user, target=self.identity)
        return super().get(request, *args, **kwargs)

    def save(self, form: DecisionForm) -> HttpResponse:
        decision, user, at = form.cleaned_data["decision"], self.request.user, timezone.now()
        try:
            if decision == DISCARD:
                discard_identity(identity=self.identity, by=user, at=at)
            else:
                chosen = None if decision == NEW else Supporter.objects.visible_to(user).get(pk=decision)
                decide_identity(identity=self.identity, supporter=chosen, by=user, at=at)
        except NotAmbiguous:
            messages.warning(self.request, gettext("Somebody decided before you, or the mobiliser took it back."))
        except (CannotDecide, Supporter.DoesNotExist):
            messages.error(self.request, gettext("The records have changed meanwhile. Please look again."))
            return redirect("staff_identities:decide", self.identity.pk)
        else:
            messages.success(self.request, gettext("Decided. What was told is no longer kept here."))
        return redirect("staff_identities:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "review": self.review, "days_left": days_left(self.identity, timezone.now())}


class IdentityIndexView(ScopedIndexView):
    """Who is forgotten first stands first. Nobody stands here longer than 30 days, so ordinary pages will do."""

    page_title = _("People to place")

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().filter(status=MatchStatus.AMBIGUOUS)

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.order_by("contact__received_at", "pk")


class IdentityViewSet(ScopedViewSet):
    model = ContactIdentity
    name = "people-met"
    url_namespace = "staff_identities"
    menu_label = _("People to place")
    icon = "group"
    screens = frozenset({"index", "index_results"})
    lists_people = True
    related = ("contact__effort", "contact__mobiliser", "contact__organisation")
    list_display = [
        TitleColumn(
            "name",
            label=_("Name as told"),
            accessor=lambda row: row.full_name or gettext("no name given"),
            get_url=lambda row: reverse("staff_identities:decide", args=[row.pk]),
        ),
        MomentColumn("when", label=_("When"), accessor="contact.occurred_at"),
        Column("effort", label=_("Effort"), accessor="contact.effort"),
        Column("mobiliser", label=_("Mobiliser"), accessor=lambda row: row.contact.mobiliser or ""),
        Column("candidates", label=_("May be"), accessor=lambda row: len(row.candidates)),
        Column("days_left", label=_("Days left"), accessor=lambda row: days_left(row, timezone.now())),
    ]
    index_view_class = IdentityIndexView
    empty_text = _(
        "Nobody waits to be placed. Here stand people met whose address is known under another name; "
        "after 30 days they are forgotten."
    )

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("decide/<int:pk>/", DecideView.as_view(), name="decide")]
