from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from campaigns.home_panel import CallsPanel
from campaigns.ledger_panel import LedgerPanel
from campaigns.viewsets.campaigns import CampaignViewSet, PetitionViewSet, SourceViewSet
from campaigns.viewsets.election_rules import EligibilityRulesViewSet
from campaigns.viewsets.elections import CommuneOfficeViewSet, ElectionViewSet, EligibilityCaseViewSet
from campaigns.viewsets.invalidations import InvalidationViewSet
from campaigns.viewsets.ledgers import LedgerViewSet
from campaigns.viewsets.pledge_calls import PledgeNoteViewSet
from campaigns.viewsets.pledge_kinds import PledgeKindViewSet
from campaigns.viewsets.pledges import PledgeViewSet
from campaigns.viewsets.signatures import SignatureViewSet


class CampaignsGroup(ViewSetGroup):
    menu_label = _("Campaigns")
    menu_icon = "form"
    menu_name = "campaigns"
    menu_order = 160
    items = (
        CampaignViewSet,
        PetitionViewSet,
        SourceViewSet,
        SignatureViewSet,
        InvalidationViewSet,
        LedgerViewSet,
    )


class ElectionsGroup(ViewSetGroup):
    menu_label = _("Elections")
    menu_icon = "calendar-check"
    menu_name = "elections"
    menu_order = 165
    items = (ElectionViewSet, EligibilityRulesViewSet, EligibilityCaseViewSet, CommuneOfficeViewSet)


class PledgesGroup(ViewSetGroup):
    menu_label = _("Pledges")
    menu_icon = "pick"
    menu_name = "pledges"
    menu_order = 162
    items = (PledgeViewSet, PledgeNoteViewSet, PledgeKindViewSet)


@hooks.register("register_admin_viewset")
def register_elections() -> ElectionsGroup:
    return ElectionsGroup()


@hooks.register("register_admin_viewset")
def register_campaigns() -> CampaignsGroup:
    return CampaignsGroup()


@hooks.register("register_admin_viewset")
def register_pledges() -> PledgesGroup:
    return PledgesGroup()


@hooks.register("construct_homepage_panels")
def add_calls_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(CallsPanel())


@hooks.register("construct_homepage_panels")
def add_ledger_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(LedgerPanel())


@hooks.register("insert_global_admin_css")
def staff_style() -> str:
    sheets = ("campaigns/staff/staff.css", "campaigns/staff/pledges.css")
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in sheets))


@hooks.register("insert_global_admin_js")
def staff_script() -> str:
    return format_html('<script src="{}" defer></script>', static("campaigns/staff/staff.js"))
