"""The staff screens of volunteers: what they show, to whom, and what they refuse."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from tests.factories.staff import World, browse
from tests.factories.volunteers import make_agreement, make_team, make_volunteer
from volunteers.enums import AcceptedThrough, AgreementKind, Stage
from volunteers.models import AgreementText, HoursEntry, Skill, Team, Volunteer

pytestmark = pytest.mark.django_db

LISTS = ["index", "pipeline", "waiting", "recognition"]
ACTS: dict[str, dict[str, str]] = {
    "move": {"stage": "contacted"},
    "next_step": {"next-next_action": "call"},
    "note": {"body": "Likes mornings."},
    "team": {"team-team": ""},
    "invite": {},
    "calendar": {},
}


def at(screen: str, *args: Any) -> str:
    return reverse(f"staff_volunteers:{screen}", args=args)


@pytest.mark.parametrize("screen", LISTS)
def test_lists_show_own_volunteers_only(
    ours: World, theirs: World, nina: Volunteer, pia: Volunteer, screen: str
) -> None:
    for row in (nina, pia):
        HoursEntry.objects.create(volunteer=row, day=timezone.localdate(), minutes=90)
    lead = browse(ours.coordinator).get(at(screen))
    assert lead.status_code == 200
    assert b"Nina Example" in lead.content
    assert b"Pia Example" in lead.content
    partner = browse(ours.manager).get(at(screen))
    assert b"Nina Example" not in partner.content
    assert b"Pia Example" in partner.content
    outsider = browse(theirs.coordinator).get(at(screen))
    assert b"Nina" not in outsider.content
    assert b"Pia Example" not in outsider.content
    assert browse(ours.analyst).get(at(screen)).status_code == 403
    assert AuditEntry.objects.filter(action__startswith="volunteers.volunteer.", details__count=2).exists()


@pytest.mark.parametrize(("screen", "queries"), [("index", 16), ("pipeline", 20), ("waiting", 18), ("recognition", 14)])
def test_lists_cost_the_same_with_one_row_and_three(
    ours: World, django_assert_num_queries: Any, screen: str, queries: int
) -> None:
    client = browse(ours.coordinator)
    today = timezone.localdate()

    def add(name: str) -> None:
        team = make_team(ours.campaign, name)
        row = make_volunteer(
            ours.campaign, name, languages=("fr", "nl"), team=team, owner=ours.coordinator, shows_on_leaderboard=True
        )
        HoursEntry.objects.create(volunteer=row, day=today, minutes=30)

    add("One")
    client.get(at(screen))
    with django_assert_num_queries(queries):
        client.get(at(screen))
    add("Two")
    add("Three")
    with django_assert_num_queries(queries):
        client.get(at(screen))


def test_page_of_a_volunteer_shows_everything_and_is_audited(ours: World, nina: Volunteer) -> None:
    make_agreement(ours.lead)
    page = browse(ours.coordinator).get(at("inspect", nina.pk)).content.decode()
    for shown in ("Nina Example", "nina@example.org", "العربيّة", "Not invited yet", "Still to accept", "No note yet"):
        assert shown in page, shown
    assert AuditEntry.objects.filter(action="volunteers.volunteer.viewed", target=f"volunteers.volunteer:{nina.pk}")


@pytest.mark.parametrize("screen", ["inspect", "next_step", "answers"])
def test_pages_of_one_are_not_found_outside_and_refused_without_right(
    ours: World, theirs: World, nina: Volunteer, screen: str
) -> None:
    assert browse(theirs.coordinator).get(at(screen, nina.pk)).status_code == 404
    assert browse(ours.manager).get(at(screen, nina.pk)).status_code == 404
    assert browse(ours.analyst).get(at(screen, nina.pk)).status_code in (403, 404)
    assert browse(ours.coordinator).get(at(screen, nina.pk)).status_code == 200


def test_officer_reads_but_changes_nothing(ours: World, nina: Volunteer) -> None:
    client = browse(ours.dpo)
    page = client.get(at("inspect", nina.pk))
    assert page.status_code == 200
    assert at("move", nina.pk) not in page.content.decode()
    for screen, posted in ACTS.items():
        assert client.post(at(screen, nina.pk), posted).status_code == 403, screen


@pytest.mark.parametrize("screen", ACTS)
def test_acts_work_for_staff_and_are_hidden_from_outsiders(
    ours: World, theirs: World, nina: Volunteer, screen: str
) -> None:
    before = AuditEntry.objects.count()
    for outsider in (theirs.coordinator, ours.manager):
        assert browse(outsider).post(at(screen, nina.pk), ACTS[screen]).status_code == 404
    assert AuditEntry.objects.count() == before
    response = browse(ours.coordinator).post(at(screen, nina.pk), ACTS[screen])
    assert (response.status_code, response["Location"]) == (302, at("inspect", nina.pk))
    assert browse(ours.coordinator).get(at(screen, nina.pk)).status_code in (200, 405)


def test_move_by_htmx_answers_with_the_board(ours: World, nina: Volunteer) -> None:
    response = browse(ours.coordinator).post(
        at("move", nina.pk) + "?language=fr", {"stage": "trained"}, headers={"HX-Request": "true"}
    )
    shown = response.content.decode()
    assert 'id="board"' in shown
    assert "Nina Example is now: trained." in shown
    nina.refresh_from_db()
    assert nina.stage == Stage.TRAINED


def test_move_to_nowhere_or_back_to_elsewhere_is_refused(ours: World, nina: Volunteer) -> None:
    client = browse(ours.coordinator)
    client.post(at("move", nina.pk), {"stage": "famous"})
    nina.refresh_from_db()
    assert nina.stage == Stage.APPLIED
    response = client.post(at("move", nina.pk), {"stage": "active", "next": "https://evil.example/"})
    assert response["Location"] == at("inspect", nina.pk)


def test_faulty_forms_come_back_with_what_was_typed(ours: World, theirs: World, nina: Volunteer) -> None:
    client = browse(ours.coordinator)
    note = client.post(at("note", nina.pk), {"body": "x" * 2001})
    assert note.status_code == 422
    assert b"x" * 2001 in note.content
    step = client.post(at("next_step", nina.pk), {"next-next_action": "call", "next-next_action_date": "yesterday"})
    assert step.status_code == 422
    assert b'value="call"' in step.content
    stranger = client.post(at("next_step", nina.pk), {"next-owner": theirs.coordinator.pk})
    assert stranger.status_code == 422
    team = client.post(at("team", nina.pk), {"team-team": make_team(theirs.campaign).pk})
    assert team.status_code == 422


def test_paper_signature_is_recorded_with_who_entered_it(ours: World, nina: Volunteer) -> None:
    text = make_agreement(ours.lead, AgreementKind.PROCESSOR, body="Article 28.")
    client = browse(ours.coordinator)
    tomorrow = client.post(at("paper", nina.pk), {"paper-text": text.pk, "paper-day": "2999-01-01"})
    assert tomorrow.status_code == 422
    client.post(at("paper", nina.pk), {"paper-text": text.pk, "paper-day": "2026-03-01"})
    accepted = nina.acceptances.get()
    assert (accepted.through, accepted.actor) == (AcceptedThrough.PAPER, f"user:{ours.coordinator.pk}")


def test_answers_are_changed_for_them_but_not_the_leaderboard(ours: World, nina: Volunteer) -> None:
    client = browse(ours.coordinator)
    faulty = client.post(at("answers", nina.pk), {"availability": "3-evening"})
    assert faulty.status_code == 422
    client.post(
        at("answers", nina.pk), {"languages": ["nl"], "availability": ["3-evening"], "shows_on_leaderboard": "on"}
    )
    nina.refresh_from_db()
    assert [row.language for row in nina.languages.all()] == ["nl"]
    assert not nina.shows_on_leaderboard


def test_search_and_filters_narrow(ours: World, nina: Volunteer, pia: Volunteer) -> None:
    client = browse(ours.coordinator)
    for query in ("?q=NINA@example.org", "?q=nina", "?language=ar"):
        shown = client.get(at("index") + query).content
        assert b"Nina Example" in shown, query
        assert b"Pia Example" not in shown, query
    for query in ("?language=ar", f"?organisation={ours.lead.pk}"):
        shown = client.get(at("pipeline") + query).content
        assert b"Nina Example" in shown, query
        assert b"Pia Example" not in shown, query
    Volunteer.objects.filter(pk=nina.pk).update(owner=ours.coordinator)
    assert b"Pia Example" not in client.get(at("pipeline") + "?owner=me").content
    assert b"Nina Example" not in client.get(at("pipeline") + "?owner=nobody").content


@pytest.mark.parametrize(
    "query", ["?owner=x'", "?campaign=99999999999999999999", "?language=%00", "?show_applied=9e9", "?p=x"]
)
def test_hostile_filters_break_nothing(ours: World, nina: Volunteer, query: str) -> None:
    client = browse(ours.coordinator)
    for screen in (*LISTS, "export"):
        assert client.get(at(screen) + query).status_code in (200, 302), screen


def test_show_more_shows_more(ours: World) -> None:
    for number in range(27):
        make_volunteer(ours.campaign, f"Person {number}")
    client = browse(ours.coordinator)
    first = client.get(at("pipeline")).content.decode()
    assert "Show more (2 left)" in first
    assert client.get(at("pipeline") + "?show_applied=50").content.decode().count('data-card="') == 27


def test_export_holds_what_one_sees_and_no_formula(ours: World, nina: Volunteer, pia: Volunteer) -> None:
    make_volunteer(ours.campaign, "=HYPERLINK(1)", heard_through="@evil")
    response = browse(ours.coordinator).get(at("export"))
    rows = list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["Nina Example", "Pia Example", "'=HYPERLINK(1)"]
    assert (rows[0]["email"], rows[0]["speaks"]) == ("nina@example.org", "ar fr")
    assert rows[2]["heard_through"] == "'@evil"
    partner = b"".join(browse(ours.manager).get(at("export")).streaming_content)
    assert b"Nina" not in partner
    assert browse(ours.analyst).get(at("export")).status_code == 403
    assert AuditEntry.objects.get(action="volunteers.volunteer.exported", details__rows=3).details["is_complete"]


def test_agreements_are_published_by_who_may(ours: World, theirs: World) -> None:
    address = reverse("staff_agreements:publish")
    told = {"organisation": ours.partner.pk, "kind": "conduct", "language": "en", "body": "Be kind."}
    assert browse(theirs.coordinator).post(address, told).status_code == 422
    assert browse(ours.dpo).get(address).status_code == 403
    response = browse(ours.manager).post(address, told)
    text = AgreementText.objects.get()
    assert response["Location"] == reverse("staff_agreements:inspect", args=[text.pk])
    assert browse(theirs.coordinator).get(response["Location"]).status_code == 404
    shown = browse(ours.coordinator).get(f"{address}?from={text.pk}")
    assert b"Be kind." in shown.content
    assert b"Be kind." in browse(ours.dpo).get(response["Location"]).content


def test_teams_and_skills_are_made(ours: World, theirs: World) -> None:
    client = browse(ours.manager)
    told = {"name": "Green", "campaign": ours.campaign.pk, "organisation": ours.lead.pk}
    assert client.post(reverse("staff_teams:add"), told).status_code == 200
    client.post(reverse("staff_teams:add"), {**told, "organisation": ours.partner.pk})
    team = Team.objects.get()
    assert team.organisation == ours.partner
    assert browse(theirs.coordinator).get(reverse("staff_teams:edit", args=[team.pk])).status_code == 404
    assert client.get(reverse("staff_skills:index")).status_code == 403
    coordinator = browse(ours.coordinator)
    coordinator.post(reverse("staff_skills:add"), {"label_en": "Speak in public", "label_fr": "", "is_offered": "on"})
    skill = Skill.objects.get()
    assert (skill.key, skill.labels) == ("speak-in-public", {"en": "Speak in public"})
    again = coordinator.post(reverse("staff_skills:add"), {"label_en": "Speak in public"})
    assert b"This skill is there already." in again.content


def test_staff_who_see_a_volunteer_see_the_supporter_and_the_section(
    ours: World, theirs: World, pia: Volunteer
) -> None:
    address = reverse("staff_supporters:inspect", args=[pia.supporter_id])
    shown = browse(ours.manager).get(address)
    assert shown.status_code == 200
    assert at("inspect", pia.pk) in shown.content.decode()
    assert browse(theirs.coordinator).get(address).status_code == 404


def test_leaderboard_shows_only_who_asked(ours: World, nina: Volunteer, pia: Volunteer) -> None:
    team = make_team(ours.campaign)
    for row in (nina, pia):
        HoursEntry.objects.create(volunteer=row, day=timezone.localdate(), minutes=60)
    Volunteer.objects.update(team=team)
    Volunteer.objects.filter(pk=nina.pk).update(shows_on_leaderboard=True)
    shown = browse(ours.coordinator).get(at("recognition")).content.decode()
    thanks, board = shown.split("Leaderboard by team")
    assert "Nina Example" in thanks
    assert "Pia Example" in thanks
    assert "Nina Example" in board
    assert "Pia Example" not in board
