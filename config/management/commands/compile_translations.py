from typing import Any

from django.core.management.base import BaseCommand

from config.translations import compile_catalogues


class Command(BaseCommand):
    """Compile every .po file that is newer than its .mo."""

    help = "Compile the translations (.po to .mo) without a system gettext; skips what is up to date."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_catalogues():
            self.stdout.write(f"compiled {path}")
