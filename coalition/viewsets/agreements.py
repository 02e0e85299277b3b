"""What campaigns ask of their partners: the rules of each, and the wordings, version by version."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.models import Campaign
from coalition.actions.agreements import publish_agreement, set_rules
from coalition.enums import AgreementKind
from coalition.forms import AgreementTextForm
from coalition.models import CoalitionSettings, PartnerAgreementText
from core.staff_views import (
    DayColumn,
    ScopedCreateView,
    ScopedEditView,
    ScopedInspectView,
    ScopedViewSet,
)
from core.version_views import VersionsIndexView, version_to_start_from
from people.viewsets import FormScreen


def _language(row: PartnerAgreementText) -> str:
    return settings.LANGUAGE_NAMES.get(row.language, row.language)


class AgreementIndexView(VersionsIndexView):
    space = "staff_partner_agreements"
    publish_right = "coalition.add_partneragreementtext"
    publish_label = _("Publish an agreement")


class PublishView(FormScreen):
    right = "coalition.add_partneragreementtext"
    index = ("staff_partner_agreements:index", _("Agreements with partners"))
    page_title = _("Publish an agreement")
    header_icon = "doc-full"
    submit_label = _("Publish")

    def make_form(self, data: Any = None) -> AgreementTextForm:
        told = self.request.GET
        start = version_to_start_from(self.request, PartnerAgreementText.objects.visible_to(self.request.user))
        kind = told.get("kind", "") if told.get("kind") in AgreementKind.values else AgreementKind.JOINT.value
        return AgreementTextForm(
            data, user=self.request.user, kind=kind, language=told.get("language", "en"), start=start
        )

    def save(self, form: AgreementTextForm) -> HttpResponse:
        told = form.cleaned_data
        text = publish_agreement(
            organisation=told["organisation"],
            kind=AgreementKind(told["kind"]),
            language=told["language"],
            body=told["body"],
            by=self.request.user,
        )
        said = gettext("Version %(version)s is in force. Partners that accepted an earlier one are shown the new one.")
        messages.success(self.request, said % {"version": text.version})
        return redirect("staff_partner_agreements:inspect", text.pk)


class AgreementInspectView(ScopedInspectView):
    def get_language_display_value(self) -> str:
        return _language(self.object)

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("coalition.add_partneragreementtext"):
            return []
        url = f"{reverse('staff_partner_agreements:publish')}?from={self.object.pk}"
        return [HeaderButton(_("Publish a new version"), url=url, icon_name="plus")]


class AgreementTextViewSet(ScopedViewSet):
    model = PartnerAgreementText
    name = "partner-agreements"
    url_namespace = "staff_partner_agreements"
    icon = "doc-full"
    menu_label = _("Agreements with partners")
    screens = frozenset({"index", "index_results", "inspect"})
    related = ("organisation",)
    list_display = [
        TitleColumn(
            "kind",
            label=_("What it is"),
            accessor="get_kind_display",
            get_url=lambda row: reverse("staff_partner_agreements:inspect", args=[row.pk]),
        ),
        Column("organisation", label=_("Organisation")),
        Column("language", label=_("Language"), accessor=_language),
        Column("version", label=_("Version")),
        DayColumn("created_at", label=_("Published")),
    ]
    inspect_view_fields = ["organisation", "kind", "language", "version", "body", "created_at"]
    index_view_class = AgreementIndexView
    inspect_view_class = AgreementInspectView
    empty_text = _("No agreement is published, so partners could accept none. Begin with the shipped template.")

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("publish/", PublishView.as_view(), name="publish")]


class RulesForm(WagtailAdminModelForm):
    """How a campaign takes partners in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["campaign"]
        field.queryset = Campaign.objects.changeable_by(self.for_user)
        if self.instance.pk:
            field.disabled = True

    class Meta:
        model = CoalitionSettings
        fields = ["campaign", "agreement_kind", "takes_applications"]


class SaveRules:
    """Save through the action, which writes the audit entry itself."""

    form: Any
    request: Any

    def save_instance(self) -> CoalitionSettings:
        told = self.form.cleaned_data
        return set_rules(
            campaign=told["campaign"],
            agreement_kind=told["agreement_kind"],
            takes_applications=told["takes_applications"],
            by=self.request.user,
        )


class RulesCreateView(SaveRules, ScopedCreateView):
    pass


class RulesEditView(SaveRules, ScopedEditView):
    pass


class RulesViewSet(ScopedViewSet):
    model = CoalitionSettings
    name = "partner-rules"
    url_namespace = "staff_partner_rules"
    icon = "cog"
    menu_label = _("Rules for partners")
    screens = frozenset({"index", "index_results", "add", "edit", "history", "history_results"})
    related = ("campaign",)
    list_display = [
        "campaign",
        Column("agreement_kind", label=_("Agreement"), accessor="get_agreement_kind_display"),
        BooleanColumn("takes_applications", label=_("Takes applications")),
    ]
    add_view_class = RulesCreateView
    edit_view_class = RulesEditView
    empty_text = _("No campaign has rules: partners are asked nothing, and none can apply on the site.")

    def get_form_class(self, for_update: bool = False) -> Any:
        return RulesForm
