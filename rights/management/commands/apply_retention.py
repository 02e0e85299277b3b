import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from campaigns.models import Campaign
from rights.actions.retention import drain_run, start_run
from rights.models import RetentionRule
from rights.retention_selectors import is_due, look


class Command(BaseCommand):
    """Apply a campaign's active rules of retention that are due, or with ``--dry-run`` say what that would do.

    Prints counts and, in a dry run, ids; never who. A rule that is switched off is shown by a dry run only.
    """

    help = "Let go of what a campaign need not keep any longer, by its rules of retention."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG", help="short name of the campaign")
        parser.add_argument("--dry-run", action="store_true", help="change nothing, say what would be done")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign “{options['campaign']}”.")
        rules = RetentionRule.objects.filter(campaign=campaign).select_related("campaign").order_by("what")
        wanted = rules if options["dry_run"] else rules.active()
        found = [self._look(rule) if options["dry_run"] else self._apply(rule) for rule in wanted]
        if options["json"]:
            self.stdout.write(json.dumps({"campaign": campaign.slug, "dry_run": options["dry_run"], "rules": found}))
            return
        for each in found:
            self.stdout.write(" · ".join(f"{name} {value}" for name, value in each.items()))
        if not found:
            self.stdout.write("The campaign has no rule of retention to apply.")

    def _look(self, rule: RetentionRule) -> dict[str, Any]:
        would = look(rule, at=timezone.now())
        return {**self._named(rule), "concerned": would.concerned, "kept": would.kept, "sample": would.sample}

    def _apply(self, rule: RetentionRule) -> dict[str, Any]:
        at = timezone.now()
        if not is_due(rule, at):
            return {**self._named(rule), "done": 0}
        run = start_run(rule=rule, by="command:apply_retention", at=at)
        while drain_run(run=run, at=at):
            pass
        run.refresh_from_db()
        return {**self._named(rule), "done": run.done, "kept": run.kept, "counts": run.counts}

    def _named(self, rule: RetentionRule) -> dict[str, Any]:
        return {
            "what": rule.what,
            "months": rule.months,
            "due": rule.due_date.isoformat() if rule.due_date else None,
            "is_active": rule.is_active,
            "is_due": is_due(rule, timezone.now()),
        }
