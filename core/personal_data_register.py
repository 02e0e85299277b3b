"""Gather what every app says about its personal data, and find what nobody has said anything about."""

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import models

from core.personal_data import PersonalField

TEXT_LIKE = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.FileField)
PEOPLE = {"accounts.User", "people.Supporter", "people.ContactPoint", "people.Submission"}


@dataclass(frozen=True)
class Register:
    """What one app's ``privacy.py`` says; empty where there is none."""

    personal: dict[str, PersonalField] = field(default_factory=dict)
    impersonal: set[str] = field(default_factory=set)


def our_apps() -> list[AppConfig]:
    """Return the project's own apps."""
    root = Path(settings.BASE_DIR)
    known = [config for config in apps.get_app_configs() if Path(config.path).is_relative_to(root)]
    return [config for config in known if "site-packages" not in Path(config.path).parts]


def read_register(app: AppConfig) -> Register:
    """Return the app's classification of its fields."""
    name = f"{app.name}.privacy"
    if importlib.util.find_spec(name) is None:
        return Register()
    module = importlib.import_module(name)
    return Register(module.PERSONAL, set(module.IMPERSONAL))


def fields_to_classify(app: AppConfig) -> Iterator[str]:
    """Yield ``Model.field`` for what could hold personal data: free text, JSON, addresses, files, links to people.

    A field with a closed list of choices cannot hold what somebody typed and is left out.
    """
    for model in app.get_models():
        for each in model._meta.local_fields:
            is_text = isinstance(each, TEXT_LIKE) and not each.choices
            links = each.is_relation and each.related_model._meta.label in PEOPLE  # type: ignore[union-attr]
            if is_text or links:
                yield f"{model.__name__}.{each.name}"
