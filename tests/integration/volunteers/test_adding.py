"""The form for a volunteer who is added by hand: who may use it, what it refuses, what it writes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import signed_in
from tests.factories.staff import World
from tests.factories.volunteers import make_agreement, make_team, make_volunteer
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


def send(client: Client, ours: World, **told: Any) -> Any:
    answers = {
        "full_name": "Elif Example",
        "email": "elif@example.org",
        "locale": "fr",
        "campaign": ours.campaign.pk,
        "organisation": ours.lead.pk,
        **told,
    }
    return client.post(reverse("staff_volunteers:add_by_hand"), answers)


def test_coordinator_adds_somebody_with_a_paper_and_sees_them(ours: World) -> None:
    text, team, client = make_agreement(ours.lead), make_team(ours.campaign), signed_in(ours.coordinator)
    page = client.get(reverse("staff_volunteers:add_by_hand")).content.decode()
    assert "code of conduct, English, version 1" in page
    day = timezone.localdate() - timedelta(days=2)
    response = send(client, ours, team=team.pk, signed=[text.pk], signed_day=day.isoformat(), speaks=["fr", "tr"])
    volunteer = Volunteer.objects.get()
    assert response["Location"] == reverse("staff_volunteers:inspect", args=[volunteer.pk])
    assert volunteer.acceptances.get().at.date() == day
    again = send(client, ours)
    assert again["Location"] == response["Location"]
    assert Volunteer.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"email": "no address"}, "valid email address"),
        ({"phone": "12"}, "cannot be read"),
        ({"full_name": ""}, "required"),
    ],
)
def test_slips_are_said_and_nothing_is_kept(ours: World, told: dict[str, str], words: str) -> None:
    response = send(signed_in(ours.coordinator), ours, **told)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Volunteer.objects.exists()


def test_paper_needs_its_day_and_no_day_to_come(ours: World) -> None:
    text, client = make_agreement(ours.lead), signed_in(ours.coordinator)
    assert "When was the paper signed?" in send(client, ours, signed=[text.pk]).content.decode()
    later = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "not come yet" in send(client, ours, signed=[text.pk], signed_day=later).content.decode()
    assert not Volunteer.objects.exists()


def test_manager_adds_for_the_own_organisation_only(ours: World, theirs: World) -> None:
    client = signed_in(ours.manager)
    assert send(client, ours).status_code == 422
    assert send(client, ours, organisation=theirs.lead.pk).status_code == 422
    assert send(client, theirs, organisation=ours.partner.pk).status_code == 422
    assert send(client, ours, organisation=ours.partner.pk).status_code == 302
    assert Volunteer.objects.get().organisation == ours.partner


def test_manager_who_types_a_strangers_address_is_sent_to_the_form(ours: World) -> None:
    make_volunteer(ours.campaign, "Elif Elsewhere", organisation=ours.lead, email="elif@example.org")
    answer = send(signed_in(ours.manager), ours, organisation=ours.partner.pk, email="elif@example.org")
    assert answer.status_code == 422
    assert "Send them the link" in answer.content.decode()
    assert "Elsewhere" not in answer.content.decode()


def test_roles_without_the_right_are_refused(ours: World) -> None:
    for user in (ours.analyst, ours.dpo):
        client = signed_in(user)
        assert client.get(reverse("staff_volunteers:add_by_hand")).status_code == 403
        assert send(client, ours).status_code == 403
    assert not Volunteer.objects.exists()
