"""What stands on the site has changed: kept pages are drawn anew, whoever keeps them."""

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string


def draw_pages_anew() -> None:
    """Forget the drawn public pages once this transaction is committed (settings.PUBLIC_PAGES_CHANGED does it)."""
    transaction.on_commit(import_string(settings.PUBLIC_PAGES_CHANGED))
