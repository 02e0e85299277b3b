"""Everything ``./run check`` looks at: two checks at a time, on after a failure, all failures listed at the end.

Exit code 1 when any failed. ``./run check WORD`` runs only the checks whose name holds the word.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from config.translations import PROJECT

PYTHON = sys.executable
TEST = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
# Complete and made up: `check --deploy` must be clean for whoever fills in .env.example.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "made-up-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "KEYED_HASH_SECRET": "made-up-for-the-check-keyed-hash",
    "DATA_KEYS": "check=bWFkZS11cC1mb3ItdGhlLWNoZWNrLTAxMjM0NTY3ODk=",
    "ALTCHA_HMAC_KEY": "made-up-for-the-check-altcha",
    "PUBLIC_URL": "https://campaign.example.org",
    "DATABASE_URL": "sqlite://:memory:",
    "CELERY_BROKER_URL": "redis://redis.example.org:6379/0",
    "CACHE_URL": "redis://redis.example.org:6379/1",
    "DEFAULT_FROM_EMAIL": "Campaign <hello@campaign.example.org>",
    "METRICS_TOKEN": "made-up-for-the-check-metrics",
}
LINES_SHOWN = 40
FAIL_LEVEL = ["--fail-level", "WARNING"]


@dataclass(frozen=True)
class Check:
    """One command that must end with 0."""

    name: str
    argv: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a check went: exit code, everything it printed, seconds."""

    check: Check
    code: int
    output: str
    seconds: float


def tool(name: str, *arguments: str) -> list[str]:
    return [PYTHON, "-m", name, *arguments]


def manage(*arguments: str) -> list[str]:
    return [PYTHON, "manage.py", *arguments]


CHECKS = [
    Check("types (mypy)", tool("mypy", "--no-error-summary", ".")),
    Check("lint (ruff)", tool("ruff", "check", "--quiet", ".")),
    Check("format (ruff)", tool("ruff", "format", "--check", "--quiet", ".")),
    Check("layers (import-linter)", [PYTHON, "-c", "from importlinter.cli import lint_imports_command as c; c()"]),
    Check("migrations are complete", manage("makemigrations", "--check", "--dry-run"), TEST),
    Check("Django's system checks", manage("check", *FAIL_LEVEL), TEST),
    Check("deployment checks, production settings", manage("check", "--deploy", *FAIL_LEVEL), PRODUCTION),
    Check("templates compile", tool("config.template_check"), TEST),
    Check("templates lint (djlint)", tool("djlint", "--lint", "--quiet", ".")),
    Check("translations are complete", manage("collect_messages", "--check"), TEST),
    Check("no machine paths, no registry hosts", tool("config.forbidden_texts")),
]


def run_check(check: Check, var: str) -> Outcome:
    """Run one check with its own data folder, so that it touches nobody's database."""
    started = time.monotonic()
    environment = {**without_services(), "CARILLON_VAR": var, **check.environment}
    done = subprocess.run(  # noqa: S603 - our own commands
        check.argv, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return Outcome(check, done.returncode, done.stdout.decode(errors="replace").strip(), time.monotonic() - started)


def without_services() -> dict[str, str]:
    """Return the environment without the names of services: checks need none and must not reach one."""
    services = {"DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL"}
    return {name: value for name, value in os.environ.items() if name not in services}


def report(outcome: Outcome) -> None:
    """Print one line for a check, and what it said when it failed."""
    mark = "✗" if outcome.code else "✓"
    sys.stdout.write(f"{mark} {outcome.check.name} ({outcome.seconds:.1f} s)\n")
    if outcome.code:
        lines = outcome.output.splitlines()
        sys.stdout.write("".join(f"    {line}\n" for line in lines[:LINES_SHOWN]))
        if len(lines) > LINES_SHOWN:
            sys.stdout.write(f"    … {len(lines) - LINES_SHOWN} more lines: {' '.join(outcome.check.argv[1:])}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run check", description="Linters, types, layers, migrations, templates.")
    parser.add_argument("word", nargs="?", default="", help="run only the checks whose name holds this word")
    word = parser.parse_args().word
    chosen = [check for check in CHECKS if word.lower() in check.name.lower()]
    if not chosen:
        parser.error(f"no check is named so; there are: {'; '.join(check.name for check in CHECKS)}")
    started = time.monotonic()
    outcomes = []
    with tempfile.TemporaryDirectory() as var, ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(lambda check: run_check(check, var), chosen):
            report(outcome)
            outcomes.append(outcome)
    failed = [outcome.check.name for outcome in outcomes if outcome.code]
    seconds = time.monotonic() - started
    if failed:
        sys.stdout.write(f"✗ {len(failed)} of {len(outcomes)} checks failed ({seconds:.0f} s): {', '.join(failed)}\n")
        return 1
    sys.stdout.write(f"✓ all {len(outcomes)} checks passed ({seconds:.0f} s)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
