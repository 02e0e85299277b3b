from typing import Any

from django.core.management.base import BaseCommand

from core.personal_data_register import our_apps, read_register


class Command(BaseCommand):
    """Print the register of personal data as a Markdown table, one row per field, from each app's privacy.py."""

    help = "Print every field that holds personal data, why, for how long, and what erasure does (Markdown)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("| Field | Purpose | Kept | On erasure |\n| --- | --- | --- | --- |")
        for app in our_apps():
            for name, entry in read_register(app).personal.items():
                self.stdout.write(f"| {app.label}.{name} | {entry.purpose} | {entry.retention} | {entry.erasure} |")
