"""The list of addresses two people gave."""

from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEntry
from people.actions.supporters import add_phone
from people.enums import Channel, ConflictStatus
from people.models import ContactConflict, ContactPoint, Supporter
from tests.factories.people import make_contact_point
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db
INDEX = "staff_conflicts:index"
PHONE = "+32470123456"
QUERIES = 14


def claim_twice(owner: Supporter, claimant: Supporter, phone: str = PHONE) -> ContactConflict:
    make_contact_point(phone, channel=Channel.SMS, supporter=owner)
    add_phone(supporter=claimant, typed=phone)
    return ContactConflict.objects.latest("pk")


@pytest.fixture
def conflict(ours: World) -> ContactConflict:
    return claim_twice(ours.sign("Nina Smit").supporter, ours.sign("Omar Haddad").supporter)


def decide(world: World, conflict: ContactConflict, decision: str) -> Any:
    url = reverse("staff_conflicts:decide", args=[conflict.pk])
    return browse(world.coordinator).post(url, {"decision": decision})


def test_list_and_comparison_show_both_sides_and_are_audited(ours: World, conflict: ContactConflict) -> None:
    client = browse(ours.coordinator)
    listed = client.get(reverse(INDEX)).content.decode()
    for words in ("Nina Smit", "Omar Haddad", "+32…56"):
        assert words in listed
    page = client.get(reverse("staff_conflicts:decide", args=[conflict.pk])).content.decode()
    for words in ("Nina Smit", "Omar Haddad", PHONE, "The two names differ."):
        assert words in page
    for verb in ("listed", "viewed"):
        assert AuditEntry.objects.filter(action=f"people.contact_conflict.{verb}").exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_row_and_three(
    ours: World, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        claim_twice(ours.sign().supporter, ours.sign().supporter, f"+3247012345{number}")
    client = browse(ours.coordinator)
    client.get(reverse(INDEX))
    with django_assert_num_queries(QUERIES):
        assert len(client.get(reverse(INDEX)).context["object_list"]) == rows


@pytest.mark.parametrize(
    ("decision", "status", "owner"),
    [("leave", ConflictStatus.SEPARATE, "Nina Smit"), ("move", ConflictStatus.MOVED, "Omar Haddad")],
)
def test_decision_settles_it(ours: World, conflict: ContactConflict, decision: str, status: str, owner: str) -> None:
    assert decide(ours, conflict, decision).status_code == 302
    conflict.refresh_from_db()
    assert (conflict.status, conflict.decided_by) == (status, ours.coordinator)
    assert ContactPoint.objects.get(canonical=PHONE).supporter.full_name == owner
    assert decide(ours, conflict, decision).status_code == 404
    client = browse(ours.coordinator)
    assert not client.get(reverse(INDEX)).context["object_list"]
    assert list(client.get(reverse(INDEX), {"all": "1"}).context["object_list"]) == [conflict]


def test_one_person_leads_to_the_merge_with_the_other_filled_in(ours: World, conflict: ContactConflict) -> None:
    answer = decide(ours, conflict, "merge")
    page = browse(ours.coordinator).get(answer.url)
    assert f'value="{conflict.supporter_id}"' in page.content.decode()
    form = {"other": str(conflict.supporter_id), "keeps": "this", "step": "merge"}
    assert browse(ours.coordinator).post(answer.url, form).status_code == 302
    conflict.refresh_from_db()
    assert (conflict.status, conflict.decided_by) == (ConflictStatus.MERGED, ours.coordinator)


def test_who_sees_only_one_of_the_two_sees_nothing(ours: World, theirs: World) -> None:
    mine, other = ours.sign("Nina Smit").supporter, theirs.sign("Omar Haddad").supporter
    conflict = claim_twice(mine, other)
    for world in (ours, theirs):
        for user in (world.coordinator, world.dpo):
            client = browse(user)
            assert not client.get(reverse(INDEX)).context["object_list"]
            assert client.get(reverse("staff_conflicts:decide", args=[conflict.pk])).status_code == 404


def test_partner_manager_and_analyst_have_no_list(ours: World, conflict: ContactConflict) -> None:
    for user in (ours.manager, ours.analyst):
        client = browse(user)
        assert client.get(reverse(INDEX)).status_code == 403
        assert client.get(reverse("staff_conflicts:decide", args=[conflict.pk])).status_code in (403, 404)
