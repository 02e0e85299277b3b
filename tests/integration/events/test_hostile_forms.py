"""Forms about events, filled in with anything at all: never an error of ours, and nothing kept in part."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ttl_cache import clear_ttl_caches
from events.enums import EventStatus
from events.models import Event, Rsvp, Timeslot
from events.tokens import sign_rsvp
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.factories.staff import World, browse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUESTIONS = [
    {"key": "diet", "kind": "text", "text": {"en": "What do you not eat?"}},
    {"key": "table", "kind": "choice", "text": {"en": "Which?"}, "options": [{"key": "fr", "text": {"en": "French"}}]},
]
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.integers().map(str),
    st.sampled_from(
        ["", "0", "-1", "9" * 30, "1e999", "NaN", "\x00", "\u202eevil", "</script>", "a\r\nBcc: x@example.org",
         "9999-12-31T23:59", "0001-01-01T00:00", "2026-03-29T02:30", "٣", "=1+1"]
    ),
)  # fmt: skip
MANY = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def vouched(settings: Any) -> None:
    """No form is odd, however many come."""
    settings.INTAKE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    clear_ttl_caches()


@pytest.fixture
def draft(ours: World) -> Event:
    return make_event(make_event_type(ours.campaign), status=EventStatus.DRAFT)


def registering(event: Event) -> dict[str, str]:
    slot = event.timeslots.order_by("pk")[0]
    return {
        "full_name": "Rita", "email": "rita@example.org", "party_size": "1", "timeslot": str(slot.pk),
        "question_diet": "", "question_table": "fr",
    }  # fmt: skip


NAMES = [
    "full_name", "email", "phone", "party_size", "timeslot", "question_diet", "question_table", "question_no", "source",
]  # fmt: skip
STAFF_NAMES = [
    "title", "description", "budget", "language", "venue", "territory", "online_url", "time_zone", "organiser",
    "spoken", "slots-0-pk", "slots-0-starts_at", "slots-0-ends_at", "slots-0-capacity", "slots-1-pk",
    "slots-1-starts_at", "slots-TOTAL_FORMS", "slots-INITIAL_FORMS", "checklist-0-pk", "checklist-0-text",
    "checklist-0-due_date", "materials-0-name", "materials-0-planned", "texts-0-language", "texts-0-title",
    "texts-TOTAL_FORMS", "more", "tell",
]  # fmt: skip


@MANY
@given(told=st.dictionaries(st.sampled_from(NAMES), HOSTILE, min_size=1, max_size=4))
def test_registering_with_anything_keeps_all_or_nothing(client: Client, told: dict[str, str]) -> None:
    event = make_event(make_event_type(questions=QUESTIONS, largest_party=5), capacity=5, slots=2)
    answer = client.post(reverse("event_register", args=[event.public_id]), {**registering(event), **told})
    assert answer.status_code in (303, 410, 422)
    kept = Rsvp.objects.filter(event=event)
    assert kept.count() == (answer.status_code == 303)
    assert sum(Timeslot.objects.filter(event=event).values_list("taken", flat=True)) == sum(
        kept.filter(status="coming").values_list("party_size", flat=True)
    )


@MANY
@given(told=st.dictionaries(st.sampled_from(["do", "may_wait", *NAMES]), HOSTILE, max_size=4))
def test_changing_ones_registration_to_anything_breaks_nothing(client: Client, told: dict[str, str]) -> None:
    event = make_event(make_event_type(questions=QUESTIONS, largest_party=5), capacity=5, slots=2)
    rsvp = make_rsvp(event)
    path = reverse("event_rsvp", args=[sign_rsvp(rsvp)])
    assert client.post(path, {"do": "change", **registering(event), **told}).status_code < 500
    assert client.get(path).status_code == 200


@MANY
@given(told=st.dictionaries(st.sampled_from(STAFF_NAMES), HOSTILE, min_size=1, max_size=4))
def test_changing_an_event_to_anything_breaks_nothing(ours: World, draft: Event, told: dict[str, str]) -> None:
    browser, path = browse(ours.coordinator), reverse("staff_events:edit", args=[draft.pk])
    form = browser.get(path).context["form"]
    posted: dict[str, Any] = {}
    for part in [form, *(each for rows in form.row_sets for each in (rows.management_form, *rows.forms))]:
        for field in part:
            posted[field.html_name] = _typed(field.name, field.value())
    assert browser.post(path, {**posted, **told}).status_code < 500
    assert browser.get(reverse("staff_events:show", args=[draft.pk])).status_code == 200


def _typed(name: str, value: Any) -> Any:
    """Return what a browser sends for a field's value."""
    if value is None:
        return ""
    return str(value).replace(" ", "T", 1) if name.endswith("_at") else value
