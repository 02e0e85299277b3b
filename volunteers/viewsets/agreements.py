"""What volunteers agree to: published texts, version by version, like consent wordings."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from core.staff_views import DayColumn, ScopedInspectView, ScopedViewSet
from core.version_views import VersionsIndexView, version_to_start_from
from people.viewsets import FormScreen
from volunteers.actions.agreements import publish_agreement_text
from volunteers.enums import AgreementKind
from volunteers.models import AgreementText
from volunteers.staff_forms import AgreementTextForm


def _language(row: AgreementText) -> str:
    return settings.LANGUAGE_NAMES.get(row.language, row.language)


class AgreementTextIndexView(VersionsIndexView):
    space = "staff_agreements"
    publish_right = "volunteers.add_agreementtext"
    publish_label = _("Publish an agreement")


class PublishAgreementView(FormScreen):
    right = "volunteers.add_agreementtext"
    index = ("staff_agreements:index", _("Agreements"))
    page_title = _("Publish an agreement")
    header_icon = "doc-full"
    submit_label = _("Publish")

    def make_form(self, data: Any = None) -> AgreementTextForm:
        start = version_to_start_from(self.request, AgreementText.objects.visible_to(self.request.user))
        return AgreementTextForm(data, user=self.request.user, start=start)

    def save(self, form: AgreementTextForm) -> HttpResponse:
        told = form.cleaned_data
        text = publish_agreement_text(
            organisation=told["organisation"],
            kind=AgreementKind(told["kind"]),
            language=told["language"],
            body=told["body"],
            by=self.request.user,
        )
        messages.success(
            self.request,
            gettext(
                "Version %(version)s is in force. Volunteers who accepted an earlier one are asked on their own page."
            )
            % {"version": text.version},
        )
        return redirect("staff_agreements:inspect", text.pk)


class AgreementTextInspectView(ScopedInspectView):
    def get_language_display_value(self) -> str:
        return _language(self.object)

    @cached_property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("volunteers.add_agreementtext"):
            return []
        url = f"{reverse('staff_agreements:publish')}?from={self.object.pk}"
        return [HeaderButton(_("Publish a new version"), url=url, icon_name="plus")]


class AgreementTextViewSet(ScopedViewSet):
    model = AgreementText
    name = "agreements"
    url_namespace = "staff_agreements"
    icon = "doc-full"
    screens = frozenset({"index", "index_results", "inspect"})
    related = ("organisation",)
    list_display = [
        TitleColumn(
            "kind",
            label=_("What it is"),
            accessor="get_kind_display",
            get_url=lambda row: reverse("staff_agreements:inspect", args=[row.pk]),
        ),
        Column("organisation", label=_("Organisation")),
        Column("language", label=_("Language"), accessor=_language),
        Column("version", label=_("Version")),
        DayColumn("created_at", label=_("Published")),
    ]
    inspect_view_fields = ["organisation", "kind", "language", "version", "body", "created_at"]
    index_view_class = AgreementTextIndexView
    inspect_view_class = AgreementTextInspectView
    empty_text = _(
        "No agreement is published: the sign-up form asks for none, and no paper batch can be handed out. Publish the "
        "code of conduct and the handling of personal data first."
    )

    def get_urlpatterns(self) -> list[Any]:
        return [*super().get_urlpatterns(), path("publish/", PublishAgreementView.as_view(), name="publish")]
