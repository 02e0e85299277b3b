from typing import Any

from django.core.management.base import BaseCommand

from places.actions.load import load_places


class Command(BaseCommand):
    help = "Load the shipped territories, outlines and postcodes. Running it again changes only what a release changed."

    def handle(self, **options: Any) -> None:
        report = load_places()
        if options["verbosity"] > 0:
            self.stdout.write(
                f"Territories and postcodes: {report.created} created, {report.updated} updated, "
                f"{report.unchanged} as they were."
            )
