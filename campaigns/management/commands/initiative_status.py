import json
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from campaigns.initiative_counts import CountsError, read_counts
from campaigns.initiative_files import parse_day, read_bytes
from campaigns.initiative_rules import (
    COUNTRIES_NEEDED,
    STATEMENTS_NEEDED,
    CountryStatus,
    InitiativeRuleError,
    InitiativeStatus,
    judge,
)


def country_as_json(country: CountryStatus) -> dict[str, Any]:
    row: dict[str, Any] = {
        "country": country.country,
        "count": country.count,
        "minimum": country.minimum,
        "ratio": country.ratio,
        "passed": country.passed,
    }
    # Only where it applies: it explains why such a count is in neither the total nor the seven.
    return row | {"certified_after_submission": True} if country.is_late else row


def status_as_json(status: InitiativeStatus) -> dict[str, Any]:
    """Return the judgement as the contract writes it; ratios are unrounded."""
    seventh = status.seventh_country
    return {
        "total": status.total,
        "total_reached": status.total_reached,
        "countries": [country_as_json(country) for country in status.countries],
        "countries_passed": list(status.countries_passed),
        "breadth_reached": status.breadth_reached,
        "seventh_country": {
            "country": seventh.country if seventh else None,
            "ratio": seventh.ratio if seventh else 0.0,
        },
        "successful": status.successful,
    }


class Command(BaseCommand):
    """Judge an initiative's figures; needs no database. Exit code 2 when they cannot be judged."""

    help = "Judge the figures of a European Citizens' Initiative by the rules in force when it was registered."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--registered", required=True, metavar="DATE", help="day of registration, YYYY-MM-DD")
        parser.add_argument(
            "--counts",
            required=True,
            metavar="FILE",
            help="CSV: country,statements_of_support[,certified_after_submission]; - reads standard input",
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            registered = parse_day(options["registered"])
            status = judge(registered, read_counts(read_bytes(options["counts"]), registered=registered))
        except (CountsError, InitiativeRuleError) as error:
            self.refuse(error, as_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(status_as_json(status), indent=2))
        else:
            self.write_table(status)

    def refuse(self, error: CountsError | InitiativeRuleError, *, as_json: bool) -> NoReturn:
        if as_json:
            place = (error.line, error.column, error.name) if isinstance(error, CountsError) else (None, None, "")
            message = error.message if isinstance(error, CountsError) else str(error)
            body = {"message": message, "line": place[0], "column": place[1], "column_name": place[2] or None}
            self.stdout.write(json.dumps({"error": body}, indent=2, ensure_ascii=False))
        raise CommandError(str(error), returncode=2)

    def write_table(self, status: InitiativeStatus) -> None:
        for one in status.ranking:
            remark = _("certified after submission") if one.is_late else _("reached") if one.passed else ""
            self.stdout.write(f"{one.country}  {one.count:>10}  {one.minimum:>7}  {one.ratio:>8.2f}  {remark}".rstrip())
        self.stdout.write(
            _(
                "%(total)s statements of support (%(needed)s needed); minimum reached in %(passed)d countries "
                "(%(countries)d needed)."
            )
            % {
                "total": number_format(status.total, force_grouping=True),
                "needed": number_format(STATEMENTS_NEEDED, force_grouping=True),
                "passed": len(status.countries_passed),
                "countries": COUNTRIES_NEEDED,
            }
        )
        self.stdout.write(_("Successful.") if status.successful else _("Not successful."))
