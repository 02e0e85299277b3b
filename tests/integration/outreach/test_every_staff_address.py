"""Every address of the staff screens of volunteers, events and outreach, found in the address table itself.

Who comes in at all is the table's matter (tests/data/access.txt); here is what the screens show and take. A new address
is tried at once, and one that names a row of a new kind fails until `rows_of` knows how to make it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.admin.templatetags import wagtailadmin_tags

from audiences.models import Automation, AutomationRun, StaffTask
from campaigns.models import Pledge, PledgeKind, PledgeNote
from core.models import AuditEntry
from events.models import ChecklistItem, Event, EventType, OutcomeReport, ReminderRule, Venue
from messaging.models import Wording
from outreach.models import Area, ContactIdentity, OutreachContact
from tests.factories.staff import World, browse
from tests.factories.staff_addresses import ADDRESSES, NAMES
from tests.factories.staff_rows import rows_of
from volunteers.models import (
    Certificate,
    HoursEntry,
    ShiftAssignment,
    TrainingAttendance,
    Volunteer,
)

HUGE = "9" * 5_000


@dataclass
class Cast:
    """Our coalition and another, with rows of the lead, of the partner and of the others."""

    ours: World
    theirs: World
    leads: dict[str, Any] = field(init=False)
    partners: dict[str, Any] = field(init=False)
    others: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.leads = rows_of(self.ours)
        self.partners = rows_of(self.ours, self.ours.partner)
        self.others = rows_of(self.theirs)


@pytest.fixture
def cast(ours: World, theirs: World) -> Cast:
    return Cast(ours, theirs)


@pytest.fixture(autouse=True)
def _one_menu_for_each_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Wagtail's menu once for each reader of a test: in hundreds of pages it is the same, and a fifth of them."""
    made: dict[Any, Any] = {}
    menu, pack = wagtailadmin_tags.admin_menu.render_component, wagtailadmin_tags.JSContext.pack

    def remember(key: Any, make: Callable[[], Any]) -> Any:
        if key not in made:
            made[key] = make()
        return made[key]

    class Packing(wagtailadmin_tags.JSContext):
        def pack(self, modules: list[Any]) -> Any:
            reader = modules[-1].user.pk
            return remember(("packed", reader, get_language()), lambda: pack(self, modules))

    monkeypatch.setattr(wagtailadmin_tags, "JSContext", Packing)
    monkeypatch.setattr(
        wagtailadmin_tags.admin_menu,
        "render_component",
        lambda request: remember(("menu", request.user.pk, get_language()), lambda: menu(request)),
    )


def stored() -> tuple[Any, ...]:
    """Return what an attack could have changed, roughly: how many rows of each kind, and every stage and state."""
    kinds = (OutreachContact, ContactIdentity, Area, Volunteer, Certificate, TrainingAttendance, HoursEntry)
    return (
        *(kind.objects.count() for kind in kinds),
        tuple(Volunteer.objects.order_by("pk").values_list("stage", "team", "owner", "next_action", "calendar_key")),
        tuple(ShiftAssignment.objects.order_by("pk").values_list("volunteer", "status")),
        tuple(Certificate.objects.order_by("pk").values_list("revoked_at")),
        tuple(Event.objects.order_by("pk").values_list("title", "status", "venue", "organiser", "series")),
        tuple(ChecklistItem.objects.order_by("pk").values_list("done_at")),
        tuple(kind.objects.count() for kind in (EventType, Venue, OutcomeReport)),
        tuple(Wording.objects.order_by("pk").values_list("text__name", "version", "subject")),
        tuple(ReminderRule.objects.order_by("pk").values_list("channel", "minutes", "is_active")),
        tuple(Automation.objects.order_by("pk").values_list("name", "status", "trigger")),
        tuple(AutomationRun.objects.order_by("pk").values_list("status")),
        tuple(StaffTask.objects.order_by("pk").values_list("title", "status")),
        tuple(Pledge.objects.order_by("pk").values_list("step", "ending", "standing")),
        tuple(PledgeKind.objects.order_by("pk").values_list("name", "steps")),
        tuple(PledgeNote.objects.order_by("pk").values_list("text", "due_at", "done_at")),
        AuditEntry.objects.exclude(action__endswith="listed").count(),
    )


def everything_posted(rows: dict[str, Any]) -> dict[str, Any]:
    """Return a form that names the rows in every field a screen of ours has."""
    cleo, team, effort = rows["cleo"], rows["staff_teams"], rows["staff_efforts"]
    today = timezone.localdate()
    return {
        "title": "stolen", "name": "stolen", "key": "stolen", "reason": "stolen", "body": "stolen", "what": "stolen",
        "campaign": effort.campaign_id, "organisation": effort.organisation_id, "kind": "stall", "effort": effort.pk,
        "volunteer": cleo.pk, "holder": cleo.pk, "team": team.pk, "team-team": team.pk, "teams": [team.pk],
        "script": rows["staff_scripts"].pk, "curriculum": rows["staff_trainings"].pk, "presence": "attended",
        "required_curriculum": rows["staff_trainings"].pk, "initiative": rows["staff_paper"].initiative_id,
        "nationality": "FR", "sheets": 3, "due_back_date": today, "starts": today, "ends": today, "day": today,
        "minutes": 30, "needed": 2, "starts_at": "2030-01-05 10:00", "ends_at": "2030-01-05 12:00", "stage": "resting",
        "status": "released", "decision": "discard", "outcomes_0": "informed", "next-owner": cleo.user_id,
        "next-next_action": "stolen", "paper-text": rows["staff_agreements"].pk, "paper-day": today,
        "assignment": ShiftAssignment.objects.get(volunteer=cleo).pk, "do": "lose", "lose-note": "stolen",
        "venue": rows["staff_venues"].pk, "event_type": rows["staff_event_types"].pk,
        "item": rows["staff_events"].checklist.get().pk, "latitude": "50.8", "longitude": "4.3",
        "default_minutes": 60, "largest_party": 2, "offer_hours": 24, "time_zone": "Europe/Brussels",
        "sessions_required": 1, "valid_months": 12, "polygon": "", "press": "publish", "language": "en",
        "channel": "email", "scope": effort.campaign.slug, "fallback_language": "en", "subject": "stolen",
        "b0-kind": "paragraph", "b0-text": "stolen", "seen": 1,
        "pledge": [rows["staff_pledges"].pk], "step": f"{rows['staff_pledge_kinds'].pk}:sent", "shipped": "",
        "note-text": "stolen", "call-text": "stolen", "call-due_at": "2030-01-05T10:00", "due_at": "2030-01-05T10:00",
        "call-owner": cleo.user_id, "end-ending": "gave_up", "move": 1,
    }  # fmt: skip


def test_every_kind_of_row_is_known_here(cast: Cast) -> None:
    assert len(ADDRESSES) > 60
    assert {"outreach_figures", "staff_volunteers:export", "staff_certificates:paper", "staff_paper:cover"} <= set(
        NAMES
    )
    for address in ADDRESSES:
        assert address.url(cast.leads)


def test_analyst_opens_lists_of_sums_and_nothing_else(cast: Cast) -> None:
    client = browse(cast.ours.analyst)
    opened: dict[str, str] = {}
    before = stored()
    for address in ADDRESSES:
        url = address.url(cast.leads)
        if client.get(url).status_code == 200:
            opened[address.name] = url
        assert client.post(url, everything_posted(cast.leads)).status_code in {403, 404, 405, 200}, address.name
    spaces = ("staff_efforts", "staff_barriers", "staff_segments", "staff_journeys", "staff_pledge_kinds")
    lists = {f"{space}:{name}" for space in spaces for name in LISTS}
    figures = {f"staff_broadcasts:{name}" for name in (*LISTS, "show", "progress", "figures")}
    assert set(opened) <= {
        *lists,
        *figures,
        "staff_segments:inspect",
        "staff_journeys:show",
        "outreach_figures",
        "outreach_figures_table",
    }
    assert stored() == (*before[:-1], stored()[-1])
    for name, url in opened.items():
        content = client.get(url).content.decode()
        assert "Cleo" not in content, name


LISTS = ("index", "index_results", "history", "history_results")


LEADS_OWN = ("team", "Cleo", "Zoe", "Nora", "effort", "training", "stall", "event", "venue", "item")


@pytest.mark.parametrize("who", ["coordinator", "manager", "dpo"])
def test_no_page_file_choice_or_filter_names_another_coalition(cast: Cast, who: str) -> None:
    client = browse(getattr(cast.ours, who))
    own = cast.partners if who == "manager" else cast.leads
    leaks: dict[str, list[str]] = {}
    for address in ADDRESSES:
        url = address.url(own)
        answer = client.get(url)
        if answer.status_code != 200:
            continue
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
        forbidden = ["theirs lead", "theirs campaign"]
        if who == "manager":
            forbidden += [f"ours lead {word}" for word in LEADS_OWN]
        found = [words for words in forbidden if words.encode() in content]
        if found:
            leaks[address.name] = found
    assert leaks == {}


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_no_form_takes_rows_of_others_in_its_fields(cast: Cast, who: str) -> None:
    """Own screens, but every field names a row of another coalition: nothing of it is stored."""
    client = browse(getattr(cast.ours, who))
    own = cast.partners if who == "manager" else cast.leads
    theirs = [cast.others, cast.leads] if who == "manager" else [cast.others]
    for address in ADDRESSES:
        if address.name.endswith(":delete"):
            continue
        for rows in theirs:
            client.post(address.url(own), everything_posted(rows))
    foreign = cast.others
    assert (
        not OutreachContact.objects.filter(effort=foreign["staff_efforts"])
        .exclude(organisation=cast.theirs.lead)
        .exists()
    )
    own["staff_events"].refresh_from_db()
    assert own["staff_events"].venue == own["staff_venues"]
    for model in (
        Volunteer,
        Event,
        Venue,
        EventType,
        type(own["staff_efforts"]),
        type(own["staff_shifts"]),
        type(own["staff_trainings"]),
    ):
        for row in model.objects.filter(campaign=cast.theirs.campaign):
            assert "stolen" not in str(vars(row)), row
    assert not Volunteer.objects.filter(campaign=cast.ours.campaign, team=foreign["staff_teams"]).exists()
    assert not ShiftAssignment.objects.filter(shift__campaign=cast.ours.campaign, volunteer=foreign["cleo"]).exists()
    assert not TrainingAttendance.objects.filter(session=own["staff_sessions"], volunteer=foreign["cleo"]).exists()
    assert not own["staff_efforts"].teams.filter(pk=foreign["staff_teams"].pk).exists()
    assert not own["cleo"].acceptances.filter(text=foreign["staff_agreements"]).exists()
    assert not own["staff_areas"].assignments.filter(team=foreign["staff_teams"]).exists()
    assert not HoursEntry.objects.filter(volunteer=foreign["cleo"]).exists()
    assert not PledgeNote.objects.filter(owner=foreign["cleo"].user).exists()
    own["staff_paper"].refresh_from_db()
    assert own["staff_paper"].holder_id == own["cleo"].pk
    if who == "manager":
        lead = cast.leads
        assert not Volunteer.objects.filter(organisation=cast.ours.partner, team=lead["staff_teams"]).exists()
        assert not ShiftAssignment.objects.filter(shift=own["staff_shifts"], volunteer=lead["cleo"]).exists()


HOSTILE = [
    {"q": "\0", "p": HUGE, "before": HUGE, "effort": HUGE, "campaign": HUGE, "first": "0001-01-01",
     "last": "9999-12-31", "on": "9999-12-31", "team": "\0", "show_active": HUGE, "owner": HUGE, "curriculum": "-1"},
    {"before": "0001-01-01T00:00:00+14:00", "on": "0001-01-01", "effort": "٣", "from": "0001-01-01", "to": "9999-12-31",
     "first": "9999-12-31", "last": "9999-12-31", "language": "\0", "commune": "\0", "export": "csv", "p": "-1"},
    {"ordering": "volunteer__user__password", "when": "over", "on": "2026-02-31", "q": "%" * 300, "stage": "'"},
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_query_breaks_no_screen(cast: Cast, number: int) -> None:
    client = browse(cast.ours.coordinator)
    client.raise_request_exception = False
    statuses = {each.name: client.get(each.url(cast.leads), HOSTILE[number]).status_code for each in ADDRESSES}
    assert {name: status for name, status in statuses.items() if status >= 500} == {}


TYPED = ["\0", HUGE, "0001-01-01 00:00", "9999-12-31 23:59"]


@pytest.mark.parametrize("typed", TYPED, ids=range(len(TYPED)))
def test_hostile_form_breaks_no_screen(cast: Cast, typed: str) -> None:
    """Every field right but those for words, days and numbers, which hold the same nonsense."""
    client = browse(cast.ours.coordinator)
    client.raise_request_exception = False
    wrong = (
        "title", "reason", "body", "what", "next-next_action", "starts_at", "ends_at", "day", "minutes", "volunteer",
        "assignment", "sheets", "next-next_action_date", "paper-day", "starts", "ends", "needed", "label_en", "key",
        "q0-text-en", "q0-next", "release", "lose-note",
    )  # fmt: skip
    form = {**everything_posted(cast.leads), "q0-key": "a", "q0-kind": "text", **dict.fromkeys(wrong, typed)}
    statuses = {
        each.name: client.post(each.url(cast.leads), form).status_code
        for each in ADDRESSES
        if not each.name.endswith(":delete")
    }
    assert {name: status for name, status in statuses.items() if status >= 500} == {}


def test_nobodys_name_stands_in_the_audit_trail(cast: Cast) -> None:
    client = browse(cast.ours.coordinator)
    for address in ADDRESSES:
        if not address.name.endswith((":delete", ":move")):
            url = address.url(cast.leads)
            client.get(url, {"q": "Nora nora@example.org"})
            client.post(url, everything_posted(cast.leads))
    assert AuditEntry.objects.count() > 30
    for entry in AuditEntry.objects.all():
        told = f"{entry.action} {entry.target} {entry.details}"
        assert not [name for name in ("Cleo", "Zoe", "Nora", "nora@", "stolen") if name in told], told
