"""Packages import downwards only: import-linter for Python, and what it cannot see, links between tables."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import AppConfig
from django.conf import settings
from django.db import models

from core.personal_data_register import our_apps

ROOT = Path(settings.BASE_DIR)
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LAYERS = [
    [package.strip() for package in layer.split("|")]
    for layer in PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
]
HEIGHT = {package: -index for index, layer in enumerate(LAYERS) for package in layer}
VENDORS = {
    "allauth_ui", "anymail", "boto3", "botocore", "brevo", "mailgun", "mailjet", "postmarker", "sendgrid", "sentry_sdk",
    "storages", "stripe", "twilio", "vonage",
}  # fmt: skip
OURS = our_apps()


def source_files(*parts: str) -> list[Path]:
    """Return the project's own Python files, tests left out, below ``parts`` (every package without)."""
    packages = parts or tuple(HEIGHT)
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_import_linter_keeps_every_contract() -> None:
    command = "from importlinter.cli import lint_imports_command as command; command()"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_package_stands_in_the_layers() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "tools", "bench", "var"}
    assert found == set(HEIGHT)


@pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)
def test_foreign_keys_point_downwards(app: AppConfig) -> None:
    ours = {each.name.partition(".")[0] for each in OURS}
    home = app.name.partition(".")[0]
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in app.get_models()
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        for target in [field.related_model._meta.app_config.name.partition(".")[0]]
        if target in ours and target != home and HEIGHT[target] >= HEIGHT[home]
    ]
    assert not upward


@pytest.mark.parametrize("package", sorted(HEIGHT))
def test_package_says_what_lives_there_and_what_never_does(package: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text())) or ""
    assert len(docstring) > 80
    assert "ever" in docstring or "nothing" in docstring.lower(), "say what never lives here"


def test_vendors_are_imported_in_integrations_only() -> None:
    elsewhere = [package for package in HEIGHT if package != "integrations"]
    found = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in source_files(*elsewhere)
        for module in imported_modules(path)
        if module.partition(".")[0] in VENDORS
    ]
    assert not found


def test_actions_never_import_tasks() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {module}"
        for path in source_files()
        if "actions" in path.relative_to(ROOT).with_suffix("").parts
        for module in imported_modules(path)
        if module.endswith("tasks") or module == "celery"
    ]
    assert not found


def test_no_receiver_listens_to_our_own_models() -> None:
    """A signal is imported by name or taken from ``models.signals``; a field's method of the same name is none."""
    signals = {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "pre_init", "post_init"}
    found = [
        str(path.relative_to(ROOT))
        for path in source_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Name) and node.id in signals)
        or (isinstance(node, ast.ImportFrom) and signals & {alias.name for alias in node.names})
        or (isinstance(node, ast.Attribute) and node.attr in signals and "signals" in ast.unparse(node.value))
    ]
    assert not found
