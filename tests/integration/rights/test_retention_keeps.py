"""What a rule of retention leaves alone: what still runs, who speaks for a partner, and the others where one fails."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Signature
from coalition.models import PartnerApplication, PartnerContact
from people.actions.submissions import Intake, accept_submission
from people.erasing import with_waiting_forms
from people.models import ContactPoint, Submission, Supporter
from rights.actions import retention
from rights.actions.answering import erase_own
from rights.actions.retention import NotDueError, drain_run, start_run
from rights.models import RetentionRule, RetentionRun
from rights.retention_enums import Kept
from rights.tasks import drain_retention
from tests.factories.coalition import make_application
from tests.factories.staff import World

pytestmark = pytest.mark.django_db

OVER = date(2026, 3, 31)
LATER = datetime(2027, 4, 1, 12, tzinfo=UTC)


def begin(world: World) -> RetentionRun:
    Campaign.objects.filter(pk=world.campaign.pk).update(ends_date=OVER)
    world.campaign.refresh_from_db()
    rule = RetentionRule.objects.create(campaign=world.campaign, what=Kept.SUPPORTERS, is_active=True)
    return start_run(rule=rule, by="tests", at=LATER)


def drained(run: RetentionRun) -> RetentionRun:
    while drain_run(run=run, at=LATER):
        pass
    run.refresh_from_db()
    return run


def sent_form(world: World, email: str) -> Submission:
    petition = world.petition
    intake = Intake(
        kind="petition-signature", target_id=petition.pk, target_title=petition.title, email=email, locale="en"
    )
    return accept_submission(intake=intake, at=LATER - timedelta(hours=1))


def test_form_that_waits_elsewhere_keeps_its_sender(ours: World, theirs: World) -> None:
    waits, free = ours.sign("Nina", email="nina@example.org"), ours.sign("Free")
    form = sent_form(theirs, "nina@example.org")
    run = drained(begin(ours))
    assert Submission.objects.filter(pk=form.pk).exists()
    assert (run.done, run.kept) == (1, {"form": 1})
    assert list(Supporter.objects.all()) == [waits.supporter]
    assert with_waiting_forms([waits.supporter_id, free.supporter_id]) == {waits.supporter_id}
    Submission.objects.update(status="disowned")
    assert with_waiting_forms([waits.supporter_id]) == set()


@pytest.mark.parametrize("as_whom", ["contact", "applicant"])
def test_who_speaks_for_an_organisation_stays_with_it(ours: World, theirs: World, as_whom: str) -> None:
    ours.sign("Nora", email="nora@newcomers.example")
    if as_whom == "contact":
        PartnerContact.objects.create(
            partnership=theirs.partnership, name="Nora", topic="press", email="Nora@newcomers.example"
        )
    else:
        make_application(theirs, at=LATER - timedelta(days=1))
    run = drained(begin(ours))
    assert (run.done, run.kept) == (0, {"partner": 1})
    assert PartnerContact.objects.count() + PartnerApplication.objects.count() == 1


@pytest.mark.parametrize(("verified_at", "left"), [(LATER, 0), (None, 1)])
def test_erasure_forgets_a_contact_person_by_a_proved_address_only(
    ours: World, verified_at: datetime | None, left: int
) -> None:
    person = ours.sign("Nora", email="nora@newcomers.example").supporter
    ContactPoint.objects.update(verified_at=verified_at)
    PartnerContact.objects.create(partnership=ours.partnership, name="N", topic="press", email="nora@newcomers.example")
    erase_own(supporter=person, language="en", at=LATER)
    assert PartnerContact.objects.count() == left


def test_one_person_who_cannot_be_let_go_stops_nobody_else(
    ours: World, theirs: World, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    bad = ours.sign("Bad").supporter_id
    ours.sign("Next")
    theirs.sign("Other")
    runs = [begin(ours), begin(theirs)]
    real = retention.erase_supporter

    def fails(**told: Any) -> object:
        if told["supporter"].pk == bad:
            raise RuntimeError("x")
        return real(**told)

    monkeypatch.setattr(retention, "erase_supporter", fails)
    time_machine.move_to(LATER, tick=False)
    drain_retention()
    for run in runs:
        run.refresh_from_db()
    assert [(run.done, run.kept, run.finished_at) for run in runs] == [(1, {"failed": 1}, LATER), (1, {}, LATER)]
    assert list(Supporter.objects.values_list("pk", flat=True)) == [bad]


def test_run_that_cannot_go_on_stops_no_other_run(
    ours: World, theirs: World, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    for world in (ours, theirs):
        world.sign()
    first, second = begin(ours), begin(theirs)
    real = retention.drain_run

    def fails(*, run: RetentionRun, at: datetime) -> bool:
        if run.pk == first.pk:
            raise RuntimeError("x")
        return real(run=run, at=at)

    monkeypatch.setattr(retention, "drain_run", fails)
    time_machine.move_to(LATER)
    drain_retention()
    second.refresh_from_db()
    assert second.done == 1


def test_nothing_goes_on_the_last_day_itself(ours: World) -> None:
    ours.sign()
    Campaign.objects.filter(pk=ours.campaign.pk).update(ends_date=OVER)
    rule = RetentionRule.objects.create(campaign=ours.campaign, what=Kept.SUPPORTERS, months=0, is_active=True)
    with pytest.raises(NotDueError):
        start_run(rule=rule, by="tests", at=datetime(2026, 3, 31, 21, tzinfo=UTC))
    assert start_run(rule=rule, by="tests", at=datetime(2026, 3, 31, 22, 30, tzinfo=UTC))


def test_forms_are_read_through_once_for_a_batch(ours: World, theirs: World) -> None:
    sent_form(theirs, "somebody@else.example")
    for number in range(3):
        ours.sign(f"Person {number}")
    run = begin(ours)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert drained(run).done == 3
    whole = [
        each["sql"] for each in asked
        if "SELECT DISTINCT" in each["sql"] and "people_submission" in each["sql"] and "WHERE" not in each["sql"]
    ]  # fmt: skip
    assert len(whole) == 1
    assert not Signature.objects.filter(supporter__isnull=False).exists()
