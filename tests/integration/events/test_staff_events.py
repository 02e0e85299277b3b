"""The screens on which events are planned: one happy path each, and what they refuse."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from core.models import AuditEntry
from events.enums import EventStatus
from events.models import Event, EventType, Venue
from events.staffing import Staffing
from messaging.models import OutboundMessage
from tests.factories.events import make_event, make_event_type, make_rsvp, make_venue
from tests.factories.staff import World, browse, make_user

SOON = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)


@pytest.fixture
def ada(ours: World) -> Client:
    return browse(ours.coordinator)


@pytest.fixture
def kind(ours: World) -> EventType:
    return make_event_type(
        ours.campaign, checklist=[{"text": "Print leaflets", "days_before": 7}], default_capacity=30, default_minutes=90
    )


def fields_of(answer: Any) -> dict[str, Any]:
    """Return what a browser would send back of the form on a page, its inline rows included."""
    form = answer.context["form"]
    sets = [form, *(getattr(form, "row_sets", None) or [getattr(form, "checklist", None)])]
    told: dict[str, Any] = {}
    for each in filter(None, sets):
        parts = [each.management_form, *each.forms] if hasattr(each, "forms") else [each]
        for part in parts:
            for field in part:
                value = field.value()
                if value is not None and value is not False and value != "":
                    widget = field.field.widget
                    is_plain = isinstance(value, list | bool | int | str) or not hasattr(widget, "format_value")
                    told[field.html_name] = value if is_plain else widget.format_value(value)
    return told


def test_events_menu_leads_to_its_screens(ada: Client) -> None:
    page = ada.get(reverse("wagtailadmin_home")).content.decode()
    for name in ("staff_events:calendar", "staff_events:people", "staff_events:index", "staff_venues:index"):
        assert reverse(name) in page


def test_standard_types_are_one_press_away_and_only_once(ada: Client, ours: World) -> None:
    url = reverse("staff_event_types:index")
    assert "Add the standard types" in ada.get(url).content.decode()
    press = reverse("staff_event_types:standard", args=[ours.campaign.pk])
    ada.post(press)
    ada.post(press)
    page = ada.get(url).content.decode()
    assert EventType.objects.count() == 9
    assert "Add the standard types" not in page
    assert "Focus group" in page


def test_event_is_planned_from_its_type_and_published(ada: Client, ours: World, kind: EventType) -> None:
    chosen = f"{reverse('staff_events:add')}?type={kind.pk}"
    assert chosen.removeprefix(reverse("staff_events:add")) in ada.get(reverse("staff_events:add")).content.decode()
    form = fields_of(ada.get(chosen))
    assert (form["minutes"], form["capacity"], form["organisation"]) == (90, 30, ours.lead.pk)
    venue = make_venue(ours.campaign)
    told = {**form, "title": "How to register", "starts_at": "2030-07-05T18:30", "slot_count": 2, "venue": venue.pk,
            "spoken": ["fr", "ar"], "spoken_more": "so"}  # fmt: skip
    answer = ada.post(chosen, told)
    event = Event.objects.get()
    assert answer.url == reverse("staff_events:show", args=[event.pk])  # type: ignore[attr-defined]
    assert f"{event.starts_at.astimezone(event.zone):%Y-%m-%d %H:%M}" == "2030-07-05 18:30"
    assert (event.timeslots.count(), event.spoken, event.checklist.count()) == (2, ["fr", "ar", "so"], 1)
    page = ada.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert all(words in page for words in ("How to register", "Maison Example", "Print leaflets", "0 / 60", "Soomaali"))
    ada.post(reverse("staff_events:publish", args=[event.pk]))
    event.refresh_from_db()
    assert event.status == EventStatus.PUBLISHED


def test_hour_the_clock_skips_is_explained_and_what_was_typed_kept(ada: Client, kind: EventType) -> None:
    chosen = f"{reverse('staff_events:add')}?type={kind.pk}"
    form = fields_of(ada.get(chosen))
    answer = ada.post(chosen, {**form, "title": "Night walk", "starts_at": "2030-03-31T02:30"})
    page = answer.content.decode()
    assert "The clock skips this hour" in page
    assert "Night walk" in page
    assert Event.objects.count() == 0


def test_publishing_without_a_place_is_refused_with_a_sentence(ada: Client, kind: EventType) -> None:
    event = make_event(kind, status=EventStatus.DRAFT)
    answer = ada.post(reverse("staff_events:publish", args=[event.pk]), follow=True)
    assert "Say where it takes place first" in answer.content.decode()


def test_checklist_is_ticked_and_unticked_with_one_press(ada: Client, ours: World, kind: EventType) -> None:
    item = make_event(kind).checklist.create(text="Pack")
    other = make_event(kind).checklist.create(text="Other")
    url = reverse("staff_events:tick", args=[item.event_id])
    assert ada.post(url, {"item": item.pk}).url == f"{reverse('staff_events:show', args=[item.event_id])}#checklist"  # type: ignore[attr-defined]
    item.refresh_from_db()
    assert item.done_by == ours.coordinator
    ada.post(url, {"item": item.pk, "undo": "1"})
    item.refresh_from_db()
    assert item.done_at is None
    assert ada.post(url, {"item": other.pk}).status_code == 404
    assert ada.get(url).status_code == 405


def test_everything_of_an_event_is_changed_on_one_form(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON, capacity=5)
    url = reverse("staff_events:edit", args=[event.pk])
    told = {
        **fields_of(ada.get(url)), "title": "New title", "budget": "125.50",
        "checklist-0-text": "Pack", "checklist-0-due_date": "2030-01-01",
        "materials-0-name": "Leaflets", "materials-0-planned": "200",
        "texts-0-language": "fr", "texts-0-title": "Nouveau titre", "slots-0-capacity": "8",
    }  # fmt: skip
    answer = ada.post(url, told)
    assert answer.status_code == 302, answer.context["form"].errors
    event.refresh_from_db()
    assert (event.title, event.budget_cents, event.starts_at) == ("New title", 12550, SOON)
    assert (event.checklist.get().text, event.materials.get().planned) == ("Pack", 200)
    assert (event.texts.get().title, event.timeslots.get().capacity) == ("Nouveau titre", 8)
    again = fields_of(ada.get(url))
    assert (again["texts-0-title"], str(again["budget"])) == ("Nouveau titre", "125.5")


def test_more_rows_come_without_saving_and_without_complaint(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON)
    url = reverse("staff_events:edit", args=[event.pk])
    answer = ada.post(url, {**fields_of(ada.get(url)), "title": "", "checklist-0-text": "Pack", "more": "checklist"})
    page = answer.content.decode()
    assert answer.context["form"].checklist.total_form_count() == 5
    assert 'value="Pack"' in page
    assert "This field is required" not in page
    assert event.checklist.count() == 0


def test_moving_an_event_people_count_on_asks_first(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON, capacity=5, minutes=120)
    make_rsvp(event, party_size=2)
    make_rsvp(event, status="waiting")
    url = reverse("staff_events:edit", args=[event.pk])
    later = (SOON + timedelta(days=1)).astimezone(event.zone)
    told = {**fields_of(ada.get(url)), "slots-0-starts_at": f"{later:%Y-%m-%dT%H:%M}",
            "slots-0-ends_at": f"{later + timedelta(hours=2):%Y-%m-%dT%H:%M}"}  # fmt: skip
    answer = ada.post(url, told)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "2 people who are coming" in page
    assert "1 registration on the waiting list" in page
    event.refresh_from_db()
    assert event.starts_at == SOON
    assert ada.post(url, {**told, "tell": "yes"}).status_code == 302
    event.refresh_from_db()
    assert (event.starts_at, event.sequence) == (SOON + timedelta(days=1), 1)


def test_moving_one_timeslot_asks_about_its_own_guests(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON, minutes=60, slots=2)
    make_rsvp(event, party_size=5)
    make_rsvp(event, timeslot=event.timeslots.all()[1], party_size=2)
    url = reverse("staff_events:edit", args=[event.pk])
    later = (SOON + timedelta(hours=3)).astimezone(event.zone)
    told = {**fields_of(ada.get(url)), "slots-1-starts_at": f"{later:%Y-%m-%dT%H:%M}",
            "slots-1-ends_at": f"{later + timedelta(hours=1):%Y-%m-%dT%H:%M}"}  # fmt: skip
    answer = ada.post(url, told)
    assert answer.status_code == 409
    assert "2 people who are coming" in answer.content.decode()
    assert ada.post(url, {**told, "tell": "yes"}).status_code == 302
    assert OutboundMessage.objects.filter(template="event_moved").count() == 1


@pytest.mark.parametrize("rows", ["slots", "checklist"])
def test_row_named_twice_by_a_forged_form_is_refused(ada: Client, kind: EventType, rows: str) -> None:
    event = make_event(kind, starts_at=SOON, minutes=60, slots=2, capacity=5)
    for text in ("Print", "Pack"):
        event.checklist.create(text=text)
    url = reverse("staff_events:edit", args=[event.pk])
    told = fields_of(ada.get(url))
    answer = ada.post(url, {**told, f"{rows}-1-pk": told[f"{rows}-0-pk"], "slots-1-capacity": "9"})
    assert answer.status_code == 200
    assert "A row is named twice." in answer.content.decode()
    assert list(event.timeslots.values_list("capacity", flat=True)) == [5, 5]
    assert event.checklist.count() == 2


def test_slot_with_people_and_places_they_have_stay(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON, capacity=5, slots=2)
    make_rsvp(event, party_size=3)
    url = reverse("staff_events:edit", args=[event.pk])
    told = fields_of(ada.get(url))
    for change in ({"slots-0-DELETE": "on"}, {"slots-0-capacity": "2"}):
        answer = ada.post(url, {**told, **change})
        assert "3 people have a place in this timeslot" in answer.content.decode()
    assert list(event.timeslots.values_list("capacity", flat=True)) == [5, 5]
    assert ada.post(url, {**told, "slots-1-DELETE": "on"}).status_code == 302
    assert event.timeslots.count() == 1


def test_calling_off_shows_whom_it_concerns_and_asks_why(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON)
    make_rsvp(event)
    url = reverse("staff_events:cancel", args=[event.pk])
    assert "1 person who is coming" in ada.get(url).content.decode()
    assert ada.post(url, {"reason": ""}).status_code == 422
    ada.post(url, {"reason": "The hall is flooded."})
    event.refresh_from_db()
    assert (event.status, event.cancel_reason) == (EventStatus.CANCELLED, "The hall is flooded.")
    page = ada.get(reverse("staff_events:show", args=[event.pk])).content.decode()
    assert "The hall is flooded." in page
    assert "It was called off before" in ada.get(url).content.decode()


def test_repeating_shows_days_and_plans_those_left_ticked(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON)
    url = reverse("staff_events:repeat", args=[event.pk])
    answer = ada.get(url, {"every": 1, "rhythm": "weekly", "count": 3})
    days = [day.isoformat() for day, _is_there in answer.context["days"]]
    assert len(days) == 3
    assert "Say until when" in ada.get(url, {"every": 1, "rhythm": "weekly"}).content.decode()
    ada.post(url, {"day": [days[0], days[2], "x", "1999-01-01"]})
    assert list(Event.objects.exclude(pk=event.pk).values_list("status", flat=True)) == ["draft", "draft"]
    again = ada.get(url, {"every": 1, "rhythm": "weekly", "count": 3})
    assert [is_there for _day, is_there in again.context["days"]] == [True, False, True]


def test_draft_is_deleted_and_a_published_event_is_not(ada: Client, kind: EventType) -> None:
    draft, event = make_event(kind, status=EventStatus.DRAFT), make_event(kind)
    ada.post(reverse("staff_events:delete", args=[draft.pk]))
    answer = ada.post(reverse("staff_events:delete", args=[event.pk]), follow=True)
    assert "call it off instead" in answer.content.decode()
    assert list(Event.objects.all()) == [event]


def test_list_and_calendar_ask_as_often_for_three_events_as_for_one(ada: Client, ours: World, kind: EventType) -> None:
    venue = make_venue(ours.campaign)
    urls = [reverse("staff_events:index"), *(f"{reverse('staff_events:calendar')}?view={v}" for v in ("month", "map"))]
    counts = []
    for number in range(3):
        make_event(kind, f"Evening {number}", starts_at=timezone.now(), capacity=5, venue=venue)
        counts.append([queries_of(ada, url) for url in urls])
    assert counts[0] == counts[2]
    assert ada.get(urls[0]).content.decode().count("0 / 5") == 3


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_calendar_in_all_its_views_shows_the_event(ada: Client, ours: World, kind: EventType) -> None:
    at = timezone.now()
    venue = make_venue(ours.campaign, latitude="50.83", longitude="4.37")
    event = make_event(kind, "Evening with newcomers", starts_at=at, venue=venue)
    for view in ("month", "week", "list", "map"):
        page = ada.get(reverse("staff_events:calendar"), {"view": view}).content.decode()
        assert reverse("staff_events:show", args=[event.pk]) in page, view
    answer = ada.get(reverse("staff_events:calendar"), {"status": "draft", "view": "week"})
    assert "There is nothing in this time" in answer.content.decode()
    assert "status=draft" in answer.context["after"]


def test_what_needs_people_lists_what_is_missing_and_says_when_nothing_is(
    ada: Client, kind: EventType, settings: Any
) -> None:
    url = reverse("staff_events:people")
    assert "Nothing lacks anybody" in ada.get(url).content.decode()
    make_event(kind, "Evening with newcomers", starts_at=SOON)
    settings.EVENT_STAFFING = "tests.integration.events.test_staff_events.short_of_two"
    page = ada.get(url).content.decode()
    assert all(words in page for words in ("Evening with newcomers", "2 volunteers missing", "العربيّة"))


def short_of_two(event_ids: Any, at: Any) -> dict[int, Staffing]:
    return {pk: Staffing(needed=3, taken=1, missing_languages=("ar",)) for pk in event_ids}


def test_questions_and_checklist_of_a_type_are_edited_without_a_script(ada: Client, kind: EventType) -> None:
    url = reverse("staff_event_types:edit", args=[kind.pk])
    told = {**fields_of(ada.get(url)), "outcome_fields": ["informed"]}
    answer = ada.post(url, {**told, "do": "add-question"})
    key = answer.context["form"].questions[0]["key"]
    asked = {
        **told,
        "q0-key": key,
        "q0-kind": "text",
        "q0-text-en": "Which language?",
        "q0-text-fr": "Quelle langue ?",
    }
    answer = ada.post(url, {**asked, "do": "shape:0"})
    options = answer.context["form"].questions[0]["options"]
    assert len(options) == 2
    asked["q0-kind"] = answer.context["form"].questions[0]["kind"]
    for number, option in enumerate(options):
        asked[f"q0-o{number}-key"] = option["key"]
    assert "needs two answers" in ada.post(url, asked).content.decode()
    asked.update(
        {
            "q0-o0-text-en": "French",
            "q0-o1-text-en": "Dutch",
            "checklist-1-text": "Call",
            "checklist-1-days_before": "20",
        }
    )
    assert ada.post(url, asked).status_code == 302
    kind.refresh_from_db()
    question = kind.questions[0]
    assert (question["key"], question["kind"], question["text"]["fr"]) == (key, "choice", "Quelle langue ?")
    assert [each["key"] for each in question["options"]] == [each["key"] for each in options]
    assert [each["text"] for each in question["options"]] == [{"en": "French"}, {"en": "Dutch"}]
    assert kind.checklist == [{"text": "Call", "days_before": 20}, {"text": "Print leaflets", "days_before": 7}]


def test_venue_keeps_its_point_features_and_commune(ada: Client, ours: World, territories: None) -> None:
    url = reverse("staff_venues:add")
    told = {"campaign": ours.campaign.pk, "organisation": ours.lead.pk, "name": "Maison Example", "postcode": "1050",
            "latitude": "50.83", "longitude": "4.37", "features": ["step_free"]}  # fmt: skip
    assert ada.post(url, {**told, "longitude": ""}).status_code == 200
    assert ada.post(url, told).status_code == 302
    venue = Venue.objects.get()
    assert (venue.territory and venue.territory.code, venue.features) == ("NIS 21009", ["step_free"])
    page = ada.get(reverse("staff_venues:edit", args=[venue.pk])).content.decode()
    assert "data-pin" in page


def test_partner_plans_for_the_own_organisation_only(ours: World, kind: EventType) -> None:
    ben = browse(ours.manager)
    chosen = f"{reverse('staff_events:add')}?type={kind.pk}"
    form = fields_of(ben.get(chosen))
    assert form["organisation"] == ours.partner.pk
    told = {**form, "title": "Stand", "starts_at": "2030-07-05T18:30"}
    ben.post(chosen, {**told, "organisation": ours.lead.pk})
    assert Event.objects.count() == 0
    ben.post(chosen, told)
    event = Event.objects.get()
    assert event.organisation == ours.partner
    assert ben.get(reverse("staff_events:show", args=[event.pk])).status_code == 200
    assert ben.get(reverse("staff_event_types:edit", args=[kind.pk])).status_code == 403


def test_who_sees_events_without_the_right_to_change_them_presses_nothing(ours: World, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON)
    officer = browse(ours.dpo)
    page = officer.get(reverse("staff_events:show", args=[event.pk])).content.decode()
    assert reverse("staff_events:cancel", args=[event.pk]) not in page
    for name in ("publish", "tick", "cancel", "repeat"):
        assert officer.post(reverse(f"staff_events:{name}", args=[event.pk])).status_code == 403
    mobiliser = browse(make_user("Cleo", Role.MOBILISER, ours.lead))
    assert mobiliser.get(reverse("staff_events:calendar")).status_code in {302, 403}
    assert AuditEntry.objects.filter(action__startswith="events.").count() == 0


def test_event_and_its_type_lead_to_the_shifts_new_events_begin_with(ada: Client, ours: World, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON)
    link = f"{reverse('staff_shift_templates:index')}?event_type={kind.pk}"
    for url in (reverse("staff_events:show", args=[event.pk]), reverse("staff_event_types:edit", args=[kind.pk])):
        assert f'href="{link}"' in ada.get(url).content.decode()
        assert link not in browse(ours.analyst).get(url).content.decode()
    assert ada.get(link).status_code == 200


def test_history_of_an_event_reads_in_words(ada: Client, kind: EventType) -> None:
    event = make_event(kind, starts_at=SOON, status=EventStatus.DRAFT, online_url="https://meet.example.org/")
    ada.post(reverse("staff_events:publish", args=[event.pk]))
    for url in (reverse("staff_events:show", args=[event.pk]), reverse("staff_events:history", args=[event.pk])):
        page = ada.get(url).content.decode()
        assert "Event published" in page
        assert "events.event.published" not in page
