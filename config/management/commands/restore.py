import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backups import BackupError
from config.backups.restoring import open_backup, restore_backup
from config.backups.sealing import read_identity
from rights.erased_words import tell_erased_again


class Command(BaseCommand):
    """Put a backup back and prove it. Stop web and workers first.

    Exit 1 when a tally differs from a recount, or who was erased since could not be erased again.
    """

    help = "Put a backup back, once everything in it was checked. Stop web and workers first."
    requires_system_checks: list[str] = []  # they may look at a database that is not there yet

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--identity", type=Path, metavar="FILE", help="the private age key of a sealed backup")
        parser.add_argument("--replace", action="store_true", help="lose what the database and the uploads hold now")
        parser.add_argument("--other-secrets", action="store_true", help="the secrets it was made with are lost")
        parser.add_argument(
            "--send-waiting", action="store_true", help="nothing left since: send what waited when it was made"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            identity = read_identity(options["identity"]) if options["identity"] else None
            with open_backup(options["folder"].absolute(), identity) as (folder, manifest):
                restored = restore_backup(
                    folder=folder,
                    manifest=manifest,
                    replace=options["replace"],
                    other_secrets=options["other_secrets"],
                    send_waiting=options["send_waiting"],
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        manifest = restored.manifest
        self.stdout.write(
            f"Restored the backup of {manifest.made_at}: {sum(manifest.rows.values())} rows of {len(manifest.rows)} "
            f"tables and {len(manifest.files) - 1} files, as many as were backed up. "
            f"{restored.migrated} migrations were newer and were run."
        )
        if restored.held:
            self.stdout.write(
                f"{restored.held} messages waited when it was made and may have left since: they are marked unknown "
                "and are not sent. Look at them under Messages."
            )
        for sentence in tell_erased_again(restored.again, since=datetime.fromisoformat(manifest.made_at)):
            self.stdout.write(sentence)
        self.stdout.write(f"{restored.drifts} tallies differ from a recount.")
        again = restored.again
        if restored.drifts or (again is not None and (again.failed or not again.is_readable)):
            sys.exit(1)
