"""Coordinators are told of a ledger that is due and of a sponsor newly above: exactly once per occasion."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Membership
from campaigns.actions import transparency, transparency_alarms
from campaigns.actions.transparency_alarms import queue_ledger_alarms
from campaigns.enums import PartnerRole
from campaigns.models import Ledger, Publication
from campaigns.selectors.transparency import alarms_for, untold_for
from campaigns.tasks import queue_ledger_alarms as job
from campaigns.transparency_enums import LedgerPlace
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from tests.factories.staff import World, make_user
from tests.factories.transparency import NOON, TODAY, give, make_ledger, make_person, make_sponsor

DUE = date(2026, 3, 15)  # two months after the ledgers of these tests begin


@pytest.fixture
def ledger(ours: World) -> Ledger:
    return make_ledger(ours.campaign)


def run_on(*days: str) -> None:
    for day in days:
        queue_ledger_alarms(at=datetime.fromisoformat(f"{day}T05:20:00").replace(tzinfo=UTC))


def sent(template: str) -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(template=template).order_by("pk"))


def publish(ledger: Ledger, on: date, *places: LedgerPlace) -> list[Publication]:
    told: dict[str, Any] = {"places": list(places or LedgerPlace), "on": on, "by": "tests", "at": NOON}
    return transparency.record_publication(ledger=ledger, **told)


def test_coordinator_is_told_a_week_before_and_on_the_last_day_whatever_reruns(ours: World, ledger: Ledger) -> None:
    run_on("2026-03-07")
    assert sent("ledger_due") == []
    run_on("2026-03-08", "2026-03-09", "2026-03-14", "2026-03-15", "2026-03-16", "2026-04-30")
    mails = sent("ledger_due")
    key = f"ledger-due:ledger:{ledger.pk}:due-%d-20260315-u{ours.coordinator.pk}"
    assert [mail.idempotency_key for mail in mails] == [key % 7, key % 0]
    assert {mail.address for mail in mails} == {ours.coordinator.email}
    assert {mail.status for mail in mails} == {MessageStatus.READY}
    letter = render_message(mails[0])
    assert letter.subject == "ours campaign: ledger of sponsors to be brought up to date by 15 March 2026"
    assert "the public register, the campaign's own site" in letter.text
    assert f"/staff/ledgers/ledger/{ledger.pk}/" in letter.text


def test_day_the_job_missed_is_caught_up_once(ledger: Ledger) -> None:
    run_on("2026-03-20", "2026-03-21")
    assert [":due-0-" in mail.idempotency_key for mail in sent("ledger_due")] == [True]


def test_update_begins_the_two_months_anew_in_its_place_alone(ours: World, ledger: Ledger) -> None:
    publish(ledger, date(2026, 3, 1), LedgerPlace.REGISTER)
    (alarm,) = alarms_for(ours.coordinator, on=DUE)
    assert (alarm.due_date, alarm.places) == (DUE, (LedgerPlace.SITE,))
    (site,) = publish(ledger, date(2026, 3, 2), LedgerPlace.SITE)
    assert alarms_for(ours.coordinator, on=DUE) == []
    assert [each.due_date for each in alarms_for(ours.coordinator, on=date(2026, 5, 1))] == [
        date(2026, 5, 1),
        date(2026, 5, 2),
    ]
    transparency.undo_publication(publication=site, by="tests", at=NOON)
    assert [each.due_date for each in alarms_for(ours.coordinator, on=DUE)] == [DUE]


def test_nobody_is_told_once_the_duty_is_over(ours: World, ledger: Ledger) -> None:
    Ledger.objects.filter(pk=ledger.pk).update(ends_date=date(2026, 2, 1))
    run_on("2026-03-15")
    give(make_sponsor(Ledger.objects.get(pk=ledger.pk)), "501")
    assert not OutboundMessage.objects.exists()
    assert alarms_for(ours.coordinator, on=DUE) == []
    assert untold_for(ours.coordinator, on=DUE) == []


def test_sponsor_newly_above_is_told_of_once_and_again_after_falling_below(ours: World, ledger: Ledger) -> None:
    sponsor = make_sponsor(ledger, "Arts Fund")
    give(sponsor, "500")
    assert sent("ledger_crossed") == []
    row = give(sponsor, "0.01")
    give(sponsor, "1000", at=NOON + timedelta(hours=1))
    for _twice in range(2):
        transparency.settle_ledger(ledger=ledger, at=NOON + timedelta(days=1))
    assert [mail.address for mail in sent("ledger_crossed")] == [ours.coordinator.email]
    letter = render_message(sent("ledger_crossed")[0])
    assert letter.subject == "ours campaign: a sponsor is above EUR 500 now"
    assert "Arts Fund has given more than EUR 500" in letter.text
    for each in list(sponsor.contributions.exclude(pk=row.pk)):
        transparency.undo_contribution(contribution=each, reason="x", by="tests", at=NOON)
    assert len(sent("ledger_crossed")) == 1
    give(sponsor, "700", at=NOON + timedelta(days=2))
    assert len(sent("ledger_crossed")) == 2


def test_mail_about_a_private_person_names_nobody(ledger: Ledger) -> None:
    give(make_person(ledger, "Pat Private"), "501")
    (mail,) = sent("ledger_crossed")
    letter = render_message(mail)
    assert "A private person has given more than EUR 500" in letter.text
    assert "Pat" not in f"{letter.subject}{letter.text}{letter.html}{mail.context}"


def test_what_fails_tells_nobody(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(transparency, "_touch", fail)
    with pytest.raises(RuntimeError):
        give(make_sponsor(ledger), "501")
    assert not OutboundMessage.objects.exists()


def test_each_coordinator_of_a_leading_organisation_is_told_once(ours: World, ledger: Ledger) -> None:
    Membership.objects.create(user=ours.coordinator, organisation=ours.partner, role=Role.COORDINATOR)
    make_user("Partner", Role.COORDINATOR, ours.partner)
    gone = make_user("Gone", Role.COORDINATOR, ours.lead)
    gone.is_active = False
    gone.save()
    assert transparency_alarms.coordinators_of(ours.campaign) == [ours.coordinator]
    ours.campaign.partnerships.update(role=PartnerRole.LEAD)
    assert [user.first_name for user in transparency_alarms.coordinators_of(ours.campaign)] == ["ours-ada", "Partner"]


def test_sponsors_the_register_does_not_know_wait_until_it_is_told(ours: World, theirs: World, ledger: Ledger) -> None:
    give(make_sponsor(ledger, "One"), "501")
    give(make_sponsor(ledger, "Two"), "501")
    give(make_sponsor(ledger, "Small"), "5")
    assert untold_for(ours.coordinator, on=TODAY) == [(ledger, 2)]
    assert untold_for(theirs.coordinator, on=TODAY) == []
    publish(ledger, TODAY, LedgerPlace.SITE)
    assert untold_for(ours.coordinator, on=TODAY) == [(ledger, 2)]
    publish(ledger, TODAY, LedgerPlace.REGISTER)
    assert untold_for(ours.coordinator, on=TODAY) == []


def test_daily_job_queues_what_is_due_today(ours: World, ledger: Ledger, clock: Any) -> None:
    clock.move_to(datetime(2026, 3, 15, 5, 20, tzinfo=UTC))
    for _twice in range(2):
        job()
    assert len(sent("ledger_due")) == 1


def test_alarms_of_many_ledgers_cost_one_query(
    ours: World, ledger: Ledger, theirs: World, django_assert_num_queries: Any
) -> None:
    admin = make_user("Root", None)
    admin.is_superuser = True
    with django_assert_num_queries(1):
        assert len(alarms_for(admin, on=DUE)) == 1
    make_ledger(theirs.campaign)
    with django_assert_num_queries(1):
        assert len(alarms_for(admin, on=DUE)) == 2
