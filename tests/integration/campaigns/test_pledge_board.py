"""The pledge board: who sees whom on it, what its filters leave, one step for many, and its export."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from campaigns.models import Pledge, PledgeKind
from campaigns.pledge_enums import Standing, ToldBy
from core.models import AuditEntry
from people.enums import Channel, ConsentState, Purpose
from people.models import ConsentEvent, Supporter
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World, browse, make_user

BOARD = reverse("staff_pledges:index")


@pytest.fixture
def kind(ours: World) -> PledgeKind:
    return make_kind(ours.campaign, due_date=timezone.localdate() + timedelta(days=10))


@pytest.fixture
def nina(kind: PledgeKind) -> Pledge:
    return promised(kind, "Nina Example")


def promised(kind: PledgeKind, name: str, **told: Any) -> Pledge:
    number = Supporter.objects.count()
    at = told.pop("at", timezone.now())
    return make_pledge(kind, f"person{number}@{kind.campaign.slug}.example", at=at, full_name=name, **told)


def consent(pledge: Pledge, organisation: Any, purpose: Purpose = Purpose.REMINDER) -> None:
    ConsentEvent.objects.create(
        contact_point=pledge.supporter.contact_points.get(channel=Channel.EMAIL),
        state=ConsentState.GRANTED, purpose=purpose, channel=Channel.EMAIL, organisation=organisation,
        scope=pledge.campaign.slug, source="tests", at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip


def board(user: Any, **filters: Any) -> str:
    answer = browse(user).get(BOARD, filters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def names(user: Any, **filters: Any) -> set[str]:
    content = board(user, **filters)
    return {person.full_name for person in Supporter.objects.exclude(full_name="") if person.full_name in content}


@pytest.mark.usefixtures("territories")
def test_coordinator_sees_name_place_step_and_days_left(ours: World, kind: PledgeKind) -> None:
    consent(promised(kind, "Nina Example", commune="NIS 21009", locale="fr"), ours.lead)
    content = board(ours.coordinator)
    for words in ("Nina Example", "Ixelles", "Français", "informed", "10 days", "e-mail"):
        assert words in content, words
    entry = AuditEntry.objects.get(action="campaigns.pledge.listed")
    assert (entry.details["count"], entry.actor) == (1, f"user:{ours.coordinator.pk}")


@pytest.mark.usefixtures("territories")
def test_partner_sees_own_pledges_only_with_its_own_consent(ours: World, kind: PledgeKind) -> None:
    silent = promised(kind, "Silent Sofia", source=ours.source.code, commune="NIS 21009", locale="ar")
    consent(silent, ours.lead)
    willing = promised(kind, "Willing Wim", source=ours.source.code)
    consent(willing, ours.partner, Purpose.PARTNER_NEWS)
    leads = promised(kind, "Leads Lena")
    consent(leads, ours.partner, Purpose.PARTNER_NEWS)
    assert set(Pledge.objects.visible_to(ours.manager)) == {willing}
    content = board(ours.manager)
    assert "Willing Wim" in content
    assert not [words for words in ("Silent Sofia", "Leads Lena", "Ixelles", "NIS 21009") if words in content]
    assert "Write down for those ticked" not in content
    for other in (silent, leads):
        assert browse(ours.manager).get(reverse("staff_pledges:show", args=[other.pk])).status_code == 404


def test_partner_sees_no_pledge_once_its_consent_is_taken_back(ours: World, kind: PledgeKind) -> None:
    pledge = promised(kind, "Willing Wim", source=ours.source.code)
    consent(pledge, ours.partner, Purpose.PARTNER_NEWS)
    event = ConsentEvent.objects.get(purpose=Purpose.PARTNER_NEWS)
    event.pk, event.state, event.at = None, ConsentState.WITHDRAWN, timezone.now()
    event.save()
    assert not Pledge.objects.visible_to(ours.manager).exists()


@pytest.mark.parametrize(("who", "said"), [("manager", "fewer than 10 people"), ("coordinator", "2 people")])
def test_matrix_tells_partners_whole_tens(ours: World, kind: PledgeKind, who: str, said: str) -> None:
    for name in ("One", "Two"):
        consent(promised(kind, name, source=ours.source.code), ours.partner, Purpose.PARTNER_NEWS)
    content = board(getattr(ours, who))
    assert f"{said} still have something to do" in content
    cells = content.partition("<tbody>")[2].partition("</tbody>")[0]
    assert ("fewer than 10" in cells) is (who == "manager")
    assert (">2<" in cells) is (who == "coordinator")


def test_others_see_nothing_and_analyst_is_refused(ours: World, theirs: World, nina: Pledge) -> None:
    assert "Nina Example" not in board(theirs.coordinator)
    assert browse(ours.analyst).get(BOARD).status_code == 403
    assert "Nobody has anything left to do" in board(theirs.coordinator)


def test_filters_leave_those_they_name(ours: World, kind: PledgeKind, clock: Any) -> None:
    at = timezone.now()
    promised(kind, "Nina", commune="NIS 21009", locale="fr", at=at - timedelta(days=9))
    omar = promised(kind, "Omar", commune="NIS 21015", locale="ar", source=ours.source.code)
    Pledge.objects.filter(pk=omar.pk).update(step="sent", standing=Standing.ACTED)
    zoe = promised(kind, "Zoe", locale="ar")
    other = make_kind(ours.campaign, "apply-for-citizenship")
    promised(other, "Citizen", at=at)
    PledgeKind.objects.filter(pk=kind.pk).update(due_date=timezone.localdate() + timedelta(days=10))
    ada = ours.coordinator
    assert names(ada) == {"Nina", "Zoe", "Citizen"}
    assert names(ada, standing="all") == {"Nina", "Zoe", "Omar", "Citizen"}
    assert names(ada, standing="acted") == {"Omar"}
    assert names(ada, step=f"{kind.pk}:sent") == {"Omar"}
    assert names(ada, territory_code="NIS 21009") == {"Nina"}
    assert names(ada, territory_code="none", kind=kind.pk) == {"Zoe"}
    assert names(ada, locale="ar") == {"Zoe"}
    assert names(ada, quiet=7) == {"Nina"}
    assert names(ada, due=10) == {"Nina", "Zoe"}
    assert names(ada, due=9) == set()
    assert names(ada, partnership=ours.partnership.pk, standing="all") == {"Omar"}
    assert names(ada, source=ours.source.code, standing="all") == {"Omar"}
    assert names(ada, q="zoe") == {"Zoe"}
    assert zoe.standing == Standing.OPEN


def test_search_finds_nobody_the_viewer_may_not_read(ours: World, kind: PledgeKind) -> None:
    promised(kind, "Silent Sofia", commune="NIS 21009")
    orla = make_user("Orla", Role.ORGANISER, ours.lead)
    assert "name hidden from you" in board(orla)
    assert "name hidden from you" not in board(orla, q="sofia")


def test_matrix_counts_those_with_something_to_do_and_links_to_them(ours: World, kind: PledgeKind) -> None:
    promised(kind, "Nina", commune="NIS 21009", locale="fr")
    promised(kind, "Omar", commune="NIS 21009", locale="ar")
    done = promised(kind, "Zoe", commune="NIS 21009", locale="ar")
    Pledge.objects.filter(pk=done.pk).update(step="sent", standing=Standing.ACTED)
    content = board(ours.coordinator, kind=kind.pk)
    assert "2 people still have something to do" in content
    assert f"?kind={kind.pk}&amp;territory_code=NIS%2021009&amp;locale=ar" in content.replace("&amp;amp;", "&amp;")


@pytest.mark.usefixtures("territories")
@pytest.mark.parametrize("who", ["coordinator", "manager", "dpo"])
def test_board_asks_as_much_for_three_rows_as_for_one(ours: World, kind: PledgeKind, who: str) -> None:
    def add(name: str) -> None:
        pledge = promised(kind, name, commune="NIS 21009", source=ours.source.code)
        consent(pledge, ours.lead)
        consent(pledge, ours.partner, Purpose.PARTNER_NEWS)

    client = browse(getattr(ours, who))
    add("One")
    client.get(BOARD)
    with CaptureQueriesContext(connection) as one:
        client.get(BOARD)
    add("Two")
    add("Three")
    with CaptureQueriesContext(connection) as three:
        client.get(BOARD)
    assert len(three) == len(one)
    assert len(three) < 60


def mark(user: Any, pledges: list[Pledge], kind: PledgeKind, step: str = "form_given") -> Any:
    told = {"pledge": [each.pk for each in pledges], "step": f"{kind.pk}:{step}", "filters": "?locale=en"}
    return browse(user).post(reverse("staff_pledges:mark"), told, follow=True)


def test_step_is_written_down_for_everybody_ticked(ours: World, kind: PledgeKind, nina: Pledge) -> None:
    omar, done = promised(kind, "Omar"), promised(kind, "Zoe")
    Pledge.objects.filter(pk=done.pk).update(step="sent", standing=Standing.ACTED)
    other = promised(make_kind(ours.campaign, "apply-for-citizenship"), "Citizen")
    answer = mark(ours.coordinator, [nina, omar, done, other], kind)
    assert answer.request["QUERY_STRING"] == "locale=en"
    content = answer.content.decode()
    assert "Written down for 2 people. 1 person had got that far already. 1 person was left out" in content
    steps = dict(Pledge.objects.values_list("supporter__full_name", "step"))
    assert steps == {"Nina Example": "form_given", "Omar": "form_given", "Zoe": "sent", "Citizen": "informed"}
    move = nina.moves.last()
    assert (move.told_by, move.by) == (ToldBy.STAFF, ours.coordinator)
    again = mark(ours.coordinator, [nina, omar], kind).content.decode()
    assert "2 people had got that far already" in again
    assert nina.moves.count() == 2


def test_marking_moves_nobody_of_others(ours: World, theirs: World, kind: PledgeKind, nina: Pledge) -> None:
    foreign = make_kind(theirs.campaign)
    assert mark(theirs.coordinator, [nina], kind).status_code == 404
    assert "1 person was left out" in mark(theirs.coordinator, [nina], foreign).content.decode()
    assert mark(ours.manager, [nina], kind).status_code == 403
    assert mark(ours.dpo, [nina], kind).status_code == 403
    nina.refresh_from_db()
    assert nina.step == "informed"


def test_marking_nobody_says_so(ours: World, kind: PledgeKind) -> None:
    assert "Tick somebody first" in mark(ours.coordinator, [], kind).content.decode()


def export(user: Any, **filters: Any) -> list[dict[str, str]]:
    answer: Any = browse(user).get(reverse("staff_pledges:export"), filters)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_export_holds_the_boards_rows_and_addresses_by_consent(ours: World, theirs: World, kind: PledgeKind) -> None:
    consent(promised(kind, "Nina", commune="NIS 21009"), ours.lead)
    promised(kind, "Omar", locale="ar")
    promised(make_kind(theirs.campaign), "Dan")
    nina, omar = export(ours.coordinator)
    assert nina["name"] == "Nina"
    assert nina["email"].endswith("@ours.example")
    assert (omar["name"], omar["email"], omar["phone"]) == ("", "", "")
    assert (nina["place"], nina["step"], omar["language"]) == ("NIS 21009", "informed", "ar")
    assert [row["language"] for row in export(ours.coordinator, locale="ar")] == ["ar"]
    begun = AuditEntry.objects.filter(action="campaigns.pledge.export_begun").order_by("pk").last()
    done = AuditEntry.objects.filter(action="campaigns.pledge.exported").order_by("pk").last()
    assert begun is not None
    assert done is not None
    assert (begun.details, done.details) == ({"filters": ["locale"]}, {"rows": 1, "is_complete": True})


@pytest.mark.parametrize("who", ["manager", "dpo", "analyst"])
def test_export_is_for_coordinators_alone(ours: World, nina: Pledge, who: str) -> None:
    assert browse(getattr(ours, who)).get(reverse("staff_pledges:export")).status_code == 403


def test_organiser_writes_down_but_reads_no_names(ours: World, kind: PledgeKind, nina: Pledge) -> None:
    organiser = make_user("Orla", Role.ORGANISER, ours.lead)
    assert "Nina Example" not in board(organiser)
    assert "Written down for 1 person" in mark(organiser, [nina], kind).content.decode()
    assert browse(organiser).get(reverse("staff_pledges:export")).status_code == 403


def test_section_of_the_supporter_shows_their_pledges(ours: World, nina: Pledge) -> None:
    content = (
        browse(ours.coordinator).get(reverse("staff_supporters:inspect", args=[nina.supporter_id])).content.decode()
    )
    assert reverse("staff_pledges:show", args=[nina.pk]) in content
