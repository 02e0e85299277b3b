from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.encrypted_fields import encrypted_fields, key_ring
from core.reencryption import count_old, reencrypt


class Command(BaseCommand):
    help = (
        "Write with the first key of DATA_KEYS whatever is encrypted with another one, or not yet. May be stopped and "
        "run again; ends with 1 while something is left, so that the old key is kept until nothing is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many rows there are to write")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        self.stdout.write(f"the key that writes: {key_ring().current}")
        if dry_run:
            for field in encrypted_fields():
                self.stdout.write(f"{field.field_name()}: {count_old(field)} to write")
            return
        left = 0
        for done in reencrypt():
            left += done.left
            unreadable = f", {done.unreadable} could not be read" if done.unreadable else ""
            self.stdout.write(f"{done.field}: {done.written} written{unreadable}, {done.left} left")
        if left:
            raise CommandError(f"{left} rows are left: keep the old keys, and run this again.")
        self.stdout.write("Nothing is left: older keys may be taken out of DATA_KEYS.")
