"""How far somebody is, as the own page shows it, and what a slip goes back to."""

from datetime import datetime, timedelta

import pytest

from campaigns.actions.pledges import move_pledge, withdraw_pledge
from campaigns.models import Pledge
from campaigns.pledge_enums import ToldBy
from campaigns.selectors.pledge_steps import before_last_press, steps_shown
from tests.factories.cms import make_petition
from tests.factories.pledges import make_kind, make_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def pledge(at: datetime) -> Pledge:
    return make_pledge(make_kind(make_petition().campaign), at=at)


def press(pledge: Pledge, step: str, at: datetime, *, told_by: ToldBy = ToldBy.OWN_PAGE, **rest: str) -> None:
    move_pledge(pledge=pledge, step=step, told_by=told_by, at=at, **rest)  # type: ignore[arg-type]
    pledge.refresh_from_db()


def test_steps_say_which_are_reached_and_when_somebody_told_us(pledge: Pledge, at: datetime) -> None:
    later = at + timedelta(days=3)
    press(pledge, "sent", later)
    shown = steps_shown(pledge, "en")
    assert [(step.key, step.is_reached, step.is_here) for step in shown] == [
        ("informed", True, False),
        ("form_given", True, False),
        ("sent", True, True),
        ("confirmed", False, False),
    ]
    assert [step.at for step in shown] == [at, None, later, None]
    assert shown[2].name == "form sent"
    assert steps_shown(pledge, "fr")[2].name == "formulaire envoyé"


def test_slip_goes_back_to_the_step_before_the_last_press_and_no_further(pledge: Pledge, at: datetime) -> None:
    assert before_last_press(pledge) is None
    press(pledge, "form_given", at)
    press(pledge, "sent", at)
    earlier = before_last_press(pledge)
    assert earlier is not None
    assert earlier.step == "form_given"
    press(pledge, "form_given", at)
    assert before_last_press(pledge) is None


def test_ending_is_taken_back_to_how_far_somebody_was(pledge: Pledge, at: datetime) -> None:
    press(pledge, "form_given", at)
    press(pledge, "form_given", at, ending="gave_up", barrier="no_time")
    earlier = before_last_press(pledge)
    assert earlier is not None
    assert (earlier.step, earlier.ending) == ("form_given", "")


def test_word_of_the_team_is_not_the_persons_to_undo(pledge: Pledge, at: datetime) -> None:
    press(pledge, "form_given", at)
    press(pledge, "sent", at, told_by=ToldBy.STAFF)
    assert before_last_press(pledge) is None


def test_step_that_staff_removed_is_nothing_to_go_back_to(pledge: Pledge, at: datetime) -> None:
    press(pledge, "form_given", at)
    press(pledge, "sent", at)
    kind = pledge.kind
    kind.steps = [step for step in kind.steps if step["key"] != "form_given"]
    kind.save()
    assert before_last_press(Pledge.objects.get(pk=pledge.pk)) is None


def test_taking_back_is_no_slip_of_a_button(pledge: Pledge, at: datetime) -> None:
    press(pledge, "form_given", at)
    withdraw_pledge(pledge=pledge, at=at)
    assert before_last_press(Pledge.objects.get(pk=pledge.pk)) is None
