import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.actions.registration_counts import (
    Correction,
    Plan,
    RegistrationImportError,
    import_registration_counts,
    plan_import,
)
from campaigns.models import Election
from campaigns.registration_checks import Finding
from campaigns.registration_rows import Reading
from campaigns.registration_values import FIELDS
from campaigns.registration_words import describe
from campaigns.selectors.registration_places import places_of
from core.table_columns import columns_by_name, guess_columns
from core.table_files import MAX_BYTES, Fault, TableError, read_table

ACTOR = "command:import_registration_counts"
MOST_LISTED = 100


def values_of(reading: Reading) -> dict[str, Any]:
    rate = reading.rate_percent
    return {
        "registered": reading.registered,
        "potential": reading.potential,
        "rate_percent": None if rate is None else float(rate),
    }


def correction_as_json(correction: Correction, names: dict[int, str]) -> dict[str, Any]:
    new = correction.new
    return {
        "line": new.line,
        "place": names[new.territory_id],
        "date": new.as_of_date.isoformat()[: 7 if new.is_month_only else 10],
        "group": new.group,
        "sex": new.sex,
        "kind": new.kind,
        "source": new.source,
        "was": values_of(correction.old),
        "is": values_of(new),
    }


def finding_as_json(finding: Finding, names: dict[int, str]) -> dict[str, Any]:
    return {
        "kind": finding.kind.value,
        "place": names[finding.territory_id],
        "date": finding.as_of_date.isoformat()[: 7 if finding.is_month_only else 10],
        "group": finding.group,
        "sex": finding.sex,
        "figure": finding.figure,
        "said": float(finding.said),
        "found": float(finding.found),
        "sources": list(finding.sources),
        "message": describe(finding, names),
    }


class Command(BaseCommand):
    """Import official figures of registrations from a CSV or XLSX file. Exit code 2 when the file is refused."""

    help = "Import dated official figures of voter registrations; the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV (UTF-8) or XLSX; its first row names the columns")
        parser.add_argument("--election", required=True, metavar="KEY", help="for example be-brussels-local-2018")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help=f"which column holds a field ({', '.join(field.key for field in FIELDS)}); may be repeated",
        )
        parser.add_argument("--source", default="", metavar="TEXT", help="the source of rows that name none")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = self.run_import(options)
        except (TableError, RegistrationImportError) as error:
            self.refuse(error, as_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False))
        else:
            self.write_report(answer)

    def run_import(self, options: dict[str, Any]) -> dict[str, Any]:
        election = Election.objects.filter(key=options["election"]).first()
        if election is None:
            raise RegistrationImportError(_("There is no election “%(key)s”.") % {"key": options["election"]})
        content = self.read_file(options["file"])
        told = {
            "election": election,
            "content": content,
            "columns": self.read_mapping(options["map"], content),
            "default_source": options["source"],
            "today": timezone.localdate(),
        }
        number = None
        if options["dry_run"]:
            plan = plan_import(**told)
        else:
            name = Path(options["file"]).name
            stored, plan = import_registration_counts(**told, file_name=name, by=ACTOR, at=timezone.now())
            number = stored.pk if stored else None
        return self.as_json(plan, election, options, number)

    def read_file(self, name: str) -> bytes:
        try:
            with Path(name).open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise TableError(
                Fault(_("%(file)s cannot be read: %(reason)s.") % {"file": name, "reason": reason})
            ) from error

    def read_mapping(self, said: list[str], content: bytes) -> dict[str, int] | None:
        """Return the columns found by name with those said in their place; None when nothing was said."""
        if not said:
            return None
        header = read_table(content).header
        pairs = dict(one.partition("=")[::2] for one in said)
        named = columns_by_name(header, pairs, FIELDS)
        guessed = guess_columns(header, FIELDS)
        return {key: at for key, at in guessed.items() if at not in named.values()} | named

    def as_json(self, plan: Plan, election: Election, options: dict[str, Any], number: int | None) -> dict[str, Any]:
        names = places_of(election).names
        return {
            "election": election.key,
            "file": Path(options["file"]).name,
            "dry_run": options["dry_run"],
            "import": number,
            "rows": plan.rows,
            "created": len(plan.created),
            "corrected": len(plan.corrections),
            "unchanged": plan.unchanged,
            "superseded": plan.superseded,
            "other_election": len(plan.elsewhere),
            "other_election_lines": [reading.line for reading in plan.elsewhere[:MOST_LISTED]],
            "columns": {key: plan.header[at] for key, at in plan.columns.items()},
            "ignored_columns": plan.ignored,
            "corrections": [correction_as_json(each, names) for each in plan.corrections[:MOST_LISTED]],
            "findings_count": len(plan.findings),
            "findings": [finding_as_json(each, names) for each in plan.findings[:MOST_LISTED]],
        }

    def refuse(self, error: TableError | RegistrationImportError, *, as_json: bool) -> NoReturn:
        if as_json:
            faults = error.faults if isinstance(error, TableError) else (Fault(str(error)),)
            listed = [
                {"message": one.message, "line": one.line, "column": one.column, "column_name": one.name or None}
                for one in faults
            ]
            count = error.count if isinstance(error, TableError) else 1
            body = {**listed[0], "faults_count": count, "faults": listed}
            self.stdout.write(json.dumps({"error": body}, indent=2, ensure_ascii=False))
        elif isinstance(error, TableError):
            for fault in error.faults:
                self.stderr.write(str(fault))
        raise CommandError(str(error), returncode=2)

    def write_report(self, answer: dict[str, Any]) -> None:
        if answer["dry_run"]:
            self.stdout.write(_("Dry run: nothing was stored."))
        self.stdout.write(
            _("%(rows)d rows: %(created)d new, %(corrected)d corrections, %(unchanged)d here already.")
            % {**answer, "unchanged": answer["unchanged"] + answer["superseded"]}
        )
        if answer["other_election"]:
            count = answer["other_election"]
            self.stdout.write(
                ngettext(
                    "%(count)d row is of another election and was left out.",
                    "%(count)d rows are of another election and were left out.",
                    count,
                )
                % {"count": count}
            )
        if answer["ignored_columns"]:
            self.stdout.write(_("Columns not read: %(names)s") % {"names": ", ".join(answer["ignored_columns"])})
        for each in answer["corrections"]:
            self.stdout.write(_("Line %(line)d, %(place)s, %(date)s: %(was)s → %(is)s") % each)
        for each in answer["findings"]:
            self.stdout.write(each["message"])
