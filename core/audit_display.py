"""The audit trail's entries as staff read them. Each app says in its ``audit_words.py`` how its actions read."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.lists import listed
from core.models import AuditEntry

# What the common staff screens record of any model (`core.staff_views.audit_name`).
OF_ANY_MODEL = {
    "changed": _("%(noun)s: changed"),
    "created": _("%(noun)s: created"),
    "deleted": _("%(noun)s: deleted"),
    "listed": _("%(noun)s: list read"),
    "viewed": _("%(noun)s: read"),
}


@cache
def words_of_apps() -> dict[str, Any]:
    """Return the words of every action by its name, as the apps declare them."""
    found: dict[str, Any] = {}
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "audit_words"):
            found |= import_module(f"{app.name}.audit_words").WORDS
    return found


def describe_action(entry: AuditEntry) -> str:
    """Return what was done in the reader's language; an action nobody knows any more as it was recorded."""
    if words := words_of_apps().get(entry.action):
        return str(words)
    label, _dot, rest = entry.action.partition(".")
    noun, _dot, verb = rest.partition(".")
    try:
        model = apps.get_model(label, noun.replace("_", ""))
    except LookupError:
        return entry.action
    if verb not in OF_ANY_MODEL:
        return entry.action
    return OF_ANY_MODEL[verb] % {"noun": capfirst(str(model._meta.verbose_name))}


def describe_details(entry: AuditEntry) -> str:
    """Return an entry's details as ``name: value`` pairs on one line, empty ones left out."""

    def text(value: Any) -> str:
        return listed(value) if isinstance(value, list) else str(value)

    return "; ".join(f"{name}: {text(value)}" for name, value in entry.details.items() if value not in ("", [], {}))


def with_words(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """Return the entries with ``who`` and ``what`` as people read them.

    People by name, all in one query; jobs and people since removed as recorded.
    """
    named = list(entries)
    pks = {entry.actor.removeprefix("user:") for entry in named if entry.actor.startswith("user:")}
    people = {f"user:{user.pk}": str(user) for user in get_user_model().objects.filter(pk__in=pks)}
    for entry in named:
        entry.who = people.get(entry.actor, entry.actor)  # type: ignore[attr-defined]
        entry.what = describe_action(entry)  # type: ignore[attr-defined]
    return named
