from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.groups import sync_roles


class Command(BaseCommand):
    help = "Make the groups of the roles equal to the tables of rights again; `migrate` does it by itself."

    def handle(self, **options: Any) -> None:
        for name, count in sync_roles().items():
            self.stdout.write(f"{name}: {count} permissions")
