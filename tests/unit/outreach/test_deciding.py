"""People the machine could not place: staff decide, time decides, and merges are followed."""

from datetime import timedelta

import pytest

from messaging.models import OutboundMessage
from outreach.actions.identities import KEEP_UNMATCHED, forget_unmatched
from outreach.actions.matching import CannotDecide, NotAmbiguous, decide_identity, discard_identity
from outreach.enums import MatchStatus
from outreach.models import ContactIdentity, OutreachContact
from people.actions.supporters import merge_supporters
from people.enums import Channel
from people.models import ContactPoint, Supporter
from tests.factories.outreach import MONDAY, Stall
from tests.factories.people import make_contact_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PHONE = "+32470123456"


@pytest.fixture
def doubtful(stall: Stall) -> ContactIdentity:
    """Karim, who gave the number known as Nora's and an address nobody has."""
    make_contact_point(PHONE, channel=Channel.SMS, full_name="Nora Smit")
    return stall.meet(name="Karim Haddad", email="karim@example.org")


def nora() -> Supporter:
    return Supporter.objects.get(full_name="Nora Smit")


def test_staff_say_it_is_this_one(stall: Stall, doubtful: ContactIdentity) -> None:
    done = decide_identity(identity=doubtful, supporter=nora(), by=stall.world.coordinator, at=MONDAY)
    assert (done.status, done.supporter, done.decided_by) == (MatchStatus.MATCHED, nora(), stall.world.coordinator)
    assert (done.full_name, done.phone, done.candidates) == ("", "", [])
    assert OutboundMessage.objects.count() == 2
    with pytest.raises(NotAmbiguous):
        decide_identity(identity=doubtful, supporter=nora(), by=stall.world.coordinator, at=MONDAY)


def test_staff_say_it_is_a_new_person_who_leaves_the_number_with_its_owner(
    stall: Stall, doubtful: ContactIdentity
) -> None:
    done = decide_identity(identity=doubtful, supporter=None, by=stall.world.coordinator, at=MONDAY)
    assert done.supporter is not None
    assert done.status == MatchStatus.CREATED
    assert list(done.supporter.contact_points.values_list("canonical", flat=True)) == ["karim@example.org"]
    assert ContactPoint.objects.get(canonical=PHONE).supporter == nora()
    assert list(OutboundMessage.objects.values_list("channel", flat=True)) == ["email"]


def test_new_person_without_an_own_address_is_refused(stall: Stall) -> None:
    make_contact_point(PHONE, channel=Channel.SMS, full_name="Nora Smit")
    identity = stall.meet(name="Karim Haddad")
    with pytest.raises(CannotDecide):
        decide_identity(identity=identity, supporter=None, by=stall.world.coordinator, at=MONDAY)
    assert not Supporter.objects.filter(full_name="Karim Haddad").exists()


def test_supporter_who_is_no_candidate_is_refused(stall: Stall, doubtful: ContactIdentity) -> None:
    other = Supporter.objects.create(full_name="Karim Haddad")
    with pytest.raises(CannotDecide):
        decide_identity(identity=doubtful, supporter=other, by=stall.world.coordinator, at=MONDAY)


def test_candidate_merged_meanwhile_stands_as_the_kept_record(stall: Stall, doubtful: ContactIdentity) -> None:
    kept = Supporter.objects.create(full_name="Nora S.")
    merge_supporters(keep=kept, absorb=nora(), by="tests")
    done = decide_identity(identity=doubtful, supporter=kept, by=stall.world.coordinator, at=MONDAY)
    assert done.supporter == kept


def test_staff_discard_the_person_and_keep_the_record(stall: Stall, doubtful: ContactIdentity) -> None:
    done = discard_identity(identity=doubtful, by=stall.world.coordinator, at=MONDAY)
    assert (done.status, done.email, done.decided_by) == (MatchStatus.DISCARDED, "", stall.world.coordinator)
    assert OutreachContact.objects.counting().count() == 1


def test_undo_takes_a_doubtful_one_off_the_list(stall: Stall, doubtful: ContactIdentity) -> None:
    stall.send(stall.word(2, 1, 1, "undo"))
    with pytest.raises(NotAmbiguous):
        decide_identity(identity=doubtful, supporter=nora(), by=stall.world.coordinator, at=MONDAY)


def test_people_nobody_could_match_are_forgotten_after_thirty_days(stall: Stall, doubtful: ContactIdentity) -> None:
    stall.send(stall.record(5, person=stall.person()))
    last = MONDAY + KEEP_UNMATCHED
    assert forget_unmatched(at=last) == 0
    assert forget_unmatched(at=last + timedelta(seconds=1)) == 2
    assert forget_unmatched(at=last + timedelta(seconds=1)) == 0
    assert {row.status for row in ContactIdentity.objects.all()} == {MatchStatus.DISCARDED}
    assert {(row.full_name, row.email, row.phone) for row in ContactIdentity.objects.all()} == {("", "", "")}


def test_conversations_follow_a_merge(stall: Stall) -> None:
    identity = stall.meet()
    kept = Supporter.objects.create(full_name="Nora")
    assert identity.supporter is not None
    merge_supporters(keep=kept, absorb=identity.supporter, by="tests")
    identity.refresh_from_db()
    assert identity.supporter == kept
