"""A collection that closed early, or is over by the register: no days are counted, nobody is sent to its form."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from campaigns.actions.pledge_reminders import queue_due_pledge_reminders
from campaigns.models import Initiative, Pledge, PledgeKind
from campaigns.pledge_opening import opening_of
from campaigns.selectors.pledge_board import last_days
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, render_message
from tests.factories.cms import make_petition
from tests.factories.pledges import let_remind, make_kind, make_pledge
from tests.factories.supporting import BEGINS, ENDS, FORM, make_supported

pytestmark = pytest.mark.django_db
EARLY = date(2031, 5, 31)
MADE = datetime(2031, 3, 1, 9, tzinfo=UTC)
WEEK = datetime(2031, 8, 24, 9, tzinfo=UTC)  # a week before the stored end, 11:00 in Brussels


def stored(kind: PledgeKind) -> PledgeKind:
    return PledgeKind.objects.get(pk=kind.pk)


def promised(kind: PledgeKind) -> Pledge:
    pledge = make_pledge(kind, at=MADE)
    let_remind(pledge, at=MADE)
    return pledge


@pytest.mark.parametrize(
    ("ends", "early", "last"),
    [(ENDS, EARLY, EARLY), (None, EARLY, EARLY), (ENDS, None, ENDS), (None, None, None), (EARLY, ENDS, EARLY)],
)
def test_last_day_of_a_kind_is_the_early_closure_of_its_initiative(
    ends: date | None, early: date | None, last: date | None
) -> None:
    kind = stored(make_supported(ends=ends, early_closure_date=early))
    assert (kind.last_day, last_days([kind])) == (last, {kind.pk: last})


def test_collection_that_closed_early_reminds_nobody_of_the_stored_end() -> None:
    kind = make_supported(early_closure_date=EARLY)
    promised(kind)
    assert opening_of(stored(kind), EARLY + timedelta(days=1)).closed == "over"
    assert queue_due_pledge_reminders(at=WEEK) == 0


@pytest.mark.parametrize("status", ["WITHDRAWN", "CLOSED", "VERIFICATION"])
def test_initiative_the_register_says_is_over_takes_no_pledges_and_reminds_nobody(status: str) -> None:
    kind = make_supported(status=status)
    promised(kind)
    opening = opening_of(stored(kind), WEEK.date())
    assert (opening.closed, opening.days_left) == ("over", None)
    assert [choice.value for choice in opening.offers] == ["as_needed", "never"]
    assert queue_due_pledge_reminders(at=WEEK) == 0


def test_reminder_that_waits_when_the_initiative_is_withdrawn_is_not_needed() -> None:
    kind = make_supported()
    promised(kind)
    assert queue_due_pledge_reminders(at=WEEK) == 1
    Initiative.objects.update(status="WITHDRAWN")
    with pytest.raises(NotNeeded):
        render_message(OutboundMessage.objects.get())


@pytest.mark.parametrize(("begins", "is_named"), [(BEGINS, True), (ENDS + timedelta(days=1), False)])
def test_reminder_names_the_form_only_while_support_can_be_given(begins: date, is_named: bool) -> None:
    kind = make_supported(collection_start_date=begins)
    promised(kind)
    queue_due_pledge_reminders(at=WEEK)
    with time_machine.travel(WEEK, tick=False):
        letter = render_message(OutboundMessage.objects.get())
    assert (FORM in letter.text) is is_named


def test_kind_without_an_initiative_is_not_called_off() -> None:
    kind = stored(make_kind(make_petition().campaign, due_date=ENDS))
    opening = opening_of(kind, BEGINS)
    assert (opening.last_day, opening.is_called_off, opening.closed) == (ENDS, False, "")
