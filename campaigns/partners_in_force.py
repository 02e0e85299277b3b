"""Which partners may see people: what a package above asks of them (settings.PARTNERS_IN_FORCE names it)."""

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string


def agreement_condition() -> Q:
    """Return the condition on partnerships that they agreed to what is asked of them; where nobody asks, all have."""
    path: str = settings.PARTNERS_IN_FORCE
    found: Q = import_string(path)() if path else Q(pk__isnull=False)
    return found
