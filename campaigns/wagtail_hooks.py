from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from campaigns.viewsets.campaigns import CampaignViewSet, PartnershipViewSet, PetitionViewSet, SourceViewSet
from campaigns.viewsets.elections import (
    CommuneOfficeViewSet,
    ElectionViewSet,
    EligibilityCaseViewSet,
    EligibilityRulesViewSet,
)
from campaigns.viewsets.invalidations import InvalidationViewSet
from campaigns.viewsets.signatures import SignatureViewSet


class CampaignsGroup(ViewSetGroup):
    menu_label = _("Campaigns")
    menu_icon = "form"
    menu_name = "campaigns"
    menu_order = 160
    items = (
        CampaignViewSet,
        PetitionViewSet,
        PartnershipViewSet,
        SourceViewSet,
        SignatureViewSet,
        InvalidationViewSet,
    )


class ElectionsGroup(ViewSetGroup):
    menu_label = _("Elections")
    menu_icon = "calendar-check"
    menu_name = "elections"
    menu_order = 165
    items = (ElectionViewSet, EligibilityRulesViewSet, EligibilityCaseViewSet, CommuneOfficeViewSet)


@hooks.register("register_admin_viewset")
def register_elections() -> ElectionsGroup:
    return ElectionsGroup()


@hooks.register("register_admin_viewset")
def register_campaigns() -> CampaignsGroup:
    return CampaignsGroup()


@hooks.register("insert_global_admin_css")
def staff_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("campaigns/staff/staff.css"))


@hooks.register("insert_global_admin_js")
def staff_script() -> str:
    return format_html('<script src="{}" defer></script>', static("campaigns/staff/staff.js"))
