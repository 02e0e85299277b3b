import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.actions.elections import load_elections
from campaigns.eligibility_files import FOLDER, read_election, shipped_elections
from campaigns.eligibility_rules import RulesError


class Command(BaseCommand):
    """Load elections with their rules and examples; again without effect. Exit code 2 when a file is refused."""

    help = "Load the shipped elections, or those of a folder. What staff changed is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", nargs="?", metavar="FOLDER", help="JSON files like those in campaigns/data/elections"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"]) if options["folder"] else FOLDER
        try:
            files = [read_election(path) for path in shipped_elections(folder).values()]
            report = load_elections(files, by="command:load_elections")
        except RulesError as error:
            raise CommandError("\n".join(error.problems), returncode=2) from error
        if not files:
            raise CommandError(f"There is no JSON file in {folder}.", returncode=2)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), indent=2))
            return
        for what, keys in asdict(report).items():
            if keys:
                self.stdout.write(f"{what}: {', '.join(keys)}")
