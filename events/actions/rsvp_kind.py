"""The RSVP as one kind of submission: what proving its address does, and "this was not me"."""

from datetime import datetime
from typing import ClassVar

from django.db import models, transaction

from core import audit
from events.actions.offers import offer_in_turn
from events.actions.places import lock_event, move_to, release
from events.actions.rsvps import hold_rsvp
from events.enums import RsvpStatus
from events.models import Event, Rsvp
from messaging.actions.number_checks import ask_number
from people.actions.consents import record_consent_choices
from people.actions.submissions import AlreadyConfirmed, SubmissionGone, disown_submission
from people.actions.supporters import Introduction, hold_supporter, match_or_create_supporter, remove_bare_supporter
from people.enums import Channel
from people.models import ContactPoint, Submission
from people.tokens import CONFIRM, sign_uuid

_DISOWNED = "link:not_me"


class RsvpSubmission:
    """`register` does what the form asks at once; a press in the mail proves the address and records consents."""

    templates: ClassVar[dict[str, str]] = {
        "confirm_signature": "rsvp_registered",
        "confirm_reminder": "rsvp_registered",
    }

    def accept(self, submission: Submission, *, at: datetime) -> None:
        """Do nothing: `register` did it in the transaction that wrote the form."""

    def confirm(self, submission: Submission, *, at: datetime) -> models.Model:
        return prove_address(submission=submission, at=at)

    def disown(self, submission: Submission, *, at: datetime) -> None:
        for rsvp in Rsvp.objects.filter(submission=submission.pk, is_proved=False):
            remove_strangers_rsvp(rsvp=rsvp, at=at)


def prove_address(*, submission: Submission, at: datetime) -> models.Model:
    """Write down that the form's author reads its address: contact point verified, consents recorded, RSVP proved.

    What is registered stays as it is: a further form changes nothing by being confirmed. A phone number with a consent
    is asked by text whether it is theirs. Runs in the confirming transaction. Returns the RSVP, or the supporter where
    it is gone.
    """
    introduction = Introduction(
        email=submission.email,
        phone=submission.phone,
        language=submission.locale,
        full_name=submission.payload.get("full_name", ""),
        is_generated=submission.is_generated,
    )
    match = match_or_create_supporter(introduction=introduction, verified=True, at=at)
    submission.supporter = match.supporter
    record_consent_choices(submission=submission, contact_points=match.points, at=at)
    if number := match.points.get(Channel.SMS):
        _ask(number, submission, at)
    event = lock_event(submission.target_id)
    rsvp = Rsvp.objects.filter(event=event, supporter=match.supporter).first()
    if rsvp is None:
        return match.supporter
    if not rsvp.is_proved:
        rsvp.is_proved, rsvp.proved_at = True, at
    rsvp.full_name = rsvp.full_name or introduction.full_name
    rsvp.save(update_fields=["is_proved", "proved_at", "full_name"])
    audit.record("events.rsvp.proved", target=rsvp)
    return rsvp


def _ask(number: ContactPoint, submission: Submission, at: datetime) -> None:
    """Ask by text whether the number is theirs. Before the event is held: an answer holds the two in this order."""
    event = Event.objects.select_related("organisation", "campaign").get(pk=submission.target_id)
    ask_number(
        point=number,
        organisation=event.organisation,
        scope=event.campaign.slug,
        campaign_name=event.campaign.title,
        language=submission.locale,
        at=at,
    )


@transaction.atomic
def remove_rsvp(*, rsvp: Rsvp, at: datetime) -> None:
    """Remove an RSVP its addressee did not make, and offer its places to those who wait.

    One that somebody was checked in with is evidence: it is cancelled instead. Safe to call twice.
    """
    try:
        held = hold_rsvp(rsvp)
    except Rsvp.DoesNotExist:
        return
    release(held)
    audit.record("events.rsvp.disowned", target=held)
    if held.attendances.exists():
        move_to(held, RsvpStatus.CANCELLED, at=at)
    else:
        held.delete()
    offer_in_turn(held.event, held.timeslot_id, at)


@transaction.atomic
def remove_strangers_rsvp(*, rsvp: Rsvp, at: datetime) -> None:
    """Remove an RSVP made with an address that is another's, and its person too, if nothing else is known of them.

    Safe to call twice.
    """
    supporter = hold_supporter(rsvp.supporter_id)  # before the event, as everybody does
    remove_rsvp(rsvp=rsvp, at=at)
    if supporter is not None:
        remove_bare_supporter(supporter=supporter, by=_DISOWNED)


class ProvedAlready(ValueError):
    """The address of this RSVP was proved: cancelling is the way out."""


@transaction.atomic
def disown_rsvp(*, rsvp: Rsvp, at: datetime) -> None:
    """Do what "this was not me" asks: the RSVP goes, its places are free, the form is wiped, the person is forgotten.

    Raises ProvedAlready. Safe to call twice.
    """
    if Rsvp.objects.filter(pk=rsvp.pk, is_proved=True).exists():
        raise ProvedAlready
    if rsvp.submission is not None:
        try:
            disown_submission(token=sign_uuid(rsvp.submission.public_id, CONFIRM), at=at)
        except SubmissionGone:
            pass
        except AlreadyConfirmed as error:
            raise ProvedAlready from error
    remove_strangers_rsvp(rsvp=rsvp, at=at)
