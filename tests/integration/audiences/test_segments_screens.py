"""The screens of segments, through the client."""

import csv
import re
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from audiences.actions.segments import create_segment
from audiences.models import Segment
from audiences.viewsets.segments import shown_count
from core.models import AuditEntry
from tests.factories.staff import World, browse, make_user

LIST = "staff_segments:index"
AS_OF = r"as of \d\d:\d\d<"


def make(world: World, name: str = "All", rule: Any = None, organisation: Any = None) -> Segment:
    return create_segment(
        organisation=organisation or world.lead, campaign=world.campaign, name=name, rule=rule or {"all": []},
        by="tests", at=timezone.now(),
    )  # fmt: skip


def form(world: World, organisation: Any = None, **told: str) -> dict[str, Any]:
    """Return the form of a new segment of who signed the world's petition."""
    return {
        "name": "Signers",
        "organisation": str((organisation or world.lead).pk),
        "campaign": str(world.campaign.pk),
        "kind-n0": "all",
        "node": ["n1"],
        "in-n1": "n0",
        "is-n1": "signed",
        "v-n1-petitions": str(world.petition.pk),
        **told,
    }


def send(client: Client, name: str, told: dict[str, Any], *args: int, htmx: bool = False) -> Any:
    headers: Any = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse(f"staff_segments:{name}", args=args), told, headers=headers)


def page_of(response: Any) -> str:
    return str(response.content.decode())


def test_list_is_empty_with_a_word_on_what_to_do(ours: World) -> None:
    assert "No segment yet" in page_of(browse(ours.coordinator).get(reverse(LIST)))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_with_one_row_and_three(ours: World, rows: int, django_assert_max_num_queries: Any) -> None:
    for number in range(rows):
        make(ours, f"Segment {number}")
    client = browse(ours.coordinator)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(16):
        client.get(reverse(LIST))


def test_new_segment_is_saved_counted_and_said(ours: World) -> None:
    ours.sign("Nina")
    client = browse(ours.coordinator)
    assert "choose what is asked" in page_of(client.get(reverse("staff_segments:add")))
    response = send(client, "add", form(ours))
    segment = Segment.objects.get()
    assert response["Location"] == reverse("staff_segments:inspect", args=[segment.pk])
    assert segment.rule == {"all": [{"is": "signed", "petitions": [ours.petition.pk]}]}
    assert segment.member_count == 1
    assert "Everybody who signed ours petition." in page_of(client.get(response["Location"]))


def test_editing_shows_the_saved_rule_and_changes_it(ours: World) -> None:
    segment = make(ours, "Mine", {"any": [{"is": "signed", "since": "2026-03-02"}, {"not": {"is": "volunteers"}}]})
    client = browse(ours.coordinator)
    page = page_of(client.get(reverse("staff_segments:edit", args=[segment.pk])))
    assert 'value="2026-03-02"' in page
    send(client, "edit", form(ours, name="Renamed"), segment.pk)
    segment.refresh_from_db()
    assert (segment.name, segment.rule["all"][0]["is"]) == ("Renamed", "signed")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"is-n1": ""}, "Choose what is asked"),
        ({"v-n1-petitions": "999999"}, "999999 is not one of the available choices"),
        ({"v-n1-since": "2026-03-02", "v-n1-until": "2026-03-01"}, "The last day lies before the first."),
        ({"kind-n1": "any"}, "This group is empty"),
        ({"is-n1": "segment", "v-n1-segment": "77"}, "77 is not one of the available choices"),
    ],
)
def test_unfinished_rule_is_said_beside_its_row_and_nothing_saved(ours: World, told: dict[str, str], said: str) -> None:
    response = send(browse(ours.coordinator), "add", form(ours, **told))
    assert response.status_code == 422
    assert said in page_of(response)
    assert not Segment.objects.exists()


def test_name_taken_and_circle_are_said(ours: World) -> None:
    first = make(ours, "First")
    second = make(ours, "Second", {"is": "segment", "segment": first.pk})
    client = browse(ours.coordinator)
    assert "of this name already" in page_of(send(client, "add", form(ours, name="First")))
    told = form(ours, name="First", **{"is-n1": "segment", "v-n1-segment": str(second.pk)})
    assert "First → Second → First" in page_of(send(client, "edit", told, first.pk))


def test_steps_without_a_script_give_the_page_back(ours: World) -> None:
    client = browse(ours.coordinator)
    page = page_of(send(client, "add", form(ours, do="add:n0")))
    assert 'id="row-n2"' in page
    assert "<html" in page
    assert "1</strong>" not in page
    ours.sign("Nina")
    counted = page_of(send(client, "add", form(ours, do="count")))
    assert 'data-count="1"' in counted
    assert re.search(AS_OF, counted)
    assert not Segment.objects.exists()


def test_steps_by_htmx_give_the_rule_back_and_say_what_was_done(ours: World) -> None:
    client = browse(ours.coordinator)
    response = send(client, "add", form(ours, do="remove:n1"), htmx=True)
    page = page_of(response)
    assert "<html" not in page
    assert 'id="undo-n1" autofocus' in page
    assert "It can be put back" in page
    assert response["HX-Trigger"]
    assert 'name="v-n1-petitions" value="' in page


def test_preview_and_reach_say_how_many_and_why_not(ours: World) -> None:
    ours.consent(ours.sign("Nina"), ours.lead)
    ours.sign("Omar")
    client = browse(ours.coordinator)
    page = page_of(send(client, "preview", form(ours)))
    assert 'data-count="2"' in page
    assert "Everybody who signed ours petition." in page
    assert re.search(AS_OF, page)
    reach = page_of(send(client, "reach", form(ours)))
    assert "1 by e-mail" in reach
    assert "did not allow it" in reach


def test_preview_with_a_gap_says_so(ours: World) -> None:
    client = browse(ours.coordinator)
    assert "not finished" in page_of(send(client, "preview", form(ours, **{"is-n1": ""})))


def test_sample_shows_names_to_whoever_may_see_them_and_is_audited(ours: World, theirs: World) -> None:
    ours.sign("Nina Example")
    page = page_of(send(browse(ours.coordinator), "sample", form(ours)))
    assert "Nina Example" in page
    entry = AuditEntry.objects.get(action="audiences.segment.sampled")
    assert (entry.details["count"], entry.details["rule"]["all"][0]["is"]) == (1, "signed")
    assert entry.target == f"accounts.organisation:{ours.lead.pk}"
    segment = make(ours)
    send(browse(ours.coordinator), "sample", form(ours, segment=str(segment.pk)))
    assert AuditEntry.objects.latest("pk").target == f"audiences.segment:{segment.pk}"
    send(browse(ours.coordinator), "sample", form(ours, segment=str(make(theirs, organisation=theirs.lead).pk)))
    assert AuditEntry.objects.filter(action="audiences.segment.sampled").latest("pk").target == entry.target


def test_partner_counts_its_own_people_only(ours: World, theirs: World) -> None:
    ours.consent(ours.sign("Nina", partnership=ours.partnership), ours.partner)
    ours.sign("Omar")
    client = browse(ours.manager)
    told = form(ours, ours.partner, **{"v-n1-petitions": ""})
    assert 'data-count="1"' in page_of(send(client, "preview", told))
    asked_of_the_lead = form(ours, ours.lead, **{"v-n1-petitions": ""})
    assert 'data-count="1"' in page_of(send(client, "preview", asked_of_the_lead))
    assert send(client, "add", asked_of_the_lead).status_code == 422


@pytest.mark.parametrize("screen", ["inspect", "edit", "delete", "export", "history"])
def test_outsider_finds_no_segment_of_ours(ours: World, theirs: World, screen: str) -> None:
    segment = make(ours)
    for outsider in (theirs.coordinator, ours.manager):
        assert browse(outsider).get(reverse(f"staff_segments:{screen}", args=[segment.pk])).status_code == 404


@pytest.mark.parametrize("screen", ["duplicate", "count"])
def test_outsider_does_nothing_to_a_segment_of_ours(ours: World, theirs: World, screen: str) -> None:
    segment = make(ours)
    assert send(browse(theirs.coordinator), screen, {}, segment.pk).status_code == 404
    assert send(browse(ours.analyst), screen, {}, segment.pk).status_code == 403
    assert Segment.objects.count() == 1


def test_analyst_reads_counts_and_no_small_ones(ours: World) -> None:
    ours.sign("Nina")
    segment = make(ours)
    send(browse(ours.coordinator), "count", {}, segment.pk)
    client = browse(ours.analyst)
    page = page_of(client.get(reverse("staff_segments:inspect", args=[segment.pk])))
    assert "fewer than 10" in page
    assert "Change it" not in page
    assert "fewer than 10" in page_of(client.get(reverse(LIST)))
    for screen in ("edit", "delete", "export"):
        assert client.get(reverse(f"staff_segments:{screen}", args=[segment.pk])).status_code == 403
    for part in ("preview", "reach", "sample"):
        assert send(client, part, form(ours)).status_code == 403


def test_organiser_opens_no_segment(ours: World) -> None:
    client = browse(make_user("eva", Role.ORGANISER, ours.lead))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("staff_segments:add")).status_code == 403
    assert client.get(reverse("staff_segments:inspect", args=[make(ours).pk])).status_code == 404


def test_delete_asks_and_deletes_or_names_who_needs_it(ours: World) -> None:
    first = make(ours, "First")
    second = make(ours, "Second", {"is": "segment", "segment": first.pk})
    client = browse(ours.coordinator)
    refused = client.post(reverse("staff_segments:delete", args=[first.pk]), follow=True)
    assert "still used by “Second”" in page_of(refused)
    client.post(reverse("staff_segments:delete", args=[second.pk]))
    client.post(reverse("staff_segments:delete", args=[first.pk]))
    assert not Segment.objects.exists()


def test_duplicate_opens_the_copy(ours: World) -> None:
    segment = make(ours, "All", {"is": "signed"})
    response = send(browse(ours.coordinator), "duplicate", {}, segment.pk)
    copy = Segment.objects.exclude(pk=segment.pk).get()
    assert response["Location"] == reverse("staff_segments:edit", args=[copy.pk])


def test_export_holds_members_with_addresses_by_consent_only(ours: World) -> None:
    ours.consent(ours.sign("Nina", email="nina@ours.example"), ours.lead)
    ours.sign("=Omar", email="omar@ours.example")
    segment = make(ours)
    response = browse(ours.coordinator).get(reverse("staff_segments:export", args=[segment.pk]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {row["name"]: row["email"] for row in csv.DictReader(StringIO(text))}
    assert rows == {"Nina": "nina@ours.example", "'=Omar": ""}
    begun, ended = AuditEntry.objects.filter(action__contains="export").order_by("pk")
    assert (begun.action, ended.details["rows"]) == ("audiences.segment.export_begun", 2)


@pytest.mark.parametrize(
    ("count", "sees", "said"),
    [(None, False, "–"), (0, False, "0"), (9, False, "fewer than 10"), (9, True, "9"), (10, False, "10")],
)
def test_shown_count_hides_small_ones_from_who_may_not_see_people(count: int | None, sees: bool, said: str) -> None:
    assert shown_count(count, sees_people=sees) == said
