"""Campaigns, petitions, partners and sources: what coordinators set up."""

from typing import Any

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from campaigns.actions.goals import set_goals
from campaigns.enums import Metric
from campaigns.models import Campaign, Petition, Source
from campaigns.selectors.pages import links_of_sources, pages_of_petitions
from campaigns.viewsets.forms import CampaignForm, PetitionForm, SourceForm
from campaigns.viewsets.source_pages import CodeFileView, MakeView, PrintView, WebsiteView, short_link_facts
from core.staff_views import (
    CRUD,
    DayColumn,
    MomentColumn,
    ScopedCreateView,
    ScopedEditView,
    ScopedIndexView,
    ScopedViewSet,
)


class WithGoals:
    """Save the goals beside the campaign, in the same transaction."""

    form: Any
    request: Any

    def save_form(self) -> Campaign:
        campaign: Campaign = super().save_form()  # type: ignore[misc]
        set_goals(campaign=campaign, aims=self.form.aims(), by=self.request.user)
        return campaign


class CampaignCreateView(WithGoals, ScopedCreateView):
    pass


class CampaignEditView(WithGoals, ScopedEditView):
    pass


class CampaignViewSet(ScopedViewSet):
    model = Campaign
    name = "campaigns"
    url_namespace = "staff_campaigns"
    icon = "openquote"
    list_display = [
        "title",
        Column("organisation", label=_("Led by")),
        DayColumn("starts_date", label=_("Starts on")),
        DayColumn("ends_date", label=_("Ends on")),
    ]
    related = ("organisation",)
    search_fields = ["title", "slug"]
    empty_text = _("There is no campaign yet. Begin with one: petitions, partners and links belong to it.")
    add_view_class = CampaignCreateView
    edit_view_class = CampaignEditView
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldPanel("slug", help_text=_("Part of addresses and of consents; do not change it later.")),
                    FieldPanel("organisation"),
                    FieldPanel("election"),
                ],
                heading=_("What it is"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("starts_date"), FieldPanel("ends_date")]), FieldPanel("time_zone")],
                heading=_("When"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel(f"goal_{metric}"), FieldPanel(f"due_{metric}")])
                    for metric in Metric.values
                ],
                heading=_("Goals"),
            ),
        ],
        base_form_class=CampaignForm,
    )


class PetitionIndexView(ScopedIndexView):
    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        pages = pages_of_petitions(self.pks_on_page)
        for petition in context["object_list"]:
            petition.shown_on = pages.get(petition.pk, [])
        return context


def shown_on(petition: Any) -> str:
    """Return links to a petition's live pages, named by language."""
    live = [page for page in petition.shown_on if page.is_live]
    if not live:
        return gettext("nowhere yet")
    return format_html_join(" ", '<a href="{}" title="{}" lang="{}">{}</a>', (
        (page.url, page.title, page.language, page.language.upper()) for page in live
    ))  # fmt: skip


class PetitionPagesPanel(HelpPanel):
    """Where the petition is shown, with links; on a new one, what to do next."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            pk = self.instance.pk
            return {**context, "pages": pages_of_petitions([pk]).get(pk, []) if pk else []}


class PetitionViewSet(ScopedViewSet):
    model = Petition
    name = "petitions"
    url_namespace = "staff_petitions"
    icon = "edit"
    list_display = [
        "title",
        Column("campaign", label=_("Campaign")),
        MomentColumn("opens_at", label=_("Opens")),
        MomentColumn("closes_at", label=_("Closes")),
        Column("shown_on", label=_("Shown on"), accessor=shown_on),
    ]
    related = ("campaign",)
    search_fields = ["title", "campaign__title"]
    empty_text = _("There is no petition yet. Add one, then give it a page in every language under Pages.")
    index_view_class = PetitionIndexView
    edit_handler = ObjectList(
        [
            PetitionPagesPanel(template="campaigns/staff/petition_pages.html", heading=_("Where it is shown")),
            MultiFieldPanel(
                [
                    FieldPanel("campaign"),
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                ],
                heading=_("What it is and when it is open"),
            ),
            MultiFieldPanel(
                [
                    HelpPanel(_("The e-mail address is always asked. Ask nothing else that you do not need.")),
                    FieldPanel("asks_name"),
                    FieldPanel("asks_residence"),
                    FieldPanel("asks_nationality"),
                    FieldPanel("asks_postcode"),
                    FieldPanel("asks_phone"),
                    FieldPanel("asks_comment"),
                ],
                heading=_("What the form asks"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("requires_confirmation"),
                    FieldPanel(
                        "counted_by",
                        help_text=_(
                            "The country a signature counts for. Ask for that country above. An initiative counts by "
                            "nationality, never by residence."
                        ),
                    ),
                ],
                heading=_("What counts"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("goal_steps"),
                    FieldPanel("minimum_shown", help_text=_("Below this number the page shows no count.")),
                ],
                heading=_("What the page shows"),
            ),
        ],
        base_form_class=PetitionForm,
    )


class SourceIndexView(ScopedIndexView):
    @cached_property
    def header_buttons(self) -> list[Any]:
        buttons = [HeaderButton(PrintView.page_title, url=reverse("staff_sources:print"), icon_name="doc-full")]
        if self.request.user.has_perm(MakeView.permission):
            buttons.append(HeaderButton(MakeView.page_title, url=reverse("staff_sources:make"), icon_name="plus"))
        return [*super().header_buttons, *buttons]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        links = links_of_sources(context["object_list"])
        for source in context["object_list"]:
            source.links = links[source.pk]
        return context


class LinksColumn(Column):
    cell_template_name = "campaigns/staff/source_links_cell.html"


class SourceLinksPanel(HelpPanel):
    """The ready links of a source, each with a button that copies it."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            source = self.instance
            return {**context, "links": links_of_sources([source])[source.pk] if source.pk else None}


class ShortLinkPanel(HelpPanel):
    """A source's short link, its QR code in every size, and how often it was followed."""

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            source = self.instance
            return {**context, "source": source, **(short_link_facts(source, self.request.user) if source.pk else {})}


class SourceViewSet(ScopedViewSet):
    model = Source
    name = "sources"
    url_namespace = "staff_sources"
    icon = "link"
    screens = CRUD
    list_display = [
        "label",
        LinksColumn("links", label=_("Ready links")),
        Column("code", label=_("Code")),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("partner", label=_("Partner"), accessor="partnership.organisation"),
        Column("campaign", label=_("Campaign")),
    ]
    related = ("campaign", "partnership__organisation")
    search_fields = ["label", "code", "partnership__organisation__name"]
    empty_text = _("There is no link with a code yet. Add one for each partner, event or poster you want to count.")
    index_view_class = SourceIndexView
    edit_handler = ObjectList(
        [
            ShortLinkPanel(template="campaigns/staff/source_short.html", heading=_("Short link and QR code")),
            SourceLinksPanel(template="campaigns/staff/source_links.html", heading=_("Ready links")),
            MultiFieldPanel(
                [FieldPanel("label"), FieldPanel("kind"), FieldPanel("partnership"), FieldPanel("campaign")],
                heading=_("What it is"),
            ),
            FieldPanel("code"),
            FieldPanel("leads_to"),
            FieldPanel("embed_hosts"),
        ],
        base_form_class=SourceForm,
    )

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("make/", MakeView.as_view(), name="make"),
            path("print/", PrintView.as_view(), name="print"),
            path("<int:pk>/website/", WebsiteView.as_view(), name="website"),
            path("<int:pk>/file/<str:file>", CodeFileView.as_view(), name="code"),
        ]
