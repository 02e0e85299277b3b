import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from campaigns.actions.tallies import find_drift
from campaigns.actions.tally_rows import LOCK
from campaigns.models import Pledge, Signature
from campaigns.tally_cells import Cell
from core.locks import hold_lock


class Command(BaseCommand):
    """Prove the counts: exit 0 when every tally equals a recount, 1 when one does not.

    ``uncounted`` is how many signatures and pledges wait for the next count.
    """

    help = "Compare every tally with a recount of the signatures and the pledges."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            hold_lock(LOCK)  # a count in between would look like a drift
            drifts = find_drift()
        signatures = Signature.objects.needs_counting().count()
        pledges = Pledge.objects.needs_counting().count()
        if options["json"]:
            found = [
                {
                    **_owner(drift.cell),
                    "grain": drift.cell.grain.value,
                    "key": drift.cell.key,
                    "stored": drift.stored,
                    "counted": drift.counted,
                }
                for drift in drifts
            ]
            self.stdout.write(json.dumps({"ok": not drifts, "uncounted": signatures + pledges, "drift": found}))
        else:
            for drift in drifts:
                owner = " ".join(f"{what} {which}" for what, which in _owner(drift.cell).items())
                self.stdout.write(
                    f"{owner} {drift.cell.grain} {drift.cell.key}: stored {drift.stored}, counted {drift.counted}"
                )
            self.stdout.write(
                f"{len(drifts)} tallies differ; {signatures} signatures wait for the next count, and {pledges} pledges"
            )
        if drifts:
            sys.exit(1)


def _owner(cell: Cell) -> dict[str, Any]:
    """Return whose tally it is, in the words of the report."""
    if cell.petition_id is not None:
        return {"petition": cell.petition_id}
    return {"pledge_kind": cell.pledge_kind_id, "metric": cell.metric.value}
