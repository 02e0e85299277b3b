"""How this package lets go of a login."""

from django.contrib.sessions.models import Session

from accounts.enums import Role
from accounts.models import User

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "accounts.User",
        "accounts.Membership",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "accounts.Organisation.contact_email",
        "accounts.ExportRequest.asker",
        "accounts.ExportRequest.decided_by",
        "accounts.ExportRequest.address",  # what was searched for; forgotten after 30 days
        "accounts.ExportRequest.reason",
        "accounts.ExportRequest.note",
        "accounts.ExportTaken.user",
        "accounts.ReadingAlarm.user",
        "accounts.ApiToken.maker",
        "accounts.ReadingDay.user",
    }
)


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
