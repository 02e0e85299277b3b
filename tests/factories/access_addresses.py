"""Every address there is, found in the address table itself, and what to write into its gaps for one owner's rows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

# Whose row a gap means, by the beginning of the address's name; the longest beginning that fits decides.
ROW_OF = {
    "dashboards_pledge": "staff_pledge_kinds",
    "dashboards_attribution": "election",
    "dashboards_registrations": "election",
    "dashboards_registrations_import": "registration_import",
    "dashboards_goals": "staff_campaigns",
    "dashboards_petition": "staff_petitions",
    "dashboards_tokens": "api_token",
    "dashboards_": "initiative",
    "dashboards_partner": "staff_partners",
    "dashboards_league": "staff_campaigns",
    "staff_partner_exports": "staff_partners",
    "staff_materials:downloads_file": "staff_campaigns",
    "staff_toolkit:partner": "staff_partners",
    "staff_toolkit:campaign": "staff_campaigns",
    "toolkit_partner": "staff_partners",
    "toolkit_campaign": "staff_campaigns",
    "staff_record": "organisations",
    "partner_": "staff_campaigns",
    "embed_": "widget",
    "short_link": "staff_sources",
    "staff_areas:map": "staff_efforts",
    "staff_event_types:standard": "staff_campaigns",
    "staff_reminders:timeline": "staff_events",
    "staff_reminders:sample": "staff_event_types",
    "staff_elections": "election",
    "staff_election_rules": "election_rule",
    "staff_election_examples": "election_example",
    "staff_commune_offices": "commune_office",
    "wagtailusers_users": "user",
    "wagtailusers_groups": "group",
    "wagtailadmin_collections": "collection",
    "wagtailadmin_api:images": "image",
    "wagtailadmin_api:documents": "document",
    "wagtailimages": "image",
    "wagtaildocs": "document",
    "wagtaillocales": "locale",
    "wagtailsites": "site",
    "wagtailredirects": "redirect",
    "outreach_guests": "staff_events",
    "outreach_take_shift": "staff_shifts",
    "announcement": "staff_announcements",
    "own_": "cleo",
    "outbox": "outbox_message",
    "mfa_": "passkey",
    "campaign_ics": "staff_campaigns",
    "transparency:": "staff_campaigns",
    "dashboards:": "initiative",
    "api:campaign": "staff_campaigns",
    "api:progress": "staff_campaigns",
    "api:petition": "staff_petitions",
    "api:initiative": "initiative",
    "api:partner_figures": "staff_partners",
}
# What stands in gaps that name no row of an owner, by the gap's name; "<address> <gap>" where one differs.
WORDS = {
    "language": "en", "recipe": "welcome", "app_label": "wagtailcore", "model_name": "page", "app_name": "wagtailcore",
    "content_type_app_name": "cms", "content_type_model_name": "petitionpage", "action": "delete",
    "action_name": "approve", "filter_spec": "width-100", "object_id": "1", "mode": "x", "uidb64": "MQ",
    "token": "no-such-token", "version": "1", "path": "images/none.png", "name": "days", "provider": "postmark",
    "revision_id_a": "earliest", "revision_id_b": "latest", "0": "", "1": "",
    "wagtaildocs_serve 0": "1", "wagtaildocs_serve 1": "paper.pdf", "outreach_app_module name": "app.js",
    "sitemap language": "en", "wagtail_bulk_action app_label": "wagtailimages",
    "wagtail_bulk_action model_name": "image", "wagtailsettings:edit app_name": "cms",
    "wagtailsettings:edit model_name": "intakesettings", "verify_certificate code": "NONE",
    "wagtail_localize:snippets_api_listing app_label": "accounts",
    "wagtail_localize:snippets_api_listing model_name": "user",
    "wagtail_localize:snippets_api_detail app_label": "accounts",
    "wagtail_localize:snippets_api_detail model_name": "user",
    "dashboards_events_chart name": "months", "dashboards_events_table name": "months",
    "dashboards_registrations_chart name": "time", "dashboards_registrations_table name": "communes",
    "dashboards_chart name": "countries", "dashboards_table name": "countries",
    "dashboards_partner_chart name": "days", "dashboards_partner_table name": "figures",
    "staff_sources:code file": "code.svg", "partner_logo name": "small.webp",
    "transparency:table name": "sponsors", "dashboards:initiative_chart name": "days",
}  # fmt: skip
GAPS = {
    "page_id": "page", "parent_page_id": "page", "page_to_move_id": "page", "destination_id": "page",
    "page_pk": "page", "image_id": "image", "document_id": "document", "doc_id": "document", "event_id": "staff_events",
    "collection_id": "collection", "redirect_id": "redirect", "revision_id": "revision", "snapshot_pk": "snapshot",
    "profile": "partner_page", "shift_pk": "staff_shifts", "task_id": "task", "session_id": "editing_session",
}  # fmt: skip
OWN_NAMES = {"public_id", "calendar_key", "slug", "code", "registration_number"}  # gaps filled from the row itself
NO_ROW = 987654  # an id nobody has, for kinds of rows this installation never makes


@dataclass(frozen=True)
class Address:
    """One address: its full name (else its route), its route, and the names of its gaps."""

    name: str
    route: str
    gaps: tuple[str, ...]

    @property
    def is_staff(self) -> bool:
        return self.route.startswith("staff/")

    def url(self, rows: dict[str, Any]) -> str:
        """Return the address for these rows; what a gap means is looked up above."""
        return "/" + re.sub(r"<([^>]+)>", lambda gap: str(self._fill(gap[1], rows)), self.route)

    def _fill(self, gap: str, rows: dict[str, Any]) -> Any:
        if self.name == "staff_revocations:revoke":
            return getattr(rows["session"], "session_id" if gap == "session" else f"{gap}_id")
        if gap == "row":
            return rows["sponsor" if self.name.endswith("sponsor") else "help"].pk
        if self.name == "staff_paper:by_code":
            return rows["staff_paper"].code
        if gap in OWN_NAMES and hasattr(rows.get(self._kind(gap)), gap):
            return getattr(rows[self._kind(gap)], gap)
        word = WORDS.get(f"{self.name} {gap}", WORDS.get(gap))
        if word is not None:
            return word
        row = rows.get(self._kind(gap))
        return NO_ROW if row is None else getattr(row, "pk", row)

    def _kind(self, gap: str) -> str:
        if gap in GAPS:
            return GAPS[gap]
        if self.name == "staff_partner_exports:file":
            return "partner_export"
        if self.name.startswith("toolkit_") and gap == "public_id":
            return "material_text" if self.name == "toolkit_copied" else "material_picture"
        if gap == "public_id":
            return "staff_certificates" if "certificate" in self.name else "staff_events"
        if gap == "calendar_key":
            return "cleo"
        if self.name.startswith(("wagtailadmin_pages", "wagtailadmin_api:pages")):
            return "page"
        space = self.name.partition(":")[0]
        fitting = [beginning for beginning in ROW_OF if self.name.startswith(beginning)]
        return ROW_OF[max(fitting, key=len)] if fitting else space


def _route(pattern: Any) -> tuple[str, tuple[str, ...]]:
    """Return a pattern with its gaps written ``<name>``, and their names."""
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(pattern)), tuple(pattern.converters)
    if isinstance(pattern, RegexPattern):
        text = str(pattern).removeprefix("^").removesuffix("$").replace(r"\.", ".")
        if text == r"((?:[\w\-]+/)*)":
            return "", ()
        if text == ".*/":
            return "no-such-screen/", ()
        names = iter(re.findall(r"\(\?P<(\w+)>", text) or [str(n) for n in range(text.count("("))])
        gaps: list[str] = []

        def gap(_found: Any) -> str:
            gaps.append(next(names))
            return f"<{gaps[-1]}>"

        return re.sub(r"\((?:\?P<\w+>)?(?:[^()]|\([^()]*\))*\)", gap, text), tuple(gaps)
    return str(pattern), ()


def _walk(patterns: list[Any], spaces: tuple[str, ...], before: str, gaps: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        route, own = _route(pattern.pattern)
        if isinstance(pattern, URLResolver):
            within = (*spaces, *filter(None, [pattern.namespace]))
            yield from _walk(pattern.url_patterns, within, before + route, (*gaps, *own))
        elif isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name)) if pattern.name else f"/{before}{route}"
            yield Address(name, before + route, (*gaps, *own))


@cache
def every_address() -> list[Address]:
    """Return every address, in the order in which Django asks them, without those that an earlier one hides."""
    seen: dict[str, Address] = {}
    for address in _walk(get_resolver().url_patterns, (), "", ()):
        seen.setdefault(address.route, address)
    return list(seen.values())
