"""How this package lets go of a login."""

from django.contrib.sessions.models import Session

from accounts.enums import Role
from accounts.models import User


def erase_login(*, user: User) -> dict[str, int]:
    """Delete a login that is only a mobiliser's, with its addresses, second factor and sessions; return rows per table.

    One with any other role, or a superuser's, is somebody's who works here: it stays and nothing is returned.
    """
    if user.is_superuser or user.memberships.exclude(role=Role.MOBILISER).exists():
        return {}
    ended = [key for key, decoded in _sessions() if decoded.get("_auth_user_id") == str(user.pk)]
    gone = {"sessions.Session": Session.objects.filter(pk__in=ended).delete()[0]} if ended else {}
    return {**gone, **user.delete()[1]}


def _sessions() -> list[tuple[str, dict[str, str]]]:
    return [(row.pk, row.get_decoded()) for row in Session.objects.all().iterator()]
