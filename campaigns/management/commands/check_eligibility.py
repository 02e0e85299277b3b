import json
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaigns.eligibility import Verdict, judge_facts
from campaigns.eligibility_enums import Outcome
from campaigns.eligibility_facts import read_facts
from campaigns.eligibility_files import read_election, shipped_elections
from campaigns.eligibility_rules import Rules, RulesError
from campaigns.eligibility_words import words_of
from campaigns.initiative_counts import CountsError
from campaigns.initiative_files import read_bytes
from campaigns.models import Election
from campaigns.selectors.elections import commune_named, has_rules_of_regions, rules_in_force


class EligibilityInputError(Exception):
    """The input is not what the contract asks for."""


def read_answers(name: str) -> list[Any] | dict[str, Any]:
    """Return the JSON of a file (``-``: standard input): one person's answers, or a list of such."""
    try:
        found = json.loads(read_bytes(name).decode("utf-8-sig"))
    except CountsError as error:
        raise EligibilityInputError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise EligibilityInputError(_("This is not JSON: %(reason)s.") % {"reason": error}) from error
    if not isinstance(found, dict) and not (isinstance(found, list) and all(isinstance(one, dict) for one in found)):
        raise EligibilityInputError(_("Write one person's answers as a JSON object, or a list of such objects."))
    return found


class Command(BaseCommand):
    """Judge one person's right to register (or a list of persons). Exit code 2 when the input cannot be read.

    Where a region has rules of its own, the commune (the answers' own, else --commune) decides which count; without one
    nothing can be said, as on the page.
    """

    help = "Judge a person's right to register for an election: JSON in, outcome and reason out."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE|-", help="JSON with the answers; - reads standard input")
        parser.add_argument("--election", required=True, metavar="KEY", help="for example be-brussels-local-2024")
        parser.add_argument(
            "--commune", default="", metavar="NAME|CODE", help="where somebody lives whose answers name no commune"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        as_json, key = options["json"], options["election"]
        try:
            self.election = self.find_election(key)
            self.found: dict[str, tuple[Rules, dict[str, Any]] | None] = {}
            self.rules_of(key, options["commune"])  # an unknown election is refused before the answers are read
            answers = read_answers(options["file"])
        except RulesError as error:
            self.refuse("\n".join(error.problems), as_json=as_json)
        except EligibilityInputError as error:
            self.refuse(str(error), as_json=as_json)
        people = answers if isinstance(answers, list) else [answers]
        bodies = [self.judge(key, person, options["commune"]) for person in people]
        if as_json:
            self.stdout.write(
                json.dumps(bodies if isinstance(answers, list) else bodies[0], indent=2, ensure_ascii=False)
            )
        else:
            for body in bodies:
                self.stdout.write(f"{Outcome(body['outcome']).label}: {body['reason']}")
        unreadable = [number for number, body in enumerate(bodies, 1) if "error" in body]
        if unreadable:
            raise CommandError(str(bodies[unreadable[0] - 1]["reason"]), returncode=2)

    def find_election(self, key: str) -> Election | None:
        try:
            return Election.objects.select_related("territory").filter(key=key).first()
        except DatabaseError as error:
            self.stderr.write(_("No usable database (%(reason)s): judged by the shipped rules.") % {"reason": error})
            return None

    def rules_of(self, key: str, commune: str) -> tuple[Rules, dict[str, Any]] | None:
        """Return the rules that count in a commune, and what the answer says of them.

        Those staff keep in the database come first, else those shipped. None where regions have rules of their own and
        the commune is not known.
        """
        if commune not in self.found:
            self.found[commune] = self._kept_rules(commune) if self.election else self._shipped_rules(key)
        return self.found[commune]

    def _kept_rules(self, commune: str) -> tuple[Rules, dict[str, Any]] | None:
        election = self.election
        assert election is not None  # noqa: S101 - the caller has looked
        place = commune_named(election, commune) if commune else None
        if place is None and has_rules_of_regions(election):
            return None
        found = rules_in_force(election, place)
        if found is None:
            return self._shipped_rules(election.key)
        return found.rules, {
            "from": "database",
            "version": found.version,
            "checked_on": found.checked_on.isoformat(),
            "territory": found.territory or None,
        }

    def _shipped_rules(self, key: str) -> tuple[Rules, dict[str, Any]]:
        path = shipped_elections().get(key)
        if path is None:
            known = sorted(shipped_elections())
            raise RulesError(
                [
                    _("There is no election “%(key)s”. Shipped: %(known)s.")
                    % {"key": key[:60], "known": ", ".join(known)}
                ]
            )
        file = read_election(path)
        told = {"from": "shipped", "version": None, "checked_on": file.checked_on.isoformat(), "territory": None}
        return file.rules, told

    def judge(self, key: str, person: dict[str, Any], commune: str) -> dict[str, Any]:
        facts = read_facts({**person, "commune": person.get("commune") or commune})
        found = self.rules_of(key, facts.commune or "")
        if found is None and not facts.unreadable:
            verdict, told = Verdict(Outcome.INCOMPLETE, "missing", names=("commune",)), None
        elif found is None:
            verdict, told = Verdict(Outcome.INCOMPLETE, "unreadable", names=facts.unreadable), None
        else:
            verdict, told = judge_facts(found[0], facts.assuming()), found[1]
        body = verdict_as_json(verdict)
        if facts.ignored:
            body["ignored"] = list(facts.ignored)
        return body | {"election": key, "rules": told}

    def refuse(self, message: str, *, as_json: bool) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps({"error": {"message": message}}, indent=2, ensure_ascii=False))
        raise CommandError(message, returncode=2)


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict as the contract writes it; facts are called by their keys."""
    reason = words_of(verdict, str)
    body: dict[str, Any] = {"outcome": verdict.outcome.value, "reason": reason, "reason_code": verdict.code}
    if verdict.code == "unreadable":
        body["error"] = {"message": reason, "fields": list(verdict.names)}
    body["missing"] = list(verdict.names) if verdict.outcome == Outcome.INCOMPLETE else []
    body["fields"] = list(verdict.names)
    body["group"] = verdict.group or None
    source = verdict.source
    body["source"] = (
        {
            "text": source.said_in(get_language() or "en")[0],
            "url": source.url,
            "checked_on": source.checked_on.isoformat(),
        }
        if source
        else None
    )
    return body
