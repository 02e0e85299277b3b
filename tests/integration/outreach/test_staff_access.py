"""Who may open which screen of the field work, and whose rows are on it."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from outreach.actions.paper import issue_batch
from outreach.actions.revocations import Session, revoke_session
from outreach.models import Area, CanvassingEffort
from tests.factories.fieldwork import make_contact, make_effort, make_script, make_volunteer
from tests.factories.initiatives import make_initiative
from tests.factories.staff import World, browse, make_user

LISTS = [
    "staff_efforts:index", "staff_efforts:add", "staff_areas:index", "staff_areas:add", "staff_scripts:index",
    "staff_scripts:add", "staff_barriers:index", "staff_barriers:add", "staff_revocations:index",
    "staff_revocations:sessions", "staff_paper:index", "staff_paper:add", "staff_paper:due", "outreach_figures",
]  # fmt: skip
# What each role may open of the lists above, beside what it is refused.
OPEN = {
    "coordinator": set(LISTS),
    "organiser": set(LISTS) - {"staff_barriers:add"},
    "manager": set(LISTS) - {"staff_barriers:add"},
    "analyst": {"staff_efforts:index", "staff_barriers:index", "outreach_figures"},
    "dpo": {
        "staff_efforts:index", "staff_areas:index", "staff_scripts:index", "staff_revocations:index",
        "staff_paper:index", "staff_paper:due", "outreach_figures",
    },
}  # fmt: skip


def person(world: World, role: str) -> User:
    if role == "organiser":
        return make_user(f"{world.name}-eva", Role.ORGANISER, world.lead)
    user: User = getattr(world, role)
    return user


@pytest.mark.parametrize("role", OPEN)
def test_each_role_opens_its_screens_and_is_refused_the_others(ours: World, role: str) -> None:
    client = browse(person(ours, role))
    answers = {name: client.get(reverse(name)).status_code for name in LISTS}
    assert {name for name, status in answers.items() if status == 200} == OPEN[role]
    assert {status for name, status in answers.items() if name not in OPEN[role]} <= {403}


def rows(world: World) -> dict[str, Any]:
    """One row of every kind, of the leading organisation."""
    effort = make_effort(world)
    cleo = make_volunteer(world)
    initiative = make_initiative(
        f"ECI(2024)0000{'07' if world.name == 'ours' else '08'}",
    )
    type(initiative).objects.filter(pk=initiative.pk).update(campaign=world.campaign)
    initiative.refresh_from_db()
    now = timezone.now()
    session = uuid.uuid4()
    make_contact(effort, cleo.user, session_id=session)
    key = Session(effort.pk, cleo.user_id, world.lead.pk, session)
    return {
        "effort": effort,
        "area": Area.objects.create(effort=effort, name="North"),
        "script": make_script(world),
        "session": key,
        "revocation": revoke_session(session=key, reason="tests", by=world.coordinator, at=now),
        "batch": issue_batch(initiative=initiative, holder=cleo, nationality="FR", sheets=5,
                             due_back=now.date(), by="tests", at=now),
    }  # fmt: skip


def addresses(made: dict[str, Any]) -> list[str]:
    session = made["session"]
    return [
        reverse("staff_efforts:edit", args=[made["effort"].pk]),
        reverse("staff_efforts:delete", args=[made["effort"].pk]),
        reverse("staff_efforts:history", args=[made["effort"].pk]),
        reverse("staff_areas:edit", args=[made["area"].pk]),
        reverse("staff_areas:assign", args=[made["area"].pk]),
        reverse("staff_areas:map", args=[made["effort"].pk]),
        reverse("staff_scripts:edit", args=[made["script"].pk]),
        reverse("staff_scripts:questions", args=[made["script"].pk]),
        reverse("staff_revocations:undo", args=[made["revocation"].pk]),
        reverse("staff_revocations:revoke", args=[
            session.effort_id, session.mobiliser_id, session.organisation_id, session.session_id]),
        reverse("staff_paper:batch", args=[made["batch"].pk]),
        reverse("staff_paper:cover", args=[made["batch"].pk]),
    ]  # fmt: skip


def test_rows_of_another_coalition_and_of_the_lead_are_nobody_elses(ours: World, theirs: World) -> None:
    made = rows(theirs)
    urls = addresses(made)
    for user in (ours.coordinator, ours.manager, theirs.manager):
        client = browse(user)
        assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 404), user
        assert {client.post(url).status_code for url in urls} <= {404, 405}  # the map is only read
    client = browse(theirs.coordinator)
    assert {client.get(url).status_code for url in urls} == {200}


def test_data_protection_officer_reads_and_changes_nothing(ours: World) -> None:
    made = rows(ours)
    client = browse(ours.dpo)
    for name, key in (
        ("staff_areas:assign", "area"),
        ("staff_scripts:questions", "script"),
        ("staff_paper:batch", "batch"),
    ):
        url = reverse(name, args=[made[key].pk])
        assert (client.get(url).status_code, client.post(url).status_code) == (200, 403)
    assert client.get(reverse("staff_efforts:edit", args=[made["effort"].pk])).status_code == 403


def test_partner_sees_its_own_rows_only(ours: World) -> None:
    make_effort(ours, "The lead's market")
    make_effort(ours, "The partner's doors", ours.partner)
    page = browse(ours.manager).get(reverse("staff_efforts:index")).content.decode()
    assert "The partner&#x27;s doors" in page
    assert "The lead&#x27;s market" not in page


def test_partner_makes_no_effort_for_another_organisation(ours: World) -> None:
    form = {"title": "x", "campaign": ours.campaign.pk, "organisation": ours.lead.pk, "kind": "stall",
            "outcomes_0": "informed"}  # fmt: skip
    client = browse(ours.manager)
    answer = client.post(reverse("staff_efforts:add"), form)
    assert list(answer.context["form"].errors) == ["organisation"]
    answer = client.post(reverse("staff_efforts:add"), {**form, "organisation": ours.partner.pk})
    assert answer.status_code == 302
    assert CanvassingEffort.objects.get().organisation == ours.partner


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("staff_efforts:index", lambda world, number: make_effort(world, f"Effort {number}")),
        ("staff_scripts:index", lambda world, number: make_script(world, f"Script {number}")),
        ("staff_areas:index", lambda world, number: Area.objects.create(
            effort=CanvassingEffort.objects.first() or make_effort(world), name=f"Area {number}")),
        ("staff_revocations:sessions", lambda world, number: make_contact(
            CanvassingEffort.objects.first() or make_effort(world), make_volunteer(world, f"M{number}").user)),
    ],
)  # fmt: skip
def test_lists_cost_the_same_with_one_row_and_with_three(
    ours: World, name: str, make: Callable[[World, int], Any], django_assert_num_queries: Any
) -> None:
    client: Client = browse(ours.coordinator)
    make(ours, 0)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as with_one:
        assert client.get(reverse(name)).status_code == 200
    make(ours, 1)
    make(ours, 2)
    with django_assert_num_queries(len(with_one)):
        client.get(reverse(name))
