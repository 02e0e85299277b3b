"""Every field that could hold personal data is classified, and what must never be held has no field."""

import importlib
import inspect
import re
from io import StringIO
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db import models
from django.forms import BaseForm

from config.message_extraction import extract_from
from core.personal_data_register import fields_to_classify, our_apps, read_register

# A statement of support of a European Citizens' Initiative is given in the Commission's system alone
# (Regulation (EU) 2019/788, Annex III says what it holds); counts of statements are no personal data.
NEVER_HELD = re.compile(
    r"(^|_)e?id_?(number|card|document)|identity_?(number|card|document)|passport|document_?(number|type)|"
    r"personal_?(id|number|identification)|"
    r"national_?(id|number|register)|(^|_)statements?(_|$)|birth|niss|rijksregister"
)
COUNTS = re.compile(r"(^|_)(counts?|total|reached)(_|$)")
OURS = our_apps()


def is_never_held(name: str) -> bool:
    return bool(NEVER_HELD.search(name)) and not COUNTS.search(name)


@pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)
def test_every_field_that_could_hold_personal_data_is_classified(app: AppConfig) -> None:
    register = read_register(app)
    said = set(register.personal) | register.impersonal
    asked = set(fields_to_classify(app))
    assert not asked - said, f"classify these in {app.name}/privacy.py"
    assert not register.impersonal & set(register.personal), "a field is personal or it is not"


@pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)
def test_every_classified_field_exists(app: AppConfig) -> None:
    register = read_register(app)
    exists = {f"{model.__name__}.{each.name}" for model in app.get_models() for each in model._meta.get_fields()}
    assert not (set(register.personal) | register.impersonal) - exists, f"remove these from {app.name}/privacy.py"


def test_an_unclassified_field_would_be_found() -> None:
    people = apps.get_app_config("people")
    found = set(fields_to_classify(people))
    assert {"Supporter.full_name", "Submission.payload", "ContactPoint.supporter"} <= found
    assert "ContactPoint.channel" not in found


def test_no_model_has_a_field_for_a_statement_of_support_or_an_identity_document() -> None:
    names = {
        f"{model._meta.label}.{each.name}"
        for app in OURS
        for model in app.get_models()
        for each in model._meta.get_fields()
        if isinstance(each, models.Field)
    }
    assert names
    assert not {name for name in names if is_never_held(name.rpartition(".")[2])}


def test_no_form_asks_for_a_statement_of_support_or_an_identity_document() -> None:
    asked = {
        f"{form.__module__}.{form.__name__}.{name}"
        for module in form_modules()
        for form in vars(importlib.import_module(module)).values()
        if inspect.isclass(form) and issubclass(form, BaseForm)
        for name in getattr(form, "base_fields", {})
    }
    assert not {name for name in asked if is_never_held(name.rpartition(".")[2])}


def form_modules() -> list[str]:
    root = Path(importlib.import_module("config").__file__ or "").parents[1]
    paths = (path for app in OURS for path in Path(app.path).rglob("*form*.py"))
    return sorted({".".join(path.relative_to(root).with_suffix("").parts) for path in paths})


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("id_number", True),
        ("passport_number", True),
        ("document_number", True),
        ("statement_of_support", True),
        ("national_number", True),
        ("birth_date", True),
        ("eid_number", True),
        ("personal_number", True),
        ("personal_identification", True),
        ("is_valid_number", False),
        ("statements_count", False),
        ("residence_country", False),
        ("public_id", False),
        ("provider_id", False),
        ("document", False),
    ],
)
def test_names_that_must_never_be_held(name: str, never: bool) -> None:
    assert is_never_held(name) is never


@pytest.mark.parametrize("app", OURS, ids=lambda app: app.label)
def test_why_and_for_how_long_reach_the_translators(app: AppConfig) -> None:
    personal = read_register(app).personal
    path = Path(app.path) / "privacy.py"
    collected = {message.text for message in extract_from(path, path.name)} if path.exists() else set()
    said = {words for entry in personal.values() for words in (entry.purpose, entry.retention)}
    assert not said - collected, "write these as plain texts in the register: the record of processing shows them"


def test_register_is_printed_as_a_table() -> None:
    out = StringIO()
    call_command("list_personal_data", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "| Field | Purpose | Kept | On erasure |"
    assert any(line.startswith("| people.Submission.email | send the confirmation") for line in lines)
