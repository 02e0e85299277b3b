"""The volunteer's own page: theirs alone, without the staff area."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.models import AuditEntry
from tests.factories.accounts import Cast, signed_in
from tests.factories.volunteers import make_agreement, make_campaign, make_team, make_volunteer
from volunteers.actions.care import add_note
from volunteers.enums import AcceptedThrough
from volunteers.models import Certificate, Curriculum, HoursEntry, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(cast: Cast) -> Volunteer:
    return make_volunteer(name="Cleo Example", email="cleo@example.org", languages=("fr",), user=cast.cleo)


def at(name: str, volunteer: Volunteer) -> str:
    return reverse(name, args=[volunteer.pk])


def test_page_asks_to_sign_in_first(client: Client, mine: Volunteer) -> None:
    for address in (reverse("own_page"), at("own_volunteer", mine), at("own_answers", mine)):
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


def test_page_shows_own_figures_without_the_staff_area(cast: Cast, mine: Volunteer) -> None:
    HoursEntry.objects.create(volunteer=mine, day=timezone.localdate(), minutes=90, what="stall")
    response = signed_in(cast.cleo).get(reverse("own_page"))
    shown = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    for words in ("Cleo Example", "<dd>1.5</dd>", "Français", "No shift is planned"):
        assert words in shown


def test_page_of_somebody_else_is_not_found_and_a_stranger_reads_why(cast: Cast, mine: Volunteer) -> None:
    for other in (cast.dan, cast.ada, cast.ivo):
        client = signed_in(other)
        for name in ("own_volunteer", "own_answers"):
            assert client.get(at(name, mine)).status_code == 404
        for name in ("own_accept", "own_export", "own_answers", "own_calendar"):
            assert client.post(at(name, mine)).status_code == 404
        assert b"no volunteer is known" in client.get(reverse("own_page")).content
    assert not AuditEntry.objects.filter(action="volunteers.volunteer.own_data_exported").exists()


def test_two_campaigns_are_both_reached(cast: Cast, mine: Volunteer) -> None:
    other = make_volunteer(make_campaign(), user=cast.cleo)
    client = signed_in(cast.cleo)
    assert at("own_volunteer", mine) in client.get(reverse("own_page")).content.decode()
    assert client.get(at("own_volunteer", other)).status_code == 200


def test_answers_are_changed_and_faults_keep_what_was_ticked(cast: Cast, mine: Volunteer) -> None:
    client = signed_in(cast.cleo)
    assert 'value="fr" checked' in client.get(at("own_answers", mine)).content.decode()
    faulty = client.post(at("own_answers", mine), {"availability": ["3-evening"]})
    assert faulty.status_code == 422
    assert 'value="3-evening" checked' in faulty.content.decode()
    response = client.post(
        at("own_answers", mine),
        {"languages": ["nl", "so"], "availability": ["3-evening"], "shows_on_leaderboard": "on"},
    )
    assert response["Location"] == at("own_volunteer", mine)
    mine.refresh_from_db()
    assert [row.language for row in mine.languages.all()] == ["nl", "so"]
    assert mine.shows_on_leaderboard
    client.post(at("own_answers", mine), {"languages": ["nl"]})
    assert not mine.availabilities.exists()
    mine.refresh_from_db()
    assert not mine.shows_on_leaderboard


def test_agreement_is_accepted_in_the_version_shown_only(cast: Cast, mine: Volunteer) -> None:
    client = signed_in(cast.cleo)
    old = make_agreement(mine.organisation, body="Old words.")
    assert b"Old words." in client.get(reverse("own_page")).content
    new = make_agreement(mine.organisation, body="New words.")
    for posted in ({"text": old.pk, "accept": "on"}, {"text": new.pk}, {"text": "x", "accept": "on"}, {}):
        client.post(at("own_accept", mine), posted)
    assert not mine.acceptances.exists()
    client.post(at("own_accept", mine), {"text": new.pk, "accept": "on"})
    client.post(at("own_accept", mine), {"text": new.pk, "accept": "on"})
    accepted = mine.acceptances.get()
    assert (accepted.text, accepted.through, accepted.actor) == (new, AcceptedThrough.OWN_PAGE, "")
    assert b"Please read and accept" not in client.get(reverse("own_page")).content


def test_export_holds_everything_and_is_audited(cast: Cast, mine: Volunteer) -> None:
    add_note(volunteer=mine, body="Likes <b>mornings</b>", by=cast.ada, at=timezone.now())
    HoursEntry.objects.create(volunteer=mine, day=timezone.localdate(), minutes=90, what="stall")
    response = signed_in(cast.cleo).post(at("own_export", mine))
    folder = ZipFile(BytesIO(response.content))
    told: dict[str, Any] = json.loads(folder.read("data.json"))
    assert told["person"]["name"] == "Cleo Example"
    assert told["addresses"][0]["as_typed"] == "cleo@example.org"
    assert told["notes"][0]["body"] == "Likes <b>mornings</b>"
    assert told["hours"][0]["minutes"] == 90
    assert told["volunteer"]["languages"] == ["fr"]
    assert set(told) >= {"consents", "steps", "agreements", "shifts", "trainings", "certificates", "figures"}
    page = folder.read("my-data.html").decode()
    assert "Likes &lt;b&gt;mornings&lt;/b&gt;" in page
    assert "<script" not in page
    assert AuditEntry.objects.get(action="volunteers.volunteer.own_data_exported").actor == f"user:{cast.cleo.pk}"


def test_team_board_shows_only_who_agreed_and_only_to_each_other(cast: Cast, mine: Volunteer) -> None:
    team = make_team(mine.campaign)
    for name, shows in (("Shy Person", False), ("Open Person", True)):
        row = make_volunteer(mine.campaign, name, team=team, shows_on_leaderboard=shows)
        HoursEntry.objects.create(volunteer=row, day=timezone.localdate(), minutes=60)
    Volunteer.objects.filter(pk=mine.pk).update(team=team)
    client = signed_in(cast.cleo)
    assert b"Open Person" not in client.get(reverse("own_page")).content
    Volunteer.objects.filter(pk=mine.pk).update(shows_on_leaderboard=True)
    shown = client.get(reverse("own_page")).content
    assert b"Open Person" in shown
    assert b"Shy Person" not in shown


def test_login_that_is_gone_leaves_the_volunteer(cast: Cast, mine: Volunteer) -> None:
    User.objects.filter(pk=cast.cleo.pk).delete()
    mine.refresh_from_db()
    assert mine.user is None


def test_calendar_address_is_shown_and_given_anew(cast: Cast, mine: Volunteer) -> None:
    client, old = signed_in(cast.cleo), mine.calendar_key
    assert f"/volunteers/calendar/{old}.ics" in client.get(reverse("own_page")).content.decode()
    assert client.post(at("own_calendar", mine)).status_code == 302
    shown = client.get(reverse("own_page")).content.decode()
    mine.refresh_from_db()
    assert mine.calendar_key != old
    assert old not in shown
    assert mine.calendar_key in shown


def test_certificates_are_linked_to_their_paper_until_revoked(cast: Cast, mine: Volunteer) -> None:
    training = Curriculum.objects.create(
        campaign=mine.campaign, organisation=mine.organisation, key="doors", title="Doors", sessions_required=1
    )
    certificate = Certificate.objects.create(
        code="AAAA2222BBBB", curriculum=training, volunteer=mine, issued_date=timezone.localdate()
    )
    link, client = reverse("download_certificate", args=[certificate.public_id]), signed_in(cast.cleo)
    assert link in client.get(reverse("own_page")).content.decode()
    Certificate.objects.update(revoked_at=timezone.now(), revoked_reason="a slip")
    assert link not in client.get(reverse("own_page")).content.decode()
