"""Tasks in the staff area: written down, done, dropped, taken up again; seen by whom they concern."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audiences.actions.tasks import write_task
from audiences.journey_enums import TaskStatus
from audiences.models import StaffTask
from core.models import AuditEntry
from tests.factories.staff import NOON, World, browse

INDEX = "staff_tasks:index"


@pytest.fixture
def task(ours: World) -> StaffTask:
    return make_task(ours)


def make_task(world: World, title: str = "Call them back", **told: Any) -> StaffTask:
    return write_task(
        organisation=world.lead, title=title, due_date=date(2026, 5, 4), by=world.coordinator, at=NOON,
        campaign=world.campaign, **told,
    )  # fmt: skip


def page(client: Client, query: str = "") -> str:
    return client.get(reverse(INDEX) + query).content.decode()


def test_coordinator_writes_a_task_about_somebody_and_it_stands_in_the_list(ours: World) -> None:
    supporter = ours.sign("Nina").supporter
    assert supporter is not None
    client, url = browse(ours.coordinator), reverse("staff_tasks:add") + f"?about={supporter.pk}"
    form = {
        "campaign": ours.campaign.pk, "organisation": ours.lead.pk, "title": "Thank them", "due_date": "2026-05-04",
        "owner": ours.coordinator.pk, "notes": "",
    }  # fmt: skip
    assert 'name="title"' in client.get(url).content.decode()
    client.post(url, form)
    task = StaffTask.objects.get()
    assert (task.title, task.supporter, task.owner) == ("Thank them", supporter, ours.coordinator)
    shown = page(client)
    assert "Thank them" in shown
    assert "Nina" in shown
    assert "overdue" in shown
    assert "My tasks" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_task_about_somebody_one_may_not_see_is_not_written(ours: World, theirs: World) -> None:
    supporter = theirs.sign("Omar").supporter
    assert supporter is not None
    form = {
        "campaign": ours.campaign.pk, "organisation": ours.lead.pk, "title": "Thank them", "due_date": "2026-05-04",
    }  # fmt: skip
    response = browse(ours.coordinator).post(reverse("staff_tasks:add") + f"?about={supporter.pk}", form)
    assert response.status_code == 404
    assert not StaffTask.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"due_date": "soon"}, {"owner": "stranger"}, {"organisation": "stranger"}]
)
def test_task_with_a_mistake_is_not_written_and_what_was_typed_stays(
    ours: World, theirs: World, wrong: dict[str, Any]
) -> None:
    strangers = {"owner": theirs.coordinator.pk, "organisation": theirs.lead.pk}
    form = {
        "campaign": ours.campaign.pk, "organisation": ours.lead.pk, "title": "Thank them", "due_date": "2026-05-04",
        "notes": "In French, please",
    } | {name: strangers[name] if value == "stranger" else value for name, value in wrong.items()}  # fmt: skip
    response = browse(ours.coordinator).post(reverse("staff_tasks:add"), form)
    assert "In French, please" in response.content.decode()
    assert not StaffTask.objects.exists()


def test_task_is_done_once_and_can_be_taken_up_again(ours: World, task: StaffTask) -> None:
    client, url = browse(ours.coordinator), reverse("staff_tasks:settle", args=[task.pk])
    for _ in range(2):
        assert client.post(url, {"status": "done"}).status_code == 302
    task.refresh_from_db()
    assert (task.status, task.settled_by) == (TaskStatus.DONE, ours.coordinator)
    assert AuditEntry.objects.filter(action="audiences.staff_task.settled").count() == 1
    assert "Open again: Call them back" not in page(client)
    assert "Open again: Call them back" in page(client, "?status=done")
    client.post(url, {"status": "open"})
    task.refresh_from_db()
    assert (task.status, task.settled_by, task.settled_at) == (TaskStatus.OPEN, None, None)


def test_task_is_changed_and_what_changed_is_audited(ours: World, task: StaffTask) -> None:
    url = reverse("staff_tasks:edit", args=[task.pk])
    form = {"title": "Call them", "due_date": "2026-05-04", "notes": "", "owner": ""}
    assert browse(ours.coordinator).post(url, form).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.organisation, task.campaign) == ("Call them", ours.lead, ours.campaign)
    assert AuditEntry.objects.filter(action="audiences.staff_task.changed").count() == 1


def test_filter_shows_whose_tasks_one_asks_for(ours: World) -> None:
    make_task(ours, "Mine", owner=ours.coordinator)
    make_task(ours, "Nobody’s")
    client = browse(ours.coordinator)
    assert ("Mine" in page(client, "?whose=mine"), "Nobody’s" in page(client, "?whose=mine")) == (True, False)
    assert ("Nobody’s" in page(client, "?whose=nobody"), "Nobody’s" in page(client)) == (True, True)


def test_outsider_finds_no_task_and_analyst_is_refused(ours: World, theirs: World, task: StaffTask) -> None:
    for name in ("edit", "settle", "history"):
        url = reverse(f"staff_tasks:{name}", args=[task.pk])
        outsider = browse(theirs.coordinator)
        answer = outsider.post(url) if name == "settle" else outsider.get(url)
        assert answer.status_code == 404, name
    assert browse(ours.analyst).get(reverse(INDEX)).status_code == 403
    assert "Call them back" not in page(browse(theirs.coordinator))


def test_owner_of_another_house_sees_the_task_but_not_the_person(ours: World, theirs: World) -> None:
    supporter = ours.sign("Nina").supporter
    make_task(ours, owner=theirs.coordinator, supporter=supporter)
    shown = page(browse(theirs.coordinator))
    assert "Call them back" in shown
    assert "Nina" not in shown
    assert "somebody you may not see" in shown


def test_look_at_the_list_is_audited_with_how_many_people_it_shows(ours: World, theirs: World) -> None:
    for name in ("Nina", "Omar"):
        make_task(ours, supporter=ours.sign(name).supporter)
    make_task(ours, supporter=theirs.sign("Zoe").supporter)
    make_task(ours)
    page(browse(ours.coordinator))
    entry = AuditEntry.objects.get(action="audiences.staff_task.listed")
    assert (entry.actor, entry.details["count"]) == (f"user:{ours.coordinator.pk}", 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_rows_as_for_one(
    ours: World, rows: int, django_assert_max_num_queries: Any
) -> None:
    client = browse(ours.coordinator)
    for number in range(rows):
        make_task(ours, f"Task {number}", owner=ours.coordinator, supporter=ours.sign().supporter)
    page(client)
    with django_assert_max_num_queries(16):
        page(client)
