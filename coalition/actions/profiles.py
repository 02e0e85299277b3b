"""What a partner says of itself: whom to ask, and what it means to reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from campaigns.models import Partnership
from coalition.models import PartnerContact, PartnerGoal
from core import audit


@dataclass(frozen=True)
class Person:
    """A contact person as typed; an address or a number is there."""

    name: str
    topic: str
    function: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Aim:
    """How many, by when."""

    target: int
    due_date: date | None = None


class ContactKnownError(ValueError):
    """This address stands there already for the same subject."""


@transaction.atomic
def save_contact(
    *, partnership: Partnership, person: Person, contact: PartnerContact | None = None, by: audit.Actor
) -> PartnerContact:
    """Add a contact person, or change ``contact``, and return it. The same again changes nothing.

    Raises ContactKnownError when another contact of this partner has the address for the same subject.
    """
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    told = {
        "name": person.name.strip(),
        "topic": person.topic,
        "function": person.function.strip(),
        "email": person.email.strip().lower(),
        "phone": person.phone.strip(),
    }
    twins = PartnerContact.objects.filter(partnership=partnership, topic=told["topic"], email=told["email"])
    twin = twins.first() if told["email"] else PartnerContact.objects.filter(partnership=partnership, **told).first()
    if contact is None and twin is not None and all(getattr(twin, name) == value for name, value in told.items()):
        return twin
    if twin is not None and (contact is None or twin.pk != contact.pk):
        raise ContactKnownError
    if contact is None:
        made = PartnerContact.objects.create(partnership=partnership, **told)
        audit.record("coalition.contact.added", by=by, target=partnership, contact=made.pk)
        return made
    changed = sorted(name for name, value in told.items() if getattr(contact, name) != value)
    if changed:
        for name in changed:
            setattr(contact, name, told[name])
        contact.save(update_fields=changed)
        audit.record("coalition.contact.changed", by=by, target=partnership, contact=contact.pk, fields=changed)
    return contact


@transaction.atomic
def remove_contact(*, contact: PartnerContact, by: audit.Actor) -> None:
    """Forget a contact person. Safe to call twice."""
    deleted, _rows = PartnerContact.objects.filter(pk=contact.pk).delete()
    if deleted:
        audit.record("coalition.contact.removed", by=by, target=contact.partnership, contact=contact.pk)


@transaction.atomic
def set_goals(*, partnership: Partnership, aims: Mapping[str, Aim | None], by: audit.Actor) -> None:
    """Write what a partner means to reach, by metric; None takes a goal away. The same again writes nothing."""
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    known = {goal.metric: goal for goal in PartnerGoal.objects.filter(partnership=partnership)}
    changed = sorted(metric for metric, aim in aims.items() if _said(known.get(metric)) != aim)
    for metric in changed:
        aim = aims[metric]
        if aim is None:
            known[metric].delete()
            continue
        PartnerGoal.objects.update_or_create(
            partnership=partnership, metric=metric, defaults={"target": aim.target, "due_date": aim.due_date}
        )
    if changed:
        audit.record("coalition.goals.changed", by=by, target=partnership, metrics=changed)


def _said(goal: PartnerGoal | None) -> Aim | None:
    return None if goal is None else Aim(goal.target, goal.due_date)
