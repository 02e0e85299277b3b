from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from dashboards import (
    attribution_views,
    event_views,
    goal_views,
    partner_views,
    petition_views,
    pledge_views,
    registration_import_views,
    registration_views,
    staff_views,
)
from dashboards.api.token_screens import MakeTokenPage, RevokeTokenPage, TokensPage
from dashboards.home_panel import ProgressPanel
from dashboards.permissions import may_see_dashboards

dashboards_menu = Menu(
    register_hook_name="register_dashboards_menu_item", construct_hook_name="construct_dashboards_menu"
)


class DashboardMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_dashboards(request.user)  # type: ignore[arg-type]


@hooks.register("register_admin_menu_item")
def register_dashboards_menu() -> SubmenuMenuItem:
    return SubmenuMenuItem(_("Dashboards"), dashboards_menu, name="dashboards", icon_name="order", order=150)


@hooks.register("register_dashboards_menu_item")
def register_initiatives_menu_item() -> MenuItem:
    return DashboardMenuItem(
        _("Initiatives"), reverse("dashboards_initiatives"), name="initiatives", icon_name="globe", order=100
    )


@hooks.register("construct_homepage_panels")
def add_progress_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ProgressPanel())


@hooks.register("register_dashboards_menu_item")
def register_goals_menu_item() -> MenuItem:
    return DashboardMenuItem(_("Goals"), reverse("dashboards_goals"), name="goals", icon_name="tick", order=40)


@hooks.register("register_dashboards_menu_item")
def register_petitions_menu_item() -> MenuItem:
    return DashboardMenuItem(
        _("Petitions"), reverse("dashboards_petitions"), name="petition-figures", icon_name="edit", order=50
    )


@hooks.register("register_dashboards_menu_item")
def register_partners_menu_item() -> MenuItem:
    return DashboardMenuItem(
        _("Partners"), reverse("dashboards_partners"), name="partner-figures", icon_name="group", order=55
    )


@hooks.register("register_dashboards_menu_item")
def register_events_menu_item() -> MenuItem:
    return DashboardMenuItem(
        _("Events"), reverse("dashboards_events"), name="event-figures", icon_name="date", order=60
    )


@hooks.register("register_dashboards_menu_item")
def register_pledges_menu_item() -> MenuItem:
    return DashboardMenuItem(
        _("Pledges"), reverse("dashboards_pledges"), name="pledge-figures", icon_name="list-ol", order=65
    )


@hooks.register("register_dashboards_menu_item")
def register_registrations_menu_item() -> MenuItem:
    return DashboardMenuItem(
        _("Voter registration"), reverse("dashboards_registrations"), name="registration-figures", icon_name="user",
        order=70,
    )  # fmt: skip


class TokensMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.view_apitoken")


@hooks.register("register_dashboards_menu_item")
def register_tokens_menu_item() -> MenuItem:
    return TokensMenuItem(_("API tokens"), reverse("dashboards_tokens"), name="api-tokens", icon_name="key", order=200)


@hooks.register("register_admin_urls")
def register_dashboard_urls() -> list[Any]:
    base = "dashboards/initiatives/"
    reading = f"{base}<int:pk>/readings/<int:snapshot_pk>/"
    petitions = "dashboards/petitions/"
    events = "dashboards/events/"
    counts = "dashboards/registrations/"
    goals, pledges = "dashboards/goals/", "dashboards/pledges/"
    gains = f"{counts}<int:pk>/"
    partners = "dashboards/partners/"
    tokens = "dashboards/api-tokens/"
    patterns: list[URLPattern] = [
        path(tokens, TokensPage.as_view(), name="dashboards_tokens"),
        path(f"{tokens}make/", MakeTokenPage.as_view(), name="dashboards_tokens_make"),
        path(f"{tokens}<int:pk>/revoke/", RevokeTokenPage.as_view(), name="dashboards_tokens_revoke"),
        path(partners, partner_views.index, name="dashboards_partners"),
        path(f"{partners}<int:pk>/", partner_views.detail, name="dashboards_partner"),
        path(f"{partners}<int:pk>/<slug:name>.svg", partner_views.chart, name="dashboards_partner_chart"),
        path(f"{partners}<int:pk>/<slug:name>.csv", partner_views.table, name="dashboards_partner_table"),
        path(f"{partners}league/<int:pk>/", partner_views.league_page, name="dashboards_league"),
        path(f"{partners}league/<int:pk>/countries.svg", partner_views.league_chart, name="dashboards_league_chart"),
        path(f"{partners}league/<int:pk>/partners.csv", partner_views.league_table, name="dashboards_league_table"),
        path(pledges, pledge_views.index, name="dashboards_pledges"),
        path(f"{pledges}<int:pk>/", pledge_views.detail, name="dashboards_pledge"),
        path(f"{pledges}<int:pk>/<slug:name>.svg", pledge_views.chart, name="dashboards_pledge_chart"),
        path(f"{pledges}<int:pk>/<slug:name>.csv", pledge_views.table, name="dashboards_pledge_table"),
        path(f"{gains}attribution/", attribution_views.detail, name="dashboards_attribution"),
        path(f"{gains}attribution.csv", attribution_views.table, name="dashboards_attribution_table"),
        path(goals, goal_views.index, name="dashboards_goals"),
        path(f"{goals}<int:pk>/", goal_views.detail, name="dashboards_goals_detail"),
        path(counts, registration_views.index, name="dashboards_registrations"),
        path(f"{counts}import/", registration_import_views.upload, name="dashboards_registrations_upload"),
        path(f"{counts}import/<int:pk>/", registration_import_views.detail, name="dashboards_registrations_import"),
        path(f"{counts}<int:pk>/", registration_views.detail, name="dashboards_registrations_detail"),
        path(f"{counts}<int:pk>/report.pdf", registration_views.paper, name="dashboards_registrations_paper"),
        path(f"{counts}<int:pk>/<slug:name>.svg", registration_views.chart, name="dashboards_registrations_chart"),
        path(f"{counts}<int:pk>/<slug:name>.csv", registration_views.table, name="dashboards_registrations_table"),
        path(events, event_views.index, name="dashboards_events"),
        path(f"{events}<slug:name>.svg", event_views.chart, name="dashboards_events_chart"),
        path(f"{events}<slug:name>.csv", event_views.table, name="dashboards_events_table"),
        path(petitions, petition_views.index, name="dashboards_petitions"),
        path(f"{petitions}<int:pk>/", petition_views.detail, name="dashboards_petition"),
        path(f"{petitions}<int:pk>/<slug:name>.svg", petition_views.chart, name="dashboards_petition_chart"),
        path(f"{petitions}<int:pk>/<slug:name>.csv", petition_views.table, name="dashboards_petition_table"),
        path(base, staff_views.index, name="dashboards_initiatives"),
        path(f"{base}import/", staff_views.import_file, name="dashboards_import"),
        path(f"{base}<int:pk>/", staff_views.detail, name="dashboards_initiative"),
        path(f"{base}<int:pk>/planning/", staff_views.settings, name="dashboards_settings"),
        path(f"{base}<int:pk>/<slug:name>.svg", staff_views.chart, name="dashboards_chart"),
        path(f"{base}<int:pk>/<slug:name>.csv", staff_views.table, name="dashboards_table"),
        path(f"{reading}set-aside/", staff_views.set_aside, name="dashboards_set_aside"),
        path(f"{reading}restore/", staff_views.restore, name="dashboards_restore"),
    ]
    return patterns
