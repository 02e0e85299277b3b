"""What one page needs of the browser beyond the policy of its kind; core.middleware tells the browser."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def allow_style_elements(context: dict[str, Any]) -> str:
    """Let this page of the staff area, and letters it shows within it, hold style sheets of their own."""
    context["request"].has_style_elements = True
    return ""
