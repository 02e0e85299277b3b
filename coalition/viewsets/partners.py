"""The list of partners, by country and role, with what each has agreed to."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from campaigns.viewsets.forms import PartnershipForm
from coalition.selectors.page_versions import STATES, by_page_state, page_state, with_page_states, without_words_in
from coalition.selectors.partners import asked_agreement, lacking_agreement, with_agreements
from coalition.viewsets.partner_page import LeaveView, OwnView, PartnerView, ReturnView
from coalition.viewsets.public_page import PageLogoView, PagePreviewView, PublicPageView
from core.staff_views import DayColumn, ScopedIndexView, ScopedViewSet
from places import country_names

_AGREEMENT = [
    ("missing", pgettext_lazy("an agreement", "asked and not accepted")),
    ("accepted", pgettext_lazy("an agreement", "accepted")),
]
_TAKES_PART = [("yes", _("takes part")), ("no", _("has left"))]


def country_choices(user: Any) -> list[tuple[str, str]]:
    """Return the countries of the partners the user sees, by name."""
    seen = Partnership.objects.visible_to(user)
    codes = seen.order_by().values_list("organisation__country", flat=True).distinct()
    return sorted(((code, country_names.country_name(code)) for code in codes if code), key=lambda pair: pair[1])


class PartnerFilterSet(WagtailFilterSet):
    """Country, role, campaign, agreement, and whether it takes part."""

    country = django_filters.ChoiceFilter(label=_("Country"), field_name="organisation__country", choices=())
    role = django_filters.ChoiceFilter(label=_("Role"), choices=PartnerRole.choices)
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=lambda request: Campaign.objects.visible_to(request.user)
    )
    agreement = django_filters.ChoiceFilter(label=_("Agreement"), choices=_AGREEMENT, method="by_agreement")
    page = django_filters.ChoiceFilter(label=_("Public page"), choices=STATES, method="by_page")
    no_words = django_filters.ChoiceFilter(
        label=_("No public words in"), choices=lambda: settings.WAGTAIL_CONTENT_LANGUAGES, method="by_language"
    )
    part = django_filters.ChoiceFilter(label=_("Takes part"), choices=_TAKES_PART, method="by_part")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = country_choices(self.request.user)

    def by_agreement(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        if value == "missing":
            return rows.filter(lacking_agreement())
        return rows.filter(asked_agreement(), pk__in=Partnership.objects.in_force().values("pk"))

    def by_page(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(by_page_state(value))

    def by_language(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(without_words_in(value))

    def by_part(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(left_at__isnull=value == "yes")

    class Meta:
        model = Partnership
        fields: list[str] = []


class PartnerIndexView(ScopedIndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        return with_page_states(with_agreements(super().get_base_queryset()))

    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons: list[Any] = list(super().header_buttons)
        if self.request.user.has_perm("coalition.add_partnerimport"):
            url = reverse("staff_partner_files:index")
            buttons.append(HeaderButton(_("From a file"), url=url, icon_name="upload"))
        return buttons


def agreement_words(row: Any) -> str:
    """Return in words whether the partner has agreed."""
    if not row.asked_kind or row.role == PartnerRole.LEAD:
        return gettext("none asked")
    if row.agreed_at is None:
        return gettext("not accepted")
    return gettext("accepted on %(day)s") % {"day": date_format(localtime(row.agreed_at), "DATE_FORMAT")}


def country_name(row: Partnership) -> str:
    return country_names.country_name(row.organisation.country)


class PartnerViewSet(ScopedViewSet):
    model = Partnership
    name = "partners"
    url_namespace = "staff_partners"
    icon = "group"
    menu_label = _("Partners")
    list_display = [
        TitleColumn(
            "organisation",
            label=_("Organisation"),
            get_url=lambda row: reverse("staff_partners:partner", args=[row.pk]),
        ),
        Column("country", label=_("Country"), accessor=country_name),
        Column("campaign", label=_("Campaign")),
        Column("role", label=_("Role"), accessor="get_role_display", sort_key="role"),
        Column("agreement", label=_("Agreement"), accessor=agreement_words),
        BooleanColumn("asks_consent", label=_("Asks its own consent")),
        Column("page", label=_("Public page"), accessor=page_state),
        DayColumn("left_at", label=_("Left")),
    ]
    related = ("organisation", "campaign")
    ordering = ["organisation__name", "pk"]
    filterset_class = PartnerFilterSet
    search_fields = ["organisation__name", "campaign__title"]
    index_view_class = PartnerIndexView
    empty_text = _(
        "No organisation takes part yet. Take in several at once from a file, or make one under Access → "
        "Organisations and add it here."
    )
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("campaign"), FieldPanel("organisation"), FieldPanel("role"), FieldPanel("territory")],
                heading=_("Who takes part in what"),
            ),
            FieldPanel("asks_consent"),
        ],
        base_form_class=PartnershipForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("own/", OwnView.as_view(), name="own"),
            path("partner/<int:pk>/", PartnerView.as_view(), name="partner"),
            path("partner/<int:pk>/page/", PublicPageView.as_view(), name="public_page"),
            path("partner/<int:pk>/page/<int:profile>/", PagePreviewView.as_view(), name="page_preview"),
            path("partner/<int:pk>/page/<int:profile>/logo.webp", PageLogoView.as_view(), name="page_logo"),
            path("partner/<int:pk>/leave/", LeaveView.as_view(), name="leave"),
            path("partner/<int:pk>/return/", require_POST(ReturnView.as_view()), name="return"),
        ]
