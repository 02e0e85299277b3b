"""Reports and figures in the staff area: written in one form, seen by whom they concern."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.enums import EventStatus, OutcomeField
from events.models import Event, FocusNote, Material, OutcomeReport
from tests.factories.events import make_event, make_event_type
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(ours: World) -> Event:
    every = [field.value for field in OutcomeField]
    kind = make_event_type(ours.campaign, outcome_fields=every)
    return make_event(kind, starts_at=timezone.now() - timedelta(days=2), status=EventStatus.CLOSED)


def address(event: Event) -> str:
    return reverse("staff_event_reports:report", args=[event.pk])


def filled(**more: object) -> dict[str, object]:
    return {"shown_informed": 0, "informed": 0, "photo_consent": "none", "note_rows": 4, **more}


def test_report_is_written_in_one_form(client: Client, ours: World, event: Event) -> None:
    leaflets = Material.objects.create(event=event, name="Leaflets", planned=100)
    client.force_login(ours.coordinator)
    page = client.get(address(event)).content.decode()
    assert "Leaflets" in page
    assert "Write no names." in page
    answer = client.post(
        address(event),
        filled(attended=7, cost="42.50", said="Many did not know.", **{f"used_{leaflets.pk}": 60, "note_0": "No time"}),
    )
    assert answer.status_code == 302
    report = OutcomeReport.objects.get(event=event)
    assert (report.attended, report.cost_cents, report.said) == (7, 4250, "Many did not know.")
    assert FocusNote.objects.get(event=event).text == "No time"
    event.refresh_from_db()
    assert event.status == EventStatus.REPORTED
    assert "42.5" in client.get(address(event)).content.decode()


def test_report_with_errors_keeps_what_was_written(client: Client, ours: World, event: Event) -> None:
    leaflets = Material.objects.create(event=event, name="Leaflets", planned=10)
    client.force_login(ours.coordinator)
    answer = client.post(address(event), filled(informed=5, said="Kept?", **{f"used_{leaflets.pk}": 11}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The phones counted 0: say why the number differs." in page
    assert "More than the 10 brought." in page
    assert "Kept?" in page
    assert not OutcomeReport.objects.exists()


def test_report_is_nobody_elses_business(client: Client, ours: World, theirs: World, event: Event) -> None:
    for user, status in ((theirs.coordinator, 404), (ours.manager, 404), (ours.analyst, 404), (ours.dpo, 403)):
        client.force_login(user)
        assert client.post(address(event), filled()).status_code == status, user
    assert not OutcomeReport.objects.exists()


def test_report_of_an_event_to_come_leads_back_with_the_reason(client: Client, ours: World) -> None:
    event = make_event(make_event_type(ours.campaign), starts_at=timezone.now() + timedelta(days=2))
    client.force_login(ours.coordinator)
    answer = client.get(address(event), follow=True)
    assert "is not over yet" in answer.content.decode()


def test_awaited_reports_are_the_viewers_own(client: Client, ours: World, theirs: World, event: Event) -> None:
    url = reverse("staff_event_reports:awaited")
    client.force_login(ours.coordinator)
    assert event.title in client.get(url).content.decode()
    assert address(event) in client.get(reverse("wagtailadmin_home")).content.decode()
    client.force_login(theirs.coordinator)
    assert "Every event that is over has its report." in client.get(url).content.decode()


def test_figures_show_sums_and_their_files(client: Client, ours: World, theirs: World, event: Event) -> None:
    client.force_login(ours.analyst)
    page = client.get(reverse("dashboards_events")).content.decode()
    assert "People informed" in page
    assert "Events held by month" in page
    rows = client.get(reverse("dashboards_events_table", args=["events"])).content.decode().splitlines()
    assert len(rows) == 2
    assert event.title in rows[1]
    drawn = client.get(reverse("dashboards_events_chart", args=["months"]))
    assert drawn["Content-Type"].startswith("image/svg+xml")
    assert client.get(reverse("dashboards_events_table", args=["people"])).status_code == 404
    client.force_login(theirs.coordinator)
    assert "There is no event here yet." in client.get(reverse("dashboards_events")).content.decode()
    assert client.get(reverse("dashboards_events_chart", args=["months"])).status_code == 404


@pytest.mark.parametrize("query", ["campaign=x", "campaign=99999999999999999999", "from=2026-99-99", "to=\0"])
def test_figures_ignore_filters_that_cannot_be_read(client: Client, ours: World, event: Event, query: str) -> None:
    client.force_login(ours.coordinator)
    assert client.get(f"{reverse('dashboards_events')}?{query}").status_code == 200
