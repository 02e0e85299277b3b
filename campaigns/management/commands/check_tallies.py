import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from campaigns.actions.tallies import LOCK, find_drift
from campaigns.models import Signature
from core.locks import hold_lock


class Command(BaseCommand):
    """Prove the counts: exit 0 when every tally equals a recount, 1 when one does not."""

    help = "Compare every tally with a recount of the signatures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            hold_lock(LOCK)  # a count in between would look like a drift
            drifts = find_drift()
        waiting = Signature.objects.needs_counting().count()
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "ok": not drifts,
                        "uncounted": waiting,
                        "drift": [
                            {
                                "petition": drift.cell.petition_id,
                                "grain": drift.cell.grain.value,
                                "key": drift.cell.key,
                                "stored": drift.stored,
                                "counted": drift.counted,
                            }
                            for drift in drifts
                        ],
                    }
                )
            )
        else:
            for drift in drifts:
                self.stdout.write(
                    f"petition {drift.cell.petition_id} {drift.cell.grain} {drift.cell.key}: "
                    f"stored {drift.stored}, counted {drift.counted}"
                )
            self.stdout.write(f"{len(drifts)} tallies differ; {waiting} signatures wait for the next count")
        if drifts:
            sys.exit(1)
