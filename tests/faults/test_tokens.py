"""Every signed link and secret address: cut, mistyped, carried to another door, used again, or outliving its row."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.views.confirming import SHARE
from cms.views.volunteering import WELCOME
from outreach.actions.follow_up import follow_up_token
from outreach.models import OutreachContact
from people.enums import Channel
from people.models import Submission
from people.tokens import CONFIRM, SENT, sign_uuid
from tests.factories.outreach import Stall
from tests.factories.staff import World
from tests.factories.trainings import make_curriculum, make_place, make_session, make_shift, make_volunteer
from tests.factories.volunteers import hand_in_application
from volunteers.actions.covers import ask_for_cover
from volunteers.actions.shifts import assign_volunteer
from volunteers.enums import TrainingPresence
from volunteers.models import Certificate, Volunteer
from volunteers.tokens import sign_cover, sign_place

pytestmark = pytest.mark.django_db

# The doors a key opens; every other door is closed to it.
DOORS = ["confirm", "disown", "check_inbox", "share", "withdraw", "volunteer_welcome", "outreach_follow_up",
         "volunteer_answer", "volunteer_cover", "volunteer_calendar", "find_certificate"]  # fmt: skip
OPENS = {
    "confirm": {"confirm", "disown"},
    "sent": {"check_inbox"},
    "share": {"share", "withdraw"},
    "welcome": {"volunteer_welcome"},
    "follow-up by e-mail": {"outreach_follow_up"},
    "follow-up by SMS": {"outreach_follow_up"},
    "shift": {"volunteer_answer"},
    "training": {"volunteer_answer"},
    "cover": {"volunteer_cover"},
    "calendar": {"volunteer_calendar"},
    "certificate": {"find_certificate"},
    "certificate's paper": {"download_certificate"},
}
PRESSES = [{}, {"answer": "yes"}, {"answer": "stop"}, {"answer": "coming"}, {"answer": "not_coming"}]
_STATE = ("people", "campaigns", "volunteers", "outreach", "messaging")


@pytest.fixture
def keys(stall: Stall) -> dict[str, str]:
    """One key of each kind, all alive."""
    world, volunteer = stall.world, make_volunteer(stall.world, "Nora Smit")
    identity = stall.meet(email="nora@example.org")
    assigned = assign_volunteer(
        shift=make_shift(world, timezone.now() + timedelta(days=9)), volunteer=volunteer, by="tests",
        at=timezone.now(),
    )  # fmt: skip
    asked = assign_volunteer(
        shift=make_shift(world, timezone.now() + timedelta(days=11)), volunteer=make_volunteer(world, "Olga Berg"),
        by="tests", at=timezone.now(),
    )  # fmt: skip
    cover = ask_for_cover(assignment=asked, note="", takes_exchange=False, by="tests", at=timezone.now())
    session = make_session(make_curriculum(world), timezone.now() + timedelta(days=19))
    certificate = Certificate.objects.create(
        code="ABCDEFGHJKMN", curriculum=session.curriculum, volunteer=volunteer, issued_date="2026-03-01"
    )
    waiting = hand_in_application(world.campaign)
    return {
        "confirm": sign_uuid(waiting.public_id, CONFIRM),
        "sent": sign_uuid(waiting.public_id, SENT),
        "share": sign_uuid(world.sign().public_id, SHARE),
        "welcome": sign_uuid(volunteer.public_id, WELCOME),
        "follow-up by e-mail": follow_up_token(identity, Channel.EMAIL),
        "follow-up by SMS": follow_up_token(identity, Channel.SMS),
        "shift": sign_place(assigned),
        "training": sign_place(make_place(session, volunteer, TrainingPresence.INVITED)),
        "cover": sign_cover(cover, volunteer),
        "calendar": volunteer.calendar_key,
        "certificate": certificate.code,
        "certificate's paper": str(certificate.public_id),
    }


def address(door: str, key: str) -> str:
    if door == "find_certificate":
        return f"{reverse(door)}{key}"
    return reverse(door, args=[key])


def state() -> dict[str, list[Any]]:
    models = [model for label in _STATE for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}  # type: ignore[attr-defined]


def knock(door: str, key: str) -> set[int]:
    """Open and press, every way a page of ours can; return what was answered."""
    client = Client()
    place = address(door, key)
    return {client.get(place).status_code, *(client.post(place, press).status_code for press in PRESSES)}


def test_each_key_opens_its_own_doors(keys: dict[str, str]) -> None:
    for kind, key in keys.items():
        for door in OPENS[kind]:
            place = reverse(door, args=[uuid.UUID(key)]) if door == "download_certificate" else address(door, key)
            assert Client().get(place).status_code == 200, (kind, door)


def test_no_key_opens_a_door_of_another_kind(keys: dict[str, str]) -> None:
    before = state()
    for kind, key in keys.items():
        for door in set(DOORS) - OPENS[kind]:
            assert knock(door, key) <= {404, 405, 410}, (kind, door)
    assert state() == before


MISTAKES: dict[str, Callable[[str], str]] = {
    "cut": lambda key: key[:-1],
    "cut in half": lambda key: key[: len(key) // 2],
    "without its first sign": lambda key: key[1:],
    "with one more": lambda key: f"{key}A",
    "with a padding": lambda key: f"{key}=",
    "with a point": lambda key: f"{key}.",
    "without its signature": lambda key: key.split(".")[0] + "." if "." in key else f"{key}x",
    "with NUL": lambda key: f"{key}\0",
    "with a space": lambda key: f"{key} ",
    "with a line": lambda key: f"{key}\n",
    "with another letter": lambda key: ("t" if key[0] == "s" else "s") + key[1:],
    "of another case": lambda key: key.swapcase(),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistyped_key_opens_nothing_and_changes_nothing(keys: dict[str, str], mistake: str) -> None:
    before = state()
    for kind, key in keys.items():
        wrong = MISTAKES[mistake](key)
        for door in OPENS[kind] - {"download_certificate", "find_certificate"}:  # uuid by its route; codes forgive case
            assert wrong == key or knock(door, wrong) <= {404, 405, 410}, (kind, door)
    assert state() == before


def test_keys_of_rows_that_are_gone_open_nothing(keys: dict[str, str]) -> None:
    Submission.objects.all().delete()
    OutreachContact.objects.all().delete()
    signed = apps.get_model("campaigns", "Signature").objects
    signed.all().delete()
    Volunteer.objects.all().delete()
    for kind, key in keys.items():
        for door in OPENS[kind]:
            if door == "download_certificate":
                assert Client().get(reverse(door, args=[uuid.UUID(key)])).status_code == 404
            else:
                assert knock(door, key) <= {404, 405, 410} | ({200} if door == "check_inbox" else set()), (kind, door)


def test_keys_used_again_change_nothing_more(keys: dict[str, str], ours: World) -> None:
    presses = [("confirm", "confirm", {}), ("withdraw", "share", {}), ("outreach_follow_up", "follow-up by e-mail",
               {"answer": "yes"}), ("volunteer_answer", "shift", {"answer": "not_coming"}),
               ("volunteer_answer", "training", {"answer": "coming"}),
               ("volunteer_cover", "cover", {})]  # fmt: skip
    for door, kind, press in presses:
        assert Client().post(address(door, keys[kind]), press).status_code in (200, 302, 303), door
        after = state()
        assert Client().post(address(door, keys[kind]), press).status_code in (200, 302, 303, 409), door
        assert state() == after, door
    assert Client().post(address("disown", keys["confirm"])).status_code == 409
