"""What confirming a pledge does, and what people and the team say of it afterwards."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns.actions.pledges import (
    PledgeTakenBackError,
    Reminding,
    UnknownRungError,
    move_pledge,
    move_pledges,
    set_reminding,
    withdraw_pledge,
)
from campaigns.models import Pledge, PledgeKind, PledgeMove
from campaigns.pledge_enums import CountsAs, RemindMe, Standing, ToldBy
from core.models import AuditEntry
from people.enums import Purpose
from people.models import ConsentEvent
from tests.factories.campaigns import make_partnership, make_source, press
from tests.factories.cms import make_petition
from tests.factories.people import BEN, make_consent_text
from tests.factories.pledges import make_kind, make_pledge, promise

HOUR = timedelta(hours=1)


@pytest.fixture
def kind(db: None) -> PledgeKind:
    return make_kind(make_petition().campaign, due_date=date(2026, 7, 31))


def moved(pledge: Pledge, step: str, at: datetime, **fields: str) -> Pledge:
    return move_pledge(pledge=pledge, step=step, told_by=ToldBy.OWN_PAGE, at=at, **fields)


def test_confirm_pledge_makes_one_with_its_origin(kind: PledgeKind, at: datetime) -> None:
    partnership = make_partnership(kind.campaign)
    make_source(kind.campaign, "poster", partnership)
    pledge = make_pledge(kind, at=at, source="poster", locale="fr", commune="NIS 21009", full_name="Ada")
    assert (pledge.partnership, pledge.source, pledge.bucket) == (partnership, "poster", "poster")
    assert (pledge.step, pledge.ending, pledge.standing) == ("informed", "", Standing.OPEN)
    assert (pledge.territory_code, pledge.locale, pledge.remind) == ("NIS 21009", "fr", RemindMe.AS_NEEDED)
    assert (pledge.counts_as, pledge.counted_as) == (CountsAs.PLEDGED, CountsAs.NOTHING)
    assert [move.told_by for move in pledge.moves.all()] == [ToldBy.FORM]
    assert AuditEntry.objects.get(action="campaigns.pledge.confirmed").target == f"campaigns.pledge:{pledge.pk}"


def test_nothing_is_promised_before_the_press(kind: PledgeKind, at: datetime) -> None:
    promise(kind, at=at)
    assert not Pledge.objects.exists()


def test_confirm_records_the_consents_shown(kind: PledgeKind, at: datetime) -> None:
    text = make_consent_text(
        kind.campaign.organisation, purpose=Purpose.REMINDER, scope=kind.campaign.slug, body="Remind me."
    )
    pledge = make_pledge(kind, at=at, granted=(text,))
    event = ConsentEvent.objects.get()
    assert (event.text, event.contact_point.supporter) == (text, pledge.supporter)


def test_promising_again_keeps_partner_and_progress_and_takes_new_reminders(kind: PledgeKind, at: datetime) -> None:
    partnership = make_partnership(kind.campaign)
    make_source(kind.campaign, "poster", partnership)
    moved(make_pledge(kind, at=at, source="poster"), "form_given", at + HOUR)
    again = make_pledge(kind, at=at + 2 * HOUR, remind=RemindMe.ON_DAY, remind_date=date(2026, 7, 1))
    assert (again.partnership, again.step, Pledge.objects.count()) == (partnership, "form_given", 1)
    assert (again.remind, again.remind_date) == (RemindMe.ON_DAY, date(2026, 7, 1))


def test_promising_again_where_reminders_are_not_asked_leaves_what_was_wished(kind: PledgeKind, at: datetime) -> None:
    make_pledge(kind, at=at, remind=RemindMe.NEVER)
    assert make_pledge(kind, at=at + HOUR).remind == RemindMe.NEVER


@pytest.mark.parametrize("how", ["withdrawn", "gave_up"])
def test_promising_again_opens_what_was_closed(kind: PledgeKind, at: datetime, how: str) -> None:
    pledge = make_pledge(kind, at=at)
    if how == "withdrawn":
        withdraw_pledge(pledge=pledge, at=at + HOUR)
    else:
        moved(pledge, "informed", at + HOUR, ending="gave_up", barrier="no_time")
    again = make_pledge(kind, at=at + 2 * HOUR)
    assert (again.standing, again.ending, again.barrier) == (Standing.OPEN, "", "")
    assert (again.counts_as, Pledge.objects.count()) == (CountsAs.PLEDGED, 1)


def test_second_press_of_one_form_makes_no_second_pledge(kind: PledgeKind, at: datetime) -> None:
    submission = promise(kind, at=at)
    press(submission, at=at)
    press(submission, at=at + timedelta(seconds=5))
    assert (Pledge.objects.count(), PledgeMove.objects.count()) == (1, 1)


def test_move_climbs_and_counts_as_acted(kind: PledgeKind, at: datetime) -> None:
    pledge = moved(make_pledge(kind, at=at), "sent", at + HOUR)
    assert (pledge.standing, pledge.counts_as, pledge.step_at) == (Standing.ACTED, CountsAs.ACTED, at + HOUR)
    assert moved(pledge, "confirmed", at + 2 * HOUR).standing == Standing.COMPLETE
    assert [move.step for move in pledge.moves.all()] == ["informed", "sent", "confirmed"]


def test_move_said_twice_writes_once(kind: PledgeKind, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    moved(pledge, "sent", at + HOUR)
    moved(pledge, "sent", at + 2 * HOUR)
    pledge.refresh_from_db()
    assert (pledge.moves.count(), pledge.step_at) == (2, at + HOUR)


def test_move_back_mends_a_slip(kind: PledgeKind, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    moved(pledge, "sent", at + HOUR)
    assert moved(pledge, "informed", at + 2 * HOUR).standing == Standing.OPEN
    assert pledge.moves.count() == 3


def test_giving_up_keeps_how_far_they_were(kind: PledgeKind, at: datetime) -> None:
    pledge = moved(make_pledge(kind, at=at), "form_given", at + HOUR)
    given_up = moved(pledge, "form_given", at + 2 * HOUR, ending="gave_up", barrier="office")
    assert (given_up.step, given_up.ending, given_up.barrier) == ("form_given", "gave_up", "office")
    assert (given_up.standing, given_up.counts_as) == (Standing.ENDED, CountsAs.PLEDGED)


@pytest.mark.parametrize(
    ("step", "ending", "barrier"), [("nowhere", "", ""), ("sent", "nowhere", ""), ("sent", "gave_up", "nowhere")]
)
def test_move_to_what_the_kind_does_not_know_is_refused(
    kind: PledgeKind, at: datetime, step: str, ending: str, barrier: str
) -> None:
    pledge = make_pledge(kind, at=at)
    with pytest.raises(UnknownRungError):
        moved(pledge, step, at, ending=ending, barrier=barrier)
    assert pledge.moves.count() == 1


def test_pledge_taken_back_counts_no_more_and_stays_closed(kind: PledgeKind, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    withdraw_pledge(pledge=pledge, at=at + HOUR)
    withdraw_pledge(pledge=pledge, at=at + 2 * HOUR)
    pledge.refresh_from_db()
    assert (pledge.standing, pledge.counts_as, pledge.moves.count()) == (Standing.WITHDRAWN, CountsAs.NOTHING, 2)
    with pytest.raises(PledgeTakenBackError):
        moved(pledge, "sent", at)


def test_set_reminding_changes_what_was_chosen(kind: PledgeKind, at: datetime) -> None:
    pledge = make_pledge(kind, at=at)
    set_reminding(pledge=pledge, reminding=Reminding(RemindMe.ON_DAY, date(2026, 7, 20)), at=at)
    pledge.refresh_from_db()
    assert (pledge.remind, pledge.remind_date) == (RemindMe.ON_DAY, date(2026, 7, 20))


def test_own_link_hands_on_the_partner_that_brought_its_author(kind: PledgeKind, at: datetime) -> None:
    partnership = make_partnership(kind.campaign)
    make_source(kind.campaign, "poster", partnership)
    first = make_pledge(kind, at=at, source="poster")
    second = make_pledge(kind, BEN, at=at, source=f"~{first.share_code}")
    assert (second.partnership, second.bucket) == (partnership, "poster")


@pytest.mark.parametrize(("mine", "theirs", "kept"), [("informed", "sent", "sent"), ("sent", "informed", "sent")])
def test_merge_keeps_the_pledge_that_got_further(
    kind: PledgeKind, at: datetime, mine: str, theirs: str, kept: str
) -> None:
    own, other = make_pledge(kind, at=at), make_pledge(kind, BEN, at=at + HOUR)
    moved(own, mine, at + HOUR)
    moved(other, theirs, at + HOUR)
    assert own.supporter is not None
    assert other.supporter is not None
    move_pledges(keep=own.supporter, absorb=other.supporter)
    held = Pledge.objects.get(supporter=own.supporter)
    assert held.step == kept
    assert [row.standing for row in Pledge.objects.exclude(pk=held.pk)] == [Standing.WITHDRAWN]


def test_merge_says_why_a_pledge_was_left_out(kind: PledgeKind, at: datetime) -> None:
    own, other = make_pledge(kind, at=at), make_pledge(kind, BEN, at=at + HOUR)
    assert own.supporter is not None
    assert other.supporter is not None
    move_pledges(keep=own.supporter, absorb=other.supporter)
    last = other.moves.order_by("pk").last()
    assert last is not None
    assert (last.standing, last.told_by) == (Standing.WITHDRAWN, ToldBy.STAFF)
    assert AuditEntry.objects.get(action="campaigns.pledge.merged").target == f"campaigns.pledge:{other.pk}"


def test_move_once_written_is_never_changed(kind: PledgeKind, at: datetime) -> None:
    move = make_pledge(kind, at=at).moves.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PledgeMove.objects.filter(pk=move.pk).update(step="sent")


def test_merge_hands_over_what_only_the_other_promised(kind: PledgeKind, at: datetime) -> None:
    citizenship = make_kind(kind.campaign, "apply-for-citizenship")
    own, other = make_pledge(kind, at=at), make_pledge(citizenship, BEN, at=at)
    assert own.supporter is not None
    assert other.supporter is not None
    move_pledges(keep=own.supporter, absorb=other.supporter)
    assert set(Pledge.objects.filter(supporter=own.supporter)) == {own, other}
