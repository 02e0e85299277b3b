"""Contact persons and own goals."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import Partnership
from coalition.actions.profiles import Aim, ContactKnownError, Person, remove_contact, save_contact, set_goals
from coalition.models import PartnerContact, PartnerGoal
from core.models import AuditEntry
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
NORA = Person(name="Nora", topic="press", email="Nora@example.org")


def test_contact_is_added_changed_and_removed_each_once(ours: World) -> None:
    told = {"partnership": ours.partnership, "by": ours.manager}
    contact = save_contact(person=NORA, **told)
    assert save_contact(person=NORA, **told) == contact
    assert contact.email == "nora@example.org"
    changed = Person(name="Nora B.", topic="press", email="nora@example.org", phone="+32 2 000 00 00")
    for _press in range(2):
        save_contact(person=changed, contact=contact, **told)
    assert PartnerContact.objects.get().phone
    for _press in range(2):
        remove_contact(contact=contact, by=ours.manager)
    said = AuditEntry.objects.filter(action__startswith="coalition.contact").order_by("pk")
    assert [entry.action.rsplit(".")[-1] for entry in said] == ["added", "changed", "removed"]


def test_second_contact_with_the_address_for_the_same_subject_is_refused(ours: World) -> None:
    save_contact(partnership=ours.partnership, person=NORA, by=ours.manager)
    with pytest.raises(ContactKnownError):
        save_contact(
            partnership=ours.partnership, person=Person("Zoe", "press", email="nora@example.org"), by=ours.manager
        )
    save_contact(partnership=ours.partnership, person=Person("Nora", "privacy", email=NORA.email), by=ours.manager)
    assert PartnerContact.objects.count() == 2


def test_contacts_are_seen_by_the_leads_keepers_and_that_partner_only(ours: World, theirs: World, at: datetime) -> None:
    save_contact(partnership=ours.partnership, person=NORA, by=ours.manager)
    other = World("third")
    Partnership.objects.create(campaign=ours.campaign, organisation=other.partner)  # a partner beside it
    seen = PartnerContact.objects
    for user in (ours.coordinator, ours.dpo, ours.manager):
        assert seen.visible_to(user).count() == 1
    for user in (ours.analyst, other.manager, theirs.coordinator, theirs.manager):
        assert not seen.visible_to(user).exists()
        assert not seen.changeable_by(user).exists()
    assert not seen.changeable_by(ours.dpo).exists()
    Partnership.objects.filter(pk=ours.partnership.pk).update(left_at=at)
    assert not seen.visible_to(ours.manager).exists()


def test_database_refuses_a_contact_nobody_can_reach(ours: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerContact.objects.create(partnership=ours.partnership, name="Nora")


def test_goals_are_set_changed_and_taken_away(ours: World) -> None:
    told = {"partnership": ours.partnership, "by": ours.manager}
    for _press in range(2):
        set_goals(aims={"signatures": Aim(100, date(2026, 5, 1)), "events": Aim(3)}, **told)
    assert AuditEntry.objects.filter(action="coalition.goals.changed").count() == 1
    set_goals(aims={"signatures": Aim(200), "events": None}, **told)
    goal = PartnerGoal.objects.get()
    assert (goal.metric, goal.target, goal.due_date) == ("signatures", 200, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerGoal.objects.create(partnership=ours.partnership, metric="signatures", target=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnerGoal.objects.create(partnership=ours.partnership, metric="events", target=0)
