"""Who sees a row because of what a package above holds: settings name the functions, so imports keep their direction.

A supporter is seen through a signature, a message through the petition it answers; `people` and `messaging` know
neither. ``settings.STAFF_SCOPES`` maps a model's label to dotted paths of functions ``(user) -> Q``; a row is seen
when any of them says so.
"""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string


def scope_condition(label: str, user: Any) -> Q:
    """Return the condition on rows of the model ``label`` (``app.model``) that make them visible to ``user``."""
    found = Q(pk__in=[])
    for path in settings.STAFF_SCOPES.get(label, []):
        found |= import_string(path)(user)
    return found
