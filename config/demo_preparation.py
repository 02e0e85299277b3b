"""Prepare the demo in one process: migrate, load its data, collect static files; then write the launcher's marker.

``python -m config.demo_preparation MARKER FINGERPRINT``. Everything here may be interrupted and run again.
"""

import importlib.util
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import import_string


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print what is being done and how many seconds it took."""
    sys.stdout.write(f"  – {title} … ")
    sys.stdout.flush()
    started = time.monotonic()
    yield
    sys.stdout.write(f"{time.monotonic() - started:.1f} s\n")
    sys.stdout.flush()


def prepare(marker: Path, fingerprint: str) -> None:
    """Do every step, then leave the marker with the fingerprint and the logins to print."""
    with step(f"migrating the database ({connection.settings_dict['NAME']})"):
        call_command("migrate", verbosity=0, interactive=False)
    with step("collecting static files, compressed and named by their content"):
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    call_command("load_demo")
    unfinished = marker.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({"fingerprint": fingerprint, "logins": list_logins()}))
    unfinished.replace(marker)


def list_logins() -> list[dict[str, str]]:
    """Return the demo's logins as role, e-mail and what the role does."""
    if importlib.util.find_spec("accounts.demo") is None:
        return []
    logins = import_string("accounts.demo.DEMO_LOGINS")
    return [{"role": str(login.title), "email": login.email, "what": str(login.sees)} for login in logins]


if __name__ == "__main__":
    django.setup()
    prepare(Path(sys.argv[1]), sys.argv[2])
