from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.message_catalogue import PLURAL_FORMS, find_problems, merge_messages, new_catalogue
from config.message_extraction import Message, extract_messages


class Command(BaseCommand):
    """Bring locale/<language>/LC_MESSAGES/django.po up to date with the texts in use, or judge them (--check)."""

    help = "Collect the texts to translate into locale/*/LC_MESSAGES/django.po, keeping what is translated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when a translation is missing or would misbehave"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        messages = list(extract_messages(root).values())
        if options["check"]:
            self._check(root, messages)
            return
        for language in PLURAL_FORMS:
            path = catalogue_path(root, language)
            catalogue = open_catalogue(path, language)
            merge_messages(catalogue, messages)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            todo = sum(1 for _ in find_problems(catalogue, messages, language))
            self.stdout.write(f"{path.relative_to(root)}: {len(messages)} texts, {todo} to translate or mend")

    def _check(self, root: Path, messages: list[Message]) -> None:
        problems = [
            problem
            for language in PLURAL_FORMS
            for problem in find_problems(open_catalogue(catalogue_path(root, language), language), messages, language)
        ]
        if problems:
            raise CommandError(
                "\n".join([*problems, f"{len(problems)} problems. ./run messages collects texts; then translate them."])
            )
        self.stdout.write(f"{len(messages)} texts are translated into {', '.join(PLURAL_FORMS)}")


def catalogue_path(root: Path, language: str) -> Path:
    """Return where the project keeps the catalogue of ``language``."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def open_catalogue(path: Path, language: str) -> polib.POFile:
    """Return the catalogue at ``path``, or an empty one when there is none yet."""
    return polib.pofile(str(path), wrapwidth=110) if path.exists() else new_catalogue(language)
