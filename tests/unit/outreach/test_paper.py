"""Paper goes out against an agreement, is followed and counted, and is destroyed in time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from wagtail.users.models import UserProfile

from campaigns.models import DeadlineKind, Initiative
from core.models import AuditEntry
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from outreach.actions import paper
from outreach.actions.paper_alarms import queue_paper_alarms
from outreach.enums import BatchStatus
from outreach.models import PaperBatch, PaperBatchEvent
from outreach.selectors.paper import alarms_for, hand_over_log, nationality_choices
from tests.factories.fieldwork import STALL, make_volunteer, sign_agreement
from tests.factories.initiatives import make_initiative
from tests.factories.staff import World
from tests.threads import run_at_once
from volunteers.enums import AgreementKind
from volunteers.models import Volunteer
from volunteers.selectors.agreements import latest_acceptance

TODAY = STALL.date()


@pytest.fixture
def initiative(ours: World) -> Initiative:
    made = make_initiative()
    Initiative.objects.filter(pk=made.pk).update(campaign=ours.campaign)
    made.deadlines.all().delete()
    made.deadlines.create(kind=DeadlineKind.DESTRUCTION, due_date=date(2026, 4, 30))
    return Initiative.objects.get(pk=made.pk)


@pytest.fixture
def cleo(ours: World) -> Volunteer:
    return make_volunteer(ours)


def issue(initiative: Initiative, holder: Volunteer, **told: Any) -> PaperBatch:
    defaults = {"nationality": "FR", "sheets": 10, "due_back": TODAY + timedelta(days=14), "by": "tests", "at": STALL}
    return paper.issue_batch(initiative=initiative, holder=holder, **{**defaults, **told})


def test_batch_is_numbered_coded_dated_logged_and_audited(initiative: Initiative, cleo: Volunteer) -> None:
    first, second = issue(initiative, cleo), issue(initiative, cleo)
    assert (first.number, second.number, str(second)) == (1, 2, "0002")
    assert first.code != second.code
    assert (first.destroy_by_date, first.organisation_id) == (date(2026, 4, 30), cleo.organisation_id)
    assert first.acceptance == latest_acceptance(cleo, AgreementKind.PROCESSOR)
    assert [line.took for line in hand_over_log(first)] == ["Cleo"]
    assert AuditEntry.objects.filter(action="outreach.paper_batch.issued").count() == 2


def test_no_sheet_without_the_agreement_of_that_kind_and_organisation(ours: World, initiative: Initiative) -> None:
    marek = make_volunteer(ours, "Marek", signs=False)
    sign_agreement(marek, AgreementKind.DATA)
    with pytest.raises(paper.AgreementMissing):
        issue(initiative, marek)
    assert not PaperBatch.objects.exists()
    older = sign_agreement(marek)
    assert issue(initiative, marek).acceptance == older
    newer = sign_agreement(marek, version=2, at=STALL + timedelta(days=1))
    assert latest_acceptance(marek, AgreementKind.PROCESSOR) == newer


def test_other_campaigns_unknown_countries_and_no_sheets_are_refused(
    ours: World, theirs: World, initiative: Initiative, cleo: Volunteer
) -> None:
    with pytest.raises(paper.BatchRefused):
        issue(initiative, make_volunteer(theirs, "Stranger"))
    with pytest.raises(paper.BatchRefused):
        issue(initiative, cleo, nationality="GB")
    with pytest.raises(paper.BatchRefused):
        issue(initiative, cleo, sheets=0)
    assert not PaperBatch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_get_two_numbers(initiative: Initiative, cleo: Volunteer) -> None:
    made = run_at_once(*[lambda: issue(initiative, cleo)] * 4)
    assert sorted(batch.number for batch in made) == [1, 2, 3, 4]


def test_database_refuses_a_number_twice_more_sheets_back_and_a_changed_log(
    initiative: Initiative, cleo: Volunteer
) -> None:
    batch = issue(initiative, cleo)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatch.objects.filter(pk=batch.pk).update(sheets_returned=11)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperBatch.objects.filter(pk=issue(initiative, cleo).pk).update(number=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperBatchEvent.objects.update(note="never said")


def test_from_hand_to_hand_to_the_shredder(ours: World, initiative: Initiative, cleo: Volunteer) -> None:
    told: dict[str, Any] = {"by": ours.coordinator, "at": STALL}
    batch = issue(initiative, cleo)
    marek = make_volunteer(ours, "Marek")
    paper.pass_on_batch(batch=batch, to=marek, **told)
    paper.pass_on_batch(batch=batch, to=marek, **told)  # twice is once
    with pytest.raises(paper.BatchRefused):
        paper.send_batch(batch=batch, **told)  # not back yet
    paper.return_batch(batch=batch, sheets=9, support_count=None, **told)
    with pytest.raises(paper.BatchRefused, match="Count"):
        paper.send_batch(batch=batch, **told)
    paper.count_batch(batch=batch, support_count=62, **told)
    paper.send_batch(batch=batch, **told)
    evidence = paper.Destruction(on=TODAY, method="shredder", witness="Eva")
    paper.destroy_batch(batch=batch, evidence=evidence, **told)
    paper.destroy_batch(batch=batch, evidence=evidence, **told)
    batch.refresh_from_db()
    assert (batch.status, batch.sheets_returned, batch.support_count) == (BatchStatus.DESTROYED, 9, 62)
    assert (batch.destroyed_date, batch.destruction_method, batch.destruction_witness) == (TODAY, "shredder", "Eva")
    kinds = list(batch.events.values_list("kind", flat=True))
    assert kinds == ["issued", "passed_on", "returned", "counted", "sent", "destroyed"]
    with pytest.raises(paper.BatchRefused):
        paper.lose_batch(batch=batch, note="?", **told)


def test_lost_sheets_may_be_found_again(initiative: Initiative, cleo: Volunteer) -> None:
    batch = issue(initiative, cleo)
    paper.lose_batch(batch=batch, note="left on the tram", by="tests", at=STALL)
    found = paper.return_batch(batch=batch, sheets=10, support_count=3, by="tests", at=STALL)
    assert (found.status, found.support_count) == (BatchStatus.RETURNED, 3)


def test_sheets_are_passed_on_within_the_organisation_and_only_with_the_agreement(
    ours: World, initiative: Initiative, cleo: Volunteer
) -> None:
    batch = issue(initiative, cleo)
    with pytest.raises(paper.BatchRefused):
        paper.pass_on_batch(batch=batch, to=make_volunteer(ours, "P", ours.partner), by="tests", at=STALL)
    with pytest.raises(paper.AgreementMissing):
        paper.pass_on_batch(batch=batch, to=make_volunteer(ours, "M", signs=False), by="tests", at=STALL)
    batch.refresh_from_db()
    assert batch.holder == cleo


def test_destruction_is_due_at_the_earlier_of_the_two_days(initiative: Initiative) -> None:
    assert paper.destruction_deadline(initiative) == date(2026, 4, 30)
    submission = initiative.deadlines.create(kind=DeadlineKind.TO_COMMISSION, due_date=date(2026, 2, 28))
    assert paper.destruction_deadline(initiative) == date(2026, 3, 28)
    submission.due_date = date(2026, 6, 1)
    submission.save()
    assert paper.destruction_deadline(initiative) == date(2026, 4, 30)
    initiative.deadlines.all().delete()
    assert paper.destruction_deadline(initiative) is None


@pytest.mark.parametrize(
    ("days", "threshold", "urgency"),
    [(31, "", ""), (30, "destroy-30", "soon"), (8, "destroy-30", "soon"), (7, "destroy-7", "close"),
     (1, "destroy-7", "close"), (0, "destroy-0", "now"), (-3, "destroy-0", "now")],
)  # fmt: skip
def test_destruction_is_announced_in_three_steps(
    ours: World, initiative: Initiative, cleo: Volunteer, days: int, threshold: str, urgency: str
) -> None:
    batch = issue(initiative, cleo)
    paper.set_batch_dates(
        batch=batch, due_back=TODAY + timedelta(days=90), destroy_by=TODAY + timedelta(days=days), by="tests"
    )
    found = [(alarm.threshold, alarm.urgency.value) for alarm in alarms_for(ours.coordinator, on=TODAY)]
    assert found == ([(threshold, urgency)] if threshold else [])


def test_overdue_is_announced_until_it_is_back_and_partners_see_their_own(
    ours: World, initiative: Initiative, cleo: Volunteer, django_assert_num_queries: Any
) -> None:
    batch = issue(initiative, cleo, due_back=TODAY)
    issue(initiative, make_volunteer(ours, "P", ours.partner), due_back=TODAY)
    later = TODAY + timedelta(days=1)
    with django_assert_num_queries(1):
        found = alarms_for(ours.coordinator, on=later)
    assert [alarm.threshold for alarm in found] == ["back", "back"]
    assert [alarm.batch.holder.supporter.full_name for alarm in alarms_for(ours.manager, on=later)] == ["P"]
    assert alarms_for(ours.coordinator, on=TODAY) == []
    paper.return_batch(batch=batch, sheets=10, support_count=1, by="tests", at=STALL)
    assert len(alarms_for(ours.coordinator, on=later)) == 1


def test_coordinators_get_one_mail_per_deadline_whatever_reruns(
    ours: World, initiative: Initiative, cleo: Volunteer
) -> None:
    UserProfile.objects.create(user=ours.coordinator, preferred_language="fr")
    issue(initiative, cleo)
    issue(initiative, cleo)
    for day in ("2026-03-31", "2026-04-01", "2026-04-23", "2026-04-24", "2026-05-02", "2026-05-03"):
        queue_paper_alarms(at=datetime.fromisoformat(f"{day}T05:30:00").replace(tzinfo=UTC))
    mails = OutboundMessage.objects.filter(template="paper_alarm").order_by("pk")
    steps = [mail.context["threshold"] for mail in mails]
    assert steps == ["back", "destroy-30", "destroy-7", "destroy-0"]
    assert {mail.address for mail in mails} == {ours.coordinator.email}
    assert {mail.status for mail in mails} == {MessageStatus.READY}
    assert {mail.language for mail in mails} == {"fr"}
    mails.update(language="en")
    letter = render_message(mails.all()[2])
    assert "2 paper batches to be destroyed by 30 April 2026" in letter.subject
    assert "0001, 0002" in letter.text
    assert "sign" not in letter.html.lower().split("<body", 1)[1]


def test_every_member_state_is_offered_with_its_form(territories: None) -> None:
    choices = dict(nationality_choices("en"))
    assert len(choices) == 27
    assert choices["FR"].startswith("France (form of Part ")
