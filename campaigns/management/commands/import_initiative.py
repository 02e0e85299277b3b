import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.actions.initiatives import ImportReport, InitiativeImportError, import_counts, import_register_entry
from campaigns.initiative_counts import CountsError, read_counts
from campaigns.initiative_files import parse_day, read_bytes
from campaigns.initiative_register import RegisterError, read_entry
from campaigns.initiative_rules import InitiativeRuleError, canonical_number
from campaigns.models import Initiative

Refusal = RegisterError | CountsError | InitiativeRuleError | InitiativeImportError
ACTOR = "command:import_initiative"


def registered_date_of(number: str) -> Any:
    """Return the day an initiative that is here was registered. Raises InitiativeImportError when it is not here."""
    registered = (
        Initiative.objects.filter(registration_number=canonical_number(number))
        .values_list("registered_date", flat=True)
        .first()
    )
    if registered is None:
        raise InitiativeImportError(
            _("%(number)s is not here yet; import its entry in the public register first.") % {"number": number}
        )
    return registered


def report_as_json(report: ImportReport) -> dict[str, Any]:
    return asdict(report) | {"as_of": report.as_of.isoformat() if report.as_of else None}


class Command(BaseCommand):
    """Import an initiative from the register's JSON, or its counts from a CSV. Exit code 2 when refused."""

    help = "Import a European Citizens' Initiative from the public register's JSON, or a CSV of its counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE.json", help="the register's answer; -: standard input")
        parser.add_argument("--counts", metavar="FILE.csv", help="country,statements_of_support[,certified_after_…]")
        parser.add_argument("--initiative", metavar="ECI(YYYY)NNNNNN", help="whose counts they are")
        parser.add_argument("--as-of", metavar="DATE", help="the day the counts speak of, YYYY-MM-DD")
        parser.add_argument("--certified", action="store_true", help="the national authorities certified these counts")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self.import_from(options)
        except (RegisterError, CountsError, InitiativeRuleError, InitiativeImportError) as error:
            self.refuse(error, as_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(report_as_json(report), indent=2, ensure_ascii=False))
        else:
            self.write_report(report)

    def import_from(self, options: dict[str, Any]) -> ImportReport:
        if bool(options["file"]) == bool(options["counts"]):
            raise InitiativeImportError(_("Name either one FILE.json or --counts FILE.csv."))
        if options["file"]:
            entry = read_entry(read_bytes(options["file"]))
            return import_register_entry(entry=entry, by=ACTOR, is_dry_run=options["dry_run"])
        if not options["initiative"] or not options["as_of"]:
            raise InitiativeImportError(_("--counts needs --initiative and --as-of."))
        as_of = parse_day(options["as_of"])
        registered = registered_date_of(options["initiative"])
        return import_counts(
            registration_number=options["initiative"],
            counts=read_counts(read_bytes(options["counts"]), registered=registered),
            as_of=as_of,
            today=timezone.localdate(),
            is_certified=options["certified"],
            by=ACTOR,
            is_dry_run=options["dry_run"],
        )

    def refuse(self, error: Refusal, *, as_json: bool) -> NoReturn:
        if as_json:
            body: dict[str, Any] = {"message": getattr(error, "message", str(error))}
            if isinstance(error, RegisterError):
                body["path"] = error.path
            if isinstance(error, CountsError):
                body |= {"line": error.line, "column": error.column, "column_name": error.name or None}
            self.stdout.write(json.dumps({"error": body}, indent=2, ensure_ascii=False))
        raise CommandError(str(error), returncode=2)

    def write_report(self, report: ImportReport) -> None:
        words = {
            "created": _("new"),
            "updated": _("changed"),
            "unchanged": _("unchanged"),
            "older": _("older than what is stored"),
            "set_aside": _("known, and set aside"),
            "none": _("none in the file"),
        }
        if report.is_dry_run:
            self.stdout.write(_("Dry run: nothing was stored."))
        self.stdout.write(
            _("%(number)s: %(what)s") % {"number": report.registration_number, "what": words[report.initiative]}
        )
        if report.changed:
            self.stdout.write(_("Changed: %(names)s") % {"names": ", ".join(report.changed)})
        if report.deadlines:
            self.stdout.write(_("Deadlines stored: %(names)s") % {"names": ", ".join(report.deadlines)})
        self.stdout.write(_("Reading: %(what)s") % {"what": words[report.reading]})
        if report.total is not None and report.as_of is not None:
            self.stdout.write(
                _("%(total)d statements of support as of %(day)s")
                % {"total": report.total, "day": report.as_of.isoformat()}
            )
        for remark in report.remarks:
            self.stdout.write(remark)
