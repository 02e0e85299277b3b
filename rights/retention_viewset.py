"""How long a campaign keeps what it holds about people: its rules, what each would do now, and what was done."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from accounts.models import User
from campaigns.models import Campaign
from core import audit
from core.staff_views import (
    CRUD,
    DayColumn,
    RefusalPageMixin,
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedViewSet,
    refuse,
)
from people.viewsets import FormScreen
from rights.actions.retention import NotDueError, propose_rules, start_run
from rights.models import RetentionRule, RetentionRun
from rights.querysets import KEEPERS
from rights.retention_enums import Kept, KeptFor
from rights.retention_selectors import is_due, look

# So many are looked at while somebody waits for the page; the command looks at all.
LOOK_AT_MOST = 5_000
RUNS_SHOWN = 20


class ProposeForm(forms.Form):
    """The campaign that gets the usual rules."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.led_by(user, *KEEPERS)  # type: ignore[attr-defined]


class ProposeView(FormScreen):
    """Give a campaign the usual rules, switched off, to be looked at one by one."""

    right = "rights.add_retentionrule"
    index = ("staff_retention:index", _("Retention rules"))
    page_title = _("Propose the usual rules")
    header_icon = "calendar-alt"
    submit_label = _("Propose")

    def make_form(self, data: Any = None) -> ProposeForm:
        return ProposeForm(data, user=self.request.user)

    def save(self, form: ProposeForm) -> HttpResponse:
        added = len(propose_rules(campaign=form.cleaned_data["campaign"], by=self.request.user))
        if added:
            said = ngettext(
                "%(count)s rule was added, switched off. Look at what it would do, then switch it on.",
                "%(count)s rules were added, switched off. Look at what each would do, then switch it on.",
                added,
            )
            messages.success(self.request, said % {"count": added})
        else:
            messages.info(self.request, gettext("The campaign has a rule for everything already."))
        return redirect("staff_retention:index")


class RuleIndexView(ScopedIndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("rights.add_retentionrule"):
            return []
        usual = HeaderButton(
            _("Propose the usual rules"), url=reverse("staff_retention:propose"), icon_name="calendar-alt"
        )
        return [*super().header_buttons, usual]


class RuleFormMixin:
    """Only campaigns the user keeps may be chosen."""

    request: Any

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)  # type: ignore[misc]
        form.fields["campaign"].queryset = Campaign.objects.led_by(self.request.user, *KEEPERS)
        return form


class RuleCreateView(RuleFormMixin, ScopedCreateView):
    """A rule for one kind of data of one campaign."""


class RuleEditView(RuleFormMixin, ScopedEditView):
    """Another time, or switched on or off."""


class RuleView(RefusalPageMixin, WagtailAdminTemplateMixin, TemplateView):
    """One rule: what it would do now, doing it, and what was done by it before."""

    template_name = "rights/staff/retention_rule.html"
    header_icon = "calendar-alt"
    request: Any
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("rights.view_retentionrule"):
            return refuse(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def rule(self) -> RetentionRule:
        rules = RetentionRule.objects.visible_to(self.request.user).select_related("campaign")
        return get_object_or_404(rules, pk=self.kwargs["pk"])

    @property
    def page_title(self) -> str:
        return str(self.rule)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {"url": reverse("staff_retention:index"), "label": _("Retention rules")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin to apply the rule; the box beside the button says that it is meant."""
        if not request.user.has_perm("rights.change_retentionrule"):
            return refuse(request)
        if not request.POST.get("sure"):
            messages.error(request, gettext("Tick the box first: what is let go of does not come back."))
            return self.render_to_response(self.get_context_data(), status=422)
        try:
            start_run(rule=self.rule, by=request.user, at=timezone.now())
        except NotDueError:
            messages.error(request, gettext("It is not time yet: nothing was changed."))
        else:
            messages.success(request, gettext("It has begun. This page shows how far it is."))
        return redirect("staff_retention:rule", self.rule.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = timezone.now()
        due = is_due(self.rule, at)
        would = look(self.rule, at=at, limit=LOOK_AT_MOST)
        audit.record("rights.retention_rule.looked", by=self.request.user, target=self.rule, count=would.concerned)
        runs = list(RetentionRun.objects.filter(campaign=self.rule.campaign, what=self.rule.what)[:RUNS_SHOWN])
        pks = [run.actor.removeprefix("user:") for run in runs if run.actor.startswith("user:")]
        names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=pks)}
        return {
            **super().get_context_data(**kwargs),
            "rule": self.rule,
            "is_due": due,
            "would": would,
            "is_people": self.rule.what == Kept.SUPPORTERS,
            "kept": [(KeptFor(reason).label, count) for reason, count in sorted(would.kept.items())],
            "runs": [(run, names.get(run.actor, run.actor)) for run in runs],
            "is_running": any(run.finished_at is None for run in runs),
            "may_apply": self.request.user.has_perm("rights.change_retentionrule"),
        }


class RetentionRuleViewSet(ScopedViewSet):
    model = RetentionRule
    name = "retention"
    url_namespace = "staff_retention"
    icon = "calendar-alt"
    menu_label = _("Retention")
    menu_name = "retention"
    menu_order = 890
    add_to_admin_menu = True
    screens = CRUD
    list_display = [
        TitleColumn("what", label=_("What"), accessor="get_what_display", url_name="staff_retention:rule"),
        Column("campaign", label=_("Campaign")),
        Column("months", label=_("Months")),
        DayColumn("due_date", label=_("From")),
        BooleanColumn("is_active", label=_("Each night")),
    ]
    form_fields = ["campaign", "what", "months", "is_active"]
    related = ("campaign",)
    search_fields = ["campaign__title"]
    empty_text = _(
        "There is no rule yet: everything is kept until somebody asks otherwise. Begin with the usual rules of a "
        "campaign; they are switched off until you switch them on."
    )
    index_view_class = RuleIndexView
    add_view_class = RuleCreateView
    edit_view_class = RuleEditView

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("propose/", ProposeView.as_view(), name="propose"),
            path("rule/<int:pk>/", RuleView.as_view(), name="rule"),
        ]
