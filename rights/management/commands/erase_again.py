import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rights.actions.erased_again import erase_again


class Command(BaseCommand):
    """Erase again whoever a restored backup brought back, by the list outside the database; exit 1 when one fails."""

    help = "Erase again whoever was erased and came back with a restored backup."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            again = erase_again(by="job:erase_again", at=timezone.now())
        except OSError as error:
            raise CommandError(f"The list of erasures cannot be read: {error}") from error
        if again.begun_at is None:
            self.stdout.write("There is no list of erasures.")
        self.stdout.write(f"{again.erased} erased again; {again.failed} failed; {again.unread} lines cannot be read.")
        if again.failed:
            sys.exit(1)
