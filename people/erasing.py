"""How this package lets go of a person (settings.SUPPORTER_ERASERS)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db.models import Q, QuerySet

from people.addresses import subject_index
from people.enums import Channel, SubmissionStatus
from people.models import ContactConflict, ContactPoint, Submission, Supporter

# Tables in which a person is let go of, by this eraser or with a row it deletes.
REACHES = frozenset(
    {
        "people.Supporter",
        "people.ContactPoint",
        "people.ContactConflict",
        "people.ConsentEvent",
        "people.Submission",
    }
)
# Personal fields that speak of somebody else: whoever works here, and whoever is named for another reason.
OF_OTHERS = frozenset(
    {
        "people.ContactConflict.decided_by",
    }
)
_known_targets: ContextVar[list[tuple[str, int]] | None] = ContextVar("known_targets", default=None)


def erase(*, supporter: Supporter, at: datetime) -> dict[str, int]:
    """Delete one record of a person with its addresses, consents and forms; return how many rows of each table went.

    The last of all erasers: whatever of the packages above names the person is gone by then.
    """
    gone = forms_of(supporter).delete()[1]
    for label, count in Supporter.objects.filter(pk=supporter.pk).delete()[1].items():
        gone[label] = gone.get(label, 0) + count
    return gone


def forms_of(supporter: Supporter) -> QuerySet[Submission]:
    """Return the forms of a person: those that became theirs, and those sent with an address of theirs since then.

    A form is not searched by its address: for each kind and target the hash is worked out and looked up.
    """
    emails = list(
        ContactPoint.objects.filter(supporter=supporter, channel=Channel.EMAIL).values_list("canonical", flat=True)
    )
    targets = _targets() if emails else []
    indexes = [subject_index(kind, target, email) for kind, target in targets for email in emails]
    return Submission.objects.filter(Q(supporter=supporter) | Q(subject_index__in=indexes))


def with_waiting_forms(supporters: Iterable[int]) -> set[int]:
    """Return the ids of those who sent a form, by an address of theirs, that waits to be confirmed."""
    points = ContactPoint.objects.filter(supporter__in=list(supporters), channel=Channel.EMAIL)
    emails = list(points.values_list("supporter_id", "canonical"))
    waiting = Submission.objects.filter(status=SubmissionStatus.PENDING)
    targets = waiting.order_by().values_list("kind", "target_id").distinct() if emails else []
    found: set[int] = set()
    for kind, target in targets:
        owners = {subject_index(kind, target, email): pk for pk, email in emails}
        sent = waiting.filter(subject_index__in=owners).values_list("subject_index", flat=True)
        found |= {owners[index] for index in sent}
    return found


@contextmanager
def looking_through_forms_once() -> Iterator[None]:
    """Ask once, inside this block, what forms speak of: to find that out is to read them all.

    What a form that comes meanwhile is the first to speak of is not known inside; it was sent by nobody's record yet.
    """
    if _known_targets.get() is not None:
        yield
        return
    token = _known_targets.set([])
    try:
        yield
    finally:
        _known_targets.reset(token)


def _targets() -> list[tuple[str, int]]:
    known = _known_targets.get()
    if known:
        return known
    found = list(Submission.objects.order_by().values_list("kind", "target_id").distinct())
    if known is not None:
        known += found
    return found


def hold_forms_of(supporter: Supporter) -> None:
    """Hold the forms of a person, always in the same order: before the person's own row, as confirming a form does."""
    list(forms_of(supporter).select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def hold_points_of(supporter: Supporter) -> list[ContactPoint]:
    """Hold the addresses of a person, so that nothing more is written down or queued for them; return them."""
    return list(ContactPoint.objects.select_for_update(of=("self",)).filter(supporter=supporter).order_by("pk"))


def addresses_to_suppress(points: list[ContactPoint]) -> list[ContactPoint]:
    """Return those of the addresses that are to be written to nevermore.

    One that nobody proved and that somebody else gave as well may be theirs: it is let go without a stop.
    """
    claimed = set(ContactConflict.objects.filter(contact_point__in=points).values_list("contact_point_id", flat=True))
    return [point for point in points if point.verified_at is not None or point.pk not in claimed]
