"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections import Counter
from datetime import datetime

from accounts.erasing import erase_login
from accounts.models import User
from people.models import Supporter
from volunteers.models import Volunteer

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "volunteers.Volunteer",
        "volunteers.VolunteerLanguage",
        "volunteers.Availability",
        "volunteers.StageChange",
        "volunteers.VolunteerNote",
        "volunteers.AgreementAcceptance",
        "volunteers.TrainingAttendance",
        "volunteers.Certificate",
        "volunteers.ShiftAssignment",
        "volunteers.CoverRequest",
        "volunteers.HoursEntry",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "volunteers.Volunteer.owner",
        "volunteers.VolunteerNote.author",
        "volunteers.TrainingSession.trainer",
    }
)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Delete a person's volunteering with notes, shifts, trainings and certificates; return the rows per table.

    The login they were given for the phone goes with it. One that also works as staff is another matter: it stays, and
    is ended where roles are given.
    """
    logins = logins_to_let_go_of(supporter)
    gone = Counter(Volunteer.objects.filter(supporter=supporter).delete()[1])
    for login in logins:
        gone.update(erase_login(user=login))
    return dict(gone)


def logins_to_let_go_of(supporter: Supporter) -> list[User]:
    """Return the logins of a person as a volunteer that are nobody else's too."""
    others = Volunteer.objects.filter(user__isnull=False).exclude(supporter=supporter).values("user")
    return list(User.objects.filter(volunteering__supporter=supporter).exclude(pk__in=others).distinct().order_by("pk"))
