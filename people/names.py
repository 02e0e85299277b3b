"""How a supporter's name is shown to staff."""

from django.utils.translation import gettext


def name_with_origin(full_name: str, is_generated: bool) -> str:
    """Return the name, or that none was given; people made for the demo are marked as generated."""
    name = full_name or gettext("no name given")
    return f"{name} ({gettext('generated')})" if is_generated else name
