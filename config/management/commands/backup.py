from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backups import BackupError
from config.backups.making import make_backup
from config.backups.sealing import read_recipient


class Command(BaseCommand):
    """Write a backup into a new folder while web and workers run; it is whole or not there (docs/deployment.md)."""

    help = "Back up the database and the uploads into a new folder, also while web and workers run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a new or an empty folder")
        parser.add_argument("--to", metavar="age1…", help="seal the backup for this public age key")
        parser.add_argument(
            "--with-local-secrets", action="store_true", help="on a demo: also what its settings keep in var/"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = make_backup(
                target=options["folder"].absolute(),
                at=timezone.now(),
                with_local_secrets=options["with_local_secrets"],
                recipient=read_recipient(options["to"]) if options["to"] else None,
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows, files = sum(manifest.rows.values()), len(manifest.files) - 1
        self.stdout.write(
            f"Backed up {rows} rows of {len(manifest.rows)} tables and {files} files to {options['folder']}."
        )
        for alias in manifest.elsewhere:
            self.stdout.write(f"The files of {alias!r} are on another service and not in it; back them up there.")
        if not options["with_local_secrets"]:
            self.stdout.write("Secrets are not in it: keep KEYED_HASH_SECRET and DATA_KEYS apart from it.")
