"""How much somebody sends us."""

from django.http import HttpRequest


def says_at_most(request: HttpRequest, most: int) -> bool:
    """Whether the body, of which nothing was read yet, says in digits that it has ``most`` bytes or fewer."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isascii() and length.isdecimal() and len(length) < 10 and int(length) <= most
