"""The campaigns somebody may choose where packages below know them by their short names only."""

from typing import Any

from campaigns.models import Campaign


def scopes_for(user: Any) -> list[tuple[str, str]]:
    """Return the short names and titles of the campaigns the user sees, by title."""
    return list(Campaign.objects.visible_to(user).order_by("title").values_list("slug", "title"))
