"""Looking after volunteers: notes, the invitation to the phone app, a new calendar link."""

from datetime import datetime

from django.db import transaction

from accounts.actions.memberships import invite_member
from accounts.enums import Role
from core import audit
from core.audit import Actor
from people.enums import Channel
from people.models import ContactPoint
from volunteers.actions.applications import new_calendar_key
from volunteers.actions.pipeline import touch_volunteer
from volunteers.models import Volunteer, VolunteerNote


class NoAddress(ValueError):
    """We know no e-mail address of the volunteer, so there is nothing to sign in with."""


@transaction.atomic
def add_note(*, volunteer: Volunteer, body: str, by: Actor, at: datetime) -> VolunteerNote:
    """Write down what was agreed with a volunteer, and return the note.

    The same words by the same person a second time within a minute are the same press of the button.
    """
    author = None if by is None or isinstance(by, str) or not by.pk else by
    text = body.replace("\r\n", "\n").strip()
    latest = VolunteerNote.objects.filter(volunteer=volunteer).order_by("-pk").first()
    if latest is not None and _is_same_press(latest, text, author.pk if author else None, at):
        return latest
    note = VolunteerNote.objects.create(volunteer=volunteer, body=text, author_id=author.pk if author else None)
    touch_volunteer(volunteer=volunteer, at=at)
    audit.record("volunteers.volunteer_note.added", by=by, target=note, volunteer=volunteer.pk)
    return note


def _is_same_press(latest: VolunteerNote, text: str, author_id: int | None, at: datetime) -> bool:
    return latest.body == text and latest.author_id == author_id and (at - latest.created_at).total_seconds() < 60


def email_of(volunteer: Volunteer) -> ContactPoint | None:
    """Return the address a volunteer signs in with: a proven one before one that is not, the older before the newer."""
    points = volunteer.supporter.contact_points.filter(channel=Channel.EMAIL)
    return min(points, key=lambda point: (point.verified_at is None, point.pk), default=None)


@transaction.atomic
def invite_to_app(*, volunteer: Volunteer, by: Actor) -> Volunteer:
    """Give a volunteer a login with the mobiliser's role in their organisation, and return them.

    The mail is sent once, when the role is new. Safe to call twice. Raises NoAddress, and MayNotGrantError
    (accounts) when ``by`` may not give that role there.
    """
    current = (
        Volunteer.objects.select_for_update(of=("self",))
        .select_related("supporter", "organisation")
        .get(pk=volunteer.pk)
    )
    point = email_of(current)
    if point is None:
        raise NoAddress("no e-mail address is known")
    first, _space, last = current.supporter.full_name.partition(" ")
    membership = invite_member(
        email=current.user.email if current.user else point.as_typed,
        organisation=current.organisation,
        role=Role.MOBILISER,
        by=by,
        first_name=first[:150],
        last_name=last[:150],
    )
    if current.user_id != membership.user_id:
        current.user = membership.user
        current.save(update_fields=["user"])
        audit.record("volunteers.volunteer.invited", by=by, target=current, user=membership.user_id)
    return current


@transaction.atomic
def renew_calendar_key(*, volunteer: Volunteer, by: Actor) -> Volunteer:
    """Give the calendar feed a new secret address and return the volunteer; the old address ends at once."""
    current = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    current.calendar_key = new_calendar_key()
    current.save(update_fields=["calendar_key"])
    audit.record("volunteers.volunteer.calendar_renewed", by=by, target=current)
    return current
