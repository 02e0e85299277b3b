"""People on their way: listed and looked at one by one, audited, named only to whoever may see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audiences.actions.leading_on import lead_people_on
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import RunStatus
from audiences.models import AutomationRun
from core.models import AuditEntry
from messaging.models import MessageText
from tests.factories.journeys import make_journey, step
from tests.factories.staff import NOON, World, browse
from tests.factories.wordings import make_text, make_wording

SOON = NOON + timedelta(minutes=1)
INDEX = "staff_ways:index"


@pytest.fixture
def text(ours: World) -> MessageText:
    text = make_text(ours.lead, name="Hello")
    make_wording(text, at=NOON)
    return text


@pytest.fixture
def way(ours: World, text: MessageText) -> AutomationRun:
    send = step("send", "hello", text=text.pk, purpose="campaign_news", useful_hours=24)
    make_journey(ours, send, step("task", "t", title="Call them", days=1), step("wait", "w", days=1), at=NOON)
    ours.sign("Nina")
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    return AutomationRun.objects.get()


def test_list_names_people_filters_by_status_and_is_audited(ours: World, way: AutomationRun) -> None:
    client = browse(ours.coordinator)
    page = client.get(reverse(INDEX), {"automation": way.automation_id, "status": "waiting"}).content.decode()
    assert "Nina" in page
    assert reverse("staff_ways:show", args=[way.pk]) in page
    assert "Nina" not in client.get(reverse(INDEX), {"status": "done"}).content.decode()
    entries = AuditEntry.objects.filter(action="audiences.automation_run.listed")
    assert [entry.details["count"] for entry in entries.order_by("pk")] == [1, 0]


def test_path_says_what_became_of_each_step_and_why_they_wait(ours: World, way: AutomationRun) -> None:
    page = browse(ours.coordinator).get(reverse("staff_ways:show", args=[way.pk])).content.decode()
    assert "Send “Hello”" in page
    assert "not allowed" in page
    assert "no-consent" in page
    assert "Task: Call them" in page
    assert "Waits until" in page
    assert "because: Wait 1 day" in page
    assert reverse("staff_supporters:inspect", args=[way.supporter_id]) in page
    assert AuditEntry.objects.filter(action="audiences.automation_run.viewed").count() == 1


def test_person_is_taken_out_after_a_question(ours: World, way: AutomationRun) -> None:
    client, url = browse(ours.coordinator), reverse("staff_ways:take_out", args=[way.pk])
    assert "It cannot be undone" in client.get(url).content.decode()
    for _ in range(2):
        assert client.post(url).status_code == 302
    way.refresh_from_db()
    assert way.status == RunStatus.REMOVED
    assert "Take them out" not in client.get(reverse("staff_ways:show", args=[way.pk])).content.decode()


def test_outsider_finds_nobody_and_insiders_without_the_right_are_refused(
    ours: World, theirs: World, way: AutomationRun
) -> None:
    urls = [reverse(f"staff_ways:{name}", args=[way.pk]) for name in ("show", "take_out")]
    for url in urls:
        assert browse(theirs.coordinator).get(url).status_code == 404
        assert browse(ours.manager).get(url).status_code == 404
        assert browse(ours.analyst).get(url).status_code == 403
    assert browse(theirs.coordinator).post(urls[1]).status_code == 404
    assert "Nina" not in browse(theirs.coordinator).get(reverse(INDEX)).content.decode()
    assert browse(ours.analyst).get(reverse(INDEX)).status_code == 403
    assert browse(ours.dpo).get(urls[0]).status_code == 200
    assert browse(ours.dpo).post(urls[1]).status_code == 403
    way.refresh_from_db()
    assert way.status == RunStatus.WAITING


def test_person_the_viewer_may_not_see_has_no_name(ours: World, theirs: World, way: AutomationRun) -> None:
    stranger = theirs.sign("Omar").supporter
    assert stranger is not None
    AutomationRun.objects.filter(pk=way.pk).update(supporter=stranger)
    client = browse(ours.coordinator)
    for url in (
        reverse(INDEX),
        reverse("staff_ways:show", args=[way.pk]),
        reverse("staff_ways:take_out", args=[way.pk]),
    ):
        page = client.get(url).content.decode()
        assert "Omar" not in page
        assert "omebody you may not see" in page


def test_supporters_page_shows_journeys_tasks_and_the_way_to_write_one(ours: World, way: AutomationRun) -> None:
    page = browse(ours.coordinator).get(reverse("staff_supporters:inspect", args=[way.supporter_id])).content.decode()
    assert reverse("staff_ways:show", args=[way.pk]) in page
    assert "Call them" in page
    assert f"{reverse('staff_tasks:add')}?about={way.supporter_id}" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_rows_as_for_one(
    ours: World, rows: int, django_assert_max_num_queries: Any
) -> None:
    make_journey(ours, step("wait", "w", days=1), at=NOON)
    for number in range(rows):
        ours.sign(f"Nina {number}")
    take_people_in(at=SOON)
    client = browse(ours.coordinator)
    client.get(reverse(INDEX))
    with django_assert_max_num_queries(17):
        assert client.get(reverse(INDEX)).content.decode().count("Nina") == rows
