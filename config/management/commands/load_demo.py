import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

# In the order in which they build on each other. Each may be called again and then changes nothing.
STEPS = (
    ("sign-in accounts of every role", "accounts.demo.load_demo_accounts"),
    ("the petition campaign with generated people", "campaigns.demo.load_demo_campaign"),
    ("four initiatives with their real counts", "campaigns.demo_initiatives.load_demo_initiatives"),
    ("what supporting an initiative takes", "campaigns.demo_support.load_demo_support"),
    ("agreements, contacts and goals of the partners", "coalition.demo.load_demo_coalition"),
    ("flyers, pictures and texts for them", "coalition.demo_materials.load_demo_materials"),
    ("announcements to the partners", "coalition.demo_announcements.load_demo_announcements"),
    ("a ledger of invented sponsors", "campaigns.demo_transparency.load_demo_transparency"),
    ("a voter-registration campaign", "campaigns.demo_vote.load_demo_vote_campaign"),
    ("elections, their rules and where one registers", "campaigns.demo_election.load_demo_election"),
    ("what people promise: to register, to apply", "campaigns.demo_pledge_kinds.load_demo_pledge_kinds"),
    ("VoteBrussels 2018 with the real official figures", "campaigns.demo_registrations.load_demo_registrations"),
    ("goals, and figures of the demo's own election", "campaigns.demo_figures.load_demo_figures"),
    ("texts to send", "messaging.demo_wordings.load_demo_texts"),
    ("eighty events with who registered and who came", "events.demo.load_demo_events"),
    ("a hundred mobilisers and those on the way", "volunteers.demo.load_demo_volunteers"),
    ("their trainings, certificates and shifts", "volunteers.demo.load_demo_agenda"),
    ("the shifts of the events", "volunteers.demo_events.load_demo_event_shifts"),
    ("three thousand generated conversations", "outreach.demo.load_demo_outreach"),
    ("what people promised", "outreach.demo_pledges.load_demo_pledges"),
    ("what came of the events", "events.demo_reports.load_demo_reports"),
    ("what partners mean to reach", "dashboards.demo_partners.load_demo_partner_goals"),
    ("segments", "audiences.demo.load_demo_segments"),
    ("pages in English, French, Dutch and Arabic", "cms.demo_pages.load_demo_pages"),
    ("pages of events", "cms.demo_events_pages.load_demo_events_pages"),
    ("pages of partners", "cms.demo_partners_pages.load_demo_partners_pages"),
    ("logos and words of the partners", "coalition.demo_partner_pages.load_demo_partner_pages"),
    ("pages for volunteers", "cms.demo_volunteer_pages.load_demo_volunteer_pages"),
    ("the check who may vote", "cms.demo_registration_pages.load_demo_registration_pages"),
    ("how to support an initiative", "cms.demo_support_pages.load_demo_support_pages"),
    ("pages on which people promise something", "cms.demo_pledge_pages.load_demo_pledge_pages"),
    ("what people text back", "messaging.demo_inbox.load_demo_inbox"),
    ("broadcasts: one sent, one waiting, one draft", "audiences.demo_broadcasts.load_demo_broadcasts"),
    ("journeys with people on their way, and tasks", "audiences.demo_journeys.load_demo_journeys"),
)


class Command(BaseCommand):
    """Load the demo's territories, accounts, campaign, initiatives and pages; running it again changes nothing."""

    help = "Load the demo: territories, accounts, a petition campaign, initiatives and pages. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE and not settings.LOCAL_OUTBOX:
            raise CommandError("Demo data is for the demo only: these settings have DEMO_MODE off.")
        self._run(
            "territories and their names, outlines and postcodes", lambda: call_command("load_places", verbosity=0)
        )
        for title, path in STEPS:
            self._run(title, import_string(path))

    def _run(self, title: str, load: Any) -> None:
        self.stdout.write(f"  – loading {title} … ", ending="")
        self.stdout.flush()
        started = time.monotonic()
        load()
        self.stdout.write(f"{time.monotonic() - started:.1f} s")
