"""Journeys in the staff area: begun from a ready-made one, started, paused, ended, and read as a path with figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audiences.actions.journeys import pause_journey, publish_steps
from audiences.actions.leading_on import lead_people_on
from audiences.actions.segments import SegmentInUse, delete_segment
from audiences.actions.taking_in import take_people_in
from audiences.journey_enums import JourneyStatus, RunStatus
from audiences.models import Automation, AutomationRun, Segment
from audiences.recipes import RECIPES
from core.models import AuditEntry
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import MessageText, OutboundMessage
from tests.factories.journeys import make_journey, step
from tests.factories.messaging import RecordingSender
from tests.factories.pledges import make_kind
from tests.factories.staff import NOON, World, browse

SOON = NOON + timedelta(minutes=1)


def show(client: Client, journey: Automation, name: str = "show") -> str:
    response = client.get(reverse(f"staff_journeys:{name}", args=[journey.pk]))
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, journey: Automation, name: str) -> int:
    return client.post(reverse(f"staff_journeys:{name}", args=[journey.pk])).status_code


def begin(world: World, key: str, **more: Any) -> Any:
    form = {"name": "Our welcome", "campaign": world.campaign.pk, "organisation": world.lead.pk, **more}
    return browse(world.coordinator).post(reverse("staff_journeys:begin", args=[key]), form)


def test_empty_list_leads_to_the_ready_made_ones(ours: World) -> None:
    client = browse(ours.coordinator)
    page = client.get(reverse("staff_journeys:index")).content.decode()
    assert "No journey yet" in page
    assert reverse("staff_journeys:add") in page
    gallery = client.get(reverse("staff_journeys:add")).content.decode()
    for recipe in RECIPES:
        assert reverse("staff_journeys:begin", args=[recipe.key]) in gallery
    assert "Wait 3 days" in gallery


@pytest.mark.parametrize("key", [each.key for each in RECIPES if not (each.asks_segment or each.asks_pledge_kind)])
def test_ready_made_journey_becomes_a_draft_with_its_texts(ours: World, key: str) -> None:
    assert (
        "Our welcome" not in browse(ours.coordinator).get(reverse("staff_journeys:begin", args=[key])).content.decode()
    )
    response = begin(ours, key)
    journey = Automation.objects.get()
    assert response.url == reverse("staff_journeys:show", args=[journey.pk])
    assert (journey.name, journey.status, journey.organisation) == ("Our welcome", JourneyStatus.DRAFT, ours.lead)
    page = show(browse(ours.coordinator), journey)
    assert MessageText.objects.filter(organisation=ours.lead).first().name in page  # type: ignore[union-attr]


def test_journey_for_the_quiet_begins_with_a_segment_of_its_own(ours: World) -> None:
    page = browse(ours.coordinator).get(reverse("staff_journeys:begin", args=["quiet"])).content.decode()
    assert "a new one: Did nothing for half a year" in page
    begin(ours, "quiet")
    made = Segment.objects.get(organisation=ours.lead)
    assert Automation.objects.get().trigger == {"kind": "segment", "segment": made.pk}


def test_journey_for_the_quiet_takes_a_chosen_segment_of_the_same_organisation(ours: World) -> None:
    other = Segment.objects.create(organisation=ours.partner, name="Theirs")
    assert begin(ours, "quiet", segment=other.pk).status_code == 422
    quiet = Segment.objects.create(organisation=ours.lead, name="Quiet")
    begin(ours, "quiet", segment=quiet.pk)
    assert Automation.objects.get().trigger == {"kind": "segment", "segment": quiet.pk}


def test_journey_of_a_pledge_asks_for_one_kind_of_the_same_campaign(ours: World, theirs: World) -> None:
    client = browse(ours.coordinator)
    page = client.get(reverse("staff_journeys:begin", args=["pledge_deadline"])).content.decode()
    assert "There is no kind of pledge yet" in page
    assert begin(ours, "pledge_deadline").status_code == 422
    other = make_kind(theirs.campaign)
    assert begin(ours, "pledge_deadline", pledge_kind=other.pk).status_code == 422
    kind = make_kind(ours.campaign)
    page = client.get(reverse("staff_journeys:begin", args=["pledge_deadline"])).content.decode()
    assert "There is no kind of pledge yet" not in page
    begin(ours, "pledge_deadline", pledge_kind=kind.pk)
    assert Automation.objects.get().trigger == {"kind": "pledge", "kinds": [kind.pk]}


def test_empty_journey_is_told_how_it_begins(ours: World) -> None:
    response = begin(ours, "empty")
    journey, client = Automation.objects.get(), browse(ours.coordinator)
    url = reverse("staff_journeys:edit", args=[journey.pk])
    assert response.url == url
    assert press(client, journey, "start") == 302
    journey.refresh_from_db()
    assert journey.status == JourneyStatus.DRAFT
    reached = Segment.objects.create(organisation=ours.lead, name="Reached")
    form = {
        "name": "Signers",
        "kind": "signature",
        "t-signature-petitions": [ours.petition.pk],
        "leave_segment": reached.pk,
    }
    assert client.post(url, form).status_code == 302
    journey.refresh_from_db()
    assert journey.trigger == {"kind": "signature", "petitions": [ours.petition.pk]}
    assert (journey.name, journey.leave_segment) == ("Signers", reached)
    assert "ours petition" in show(client, journey)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"kind": ""}, {"kind": "fly"}, {"kind": "day", "t-day-day": "soon"}, {"kind": "segment"},
     {"t-signature-petitions": ["999999"]}],
)  # fmt: skip
def test_beginning_with_a_mistake_is_not_saved_and_said_beside_it(ours: World, wrong: dict[str, Any]) -> None:
    journey = make_journey(ours, at=NOON)
    form = {"name": "Signers", "kind": "signature"} | wrong
    response = browse(ours.coordinator).post(reverse("staff_journeys:edit", args=[journey.pk]), form)
    assert response.status_code == 422
    assert "error-message" in response.content.decode()
    journey.refresh_from_db()
    assert journey.name == "Welcome"


def test_petition_of_another_campaign_is_not_offered(ours: World, theirs: World) -> None:
    journey = make_journey(ours, at=NOON)
    page = show(browse(ours.coordinator), journey, "edit")
    assert "ours petition" in page
    assert "theirs petition" not in page


def test_started_paused_and_ended_with_a_question(ours: World) -> None:
    begin(ours, "welcome")
    journey, client = Automation.objects.get(), browse(ours.coordinator)
    for name, status in (("start", JourneyStatus.RUNNING), ("pause", JourneyStatus.PAUSED), ("start", "running")):
        for _ in range(2):
            assert press(client, journey, name) == 302
        journey.refresh_from_db()
        assert journey.status == status
        assert client.get(reverse(f"staff_journeys:{name}", args=[journey.pk])).status_code == 405
    ours.sign(confirmed_at=timezone.now())
    take_people_in(at=timezone.now())
    assert "1 person is on the way" in show(client, journey, "end")
    assert press(client, journey, "end") == 302
    journey.refresh_from_db()
    assert journey.status == JourneyStatus.ENDED
    assert AutomationRun.objects.get().status == RunStatus.LEFT
    assert "Change the steps" not in show(client, journey)


def test_from_the_ready_made_one_to_the_letter_that_left(ours: World, settings: Any) -> None:
    settings.MESSAGE_SENDERS = {"email": "tests.factories.messaging.RecordingSender"}
    RecordingSender.letters.clear()
    begin(ours, "welcome")
    journey, client = Automation.objects.get(), browse(ours.coordinator)
    press(client, journey, "start")
    at = timezone.now()
    ours.consent(ours.sign(confirmed_at=at), ours.lead)
    ours.sign("Omar", confirmed_at=at)
    assert take_people_in(at=at) == 2
    lead_people_on(at=at)
    deliver_messages(at=at)
    assert sorted(OutboundMessage.objects.values_list("status", flat=True)) == [
        MessageStatus.SENT, MessageStatus.SUPPRESSED,
    ]  # fmt: skip
    assert len(RecordingSender.letters) == 1
    page = show(client, journey)
    assert 'data-message="sent">1<' in page
    assert 'data-message="suppressed">1<' in page
    assert 'data-figure="waiting">2<' in page
    assert "<strong>2</strong> wait here" in page


def test_who_walks_an_older_version_is_moved_with_a_press(ours: World) -> None:
    journey = make_journey(ours, step("wait", "w", days=1), at=NOON)
    ours.sign()
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    publish_steps(automation=journey, steps=[step("wait", "w", days=1), step("leave", "x")], by=ours.coordinator)
    client = browse(ours.coordinator)
    assert "1 person still walks version 1" in show(client, journey)
    press(client, journey, "move")
    assert "still walks" not in show(client, journey)
    assert AutomationRun.objects.get().version.number == 2


def test_segment_a_journey_asks_cannot_be_deleted_until_nobody_comes_to_it(ours: World) -> None:
    begins, asked, left = (
        Segment.objects.create(organisation=ours.lead, name=name, rule={"all": [{"is": "signed"}]})
        for name in ("Begins", "Asked", "Left")
    )
    journey = make_journey(
        ours, step("check", "c", segment=asked.pk), step("wait", "w", days=1), at=NOON,
        trigger={"kind": "segment", "segment": begins.pk}, leave_segment=left,
    )  # fmt: skip
    for segment in (begins, asked, left):
        with pytest.raises(SegmentInUse) as refused:
            delete_segment(segment=segment, by=ours.coordinator)
        assert "Welcome" in refused.value.names
        page = browse(ours.coordinator).get(reverse("staff_segments:inspect", args=[segment.pk])).content.decode()
        assert "the journey “Welcome”" in page
    publish_steps(automation=journey, steps=[step("leave", "x")], by=ours.coordinator)
    delete_segment(segment=asked, by=ours.coordinator)
    assert not Segment.objects.filter(name="Asked").exists()


def test_segment_that_vanished_holds_people_up_and_the_page_says_so(ours: World) -> None:
    asked = Segment.objects.create(organisation=ours.lead, name="Asked", rule={"all": [{"is": "signed"}]})
    journey = make_journey(ours, step("check", "c", segment=asked.pk), at=NOON)
    ours.sign()
    take_people_in(at=SOON)
    journey.uses.all().delete()
    Segment.objects.filter(pk=asked.pk).delete()
    lead_people_on(at=SOON)
    run = AutomationRun.objects.get()
    assert (run.status, run.stuck_since) == (RunStatus.WAITING, SOON)
    page = show(browse(ours.coordinator), journey)
    assert "1 person cannot go on" in page
    assert "This segment is gone" in page


PAGES = ("show", "edit", "steps", "end", "history")
PRESSES = ("start", "pause", "move", "end", "edit", "steps")


def test_outsider_finds_no_journey(ours: World, theirs: World) -> None:
    journey, client = make_journey(ours, at=NOON), browse(theirs.coordinator)
    for name in PAGES:
        assert client.get(reverse(f"staff_journeys:{name}", args=[journey.pk])).status_code == 404, name
    for name in PRESSES:
        assert press(client, journey, name) == 404, name
    assert "Welcome" not in client.get(reverse("staff_journeys:index")).content.decode()
    for person in (theirs.coordinator, ours.manager):
        form = {"name": "X", "campaign": ours.campaign.pk, "organisation": ours.lead.pk}
        assert browse(person).post(reverse("staff_journeys:begin", args=["welcome"]), form).status_code == 422
    assert Automation.objects.count() == 1


def test_analyst_reads_figures_and_presses_nothing(ours: World) -> None:
    journey, client = make_journey(ours, at=NOON), browse(ours.analyst)
    page = show(client, journey)
    assert "staff/journey-people" not in page
    assert "Change the steps" not in page
    for name in ("edit", "steps", "end"):
        assert client.get(reverse(f"staff_journeys:{name}", args=[journey.pk])).status_code == 403, name
    for name in PRESSES:
        assert press(client, journey, name) == 403, name
    for url in (reverse("staff_journeys:add"), reverse("staff_journeys:begin", args=["welcome"])):
        assert client.get(url).status_code == 403
    journey.refresh_from_db()
    assert journey.status == JourneyStatus.RUNNING
    assert not AuditEntry.objects.filter(actor=f"user:{ours.analyst.pk}").exists()


def test_partner_has_journeys_of_its_own_with_its_own_purpose(ours: World) -> None:
    form = {"name": "Ours", "campaign": ours.campaign.pk, "organisation": ours.partner.pk}
    browse(ours.manager).post(reverse("staff_journeys:begin", args=["welcome"]), form)
    journey = Automation.objects.get()
    assert {each["purpose"] for each in journey.versions.get().steps if each["kind"] == "send"} == {"partner_news"}
    assert browse(ours.coordinator).get(reverse("staff_journeys:show", args=[journey.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_three_rows_as_for_one(
    ours: World, rows: int, django_assert_max_num_queries: Any
) -> None:
    client = browse(ours.coordinator)
    for number in range(rows):
        make_journey(ours, at=NOON, name=f"Journey {number}")
    client.get(reverse("staff_journeys:index"))
    with django_assert_max_num_queries(19):
        page = client.get(reverse("staff_journeys:index")).content.decode()
    assert page.count("somebody signs") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_three_steps_as_for_one(
    ours: World, rows: int, django_assert_max_num_queries: Any
) -> None:
    journey = make_journey(ours, *(step("wait", f"w{number}", days=1) for number in range(rows)), at=NOON)
    for number in range(rows):
        ours.sign(f"Nina {number}")
    take_people_in(at=SOON)
    lead_people_on(at=SOON)
    client = browse(ours.coordinator)
    show(client, journey)
    with django_assert_max_num_queries(30):
        show(client, journey)


def test_pause_shows_go_on(ours: World) -> None:
    journey = make_journey(ours, at=NOON)
    pause_journey(automation=journey, by=ours.coordinator)
    assert "Go on" in show(browse(ours.coordinator), journey)
