"""Partners in figures: each its own, the lead all of them, nobody another's."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.enums import Role
from accounts.models import Organisation, User
from campaigns.actions.pledge_tallies import count_pledges
from campaigns.actions.tallies import count_signatures
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership, Source
from campaigns.zones import local_day
from coalition.models import PartnerGoal
from core.models import AuditEntry
from core.ttl_cache import clear_ttl_caches
from dashboards.partner_counts import partner_counts
from dashboards.partner_figures import consented_count
from people.enums import ConsentState
from people.models import Supporter
from tests.factories.events import make_event, make_event_type
from tests.factories.fieldwork import make_contact, make_effort, make_volunteer
from tests.factories.pledges import make_kind, make_pledge
from tests.factories.staff import World, browse, make_user
from volunteers.enums import Stage
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    clear_ttl_caches()


def detail(partnership: Partnership) -> str:
    return reverse("dashboards_partner", args=[partnership.pk])


def league(campaign: Campaign, query: str = "") -> str:
    return reverse("dashboards_league", args=[campaign.pk]) + query


def add_partner(world: World, name: str, signatures: int = 0, country: str = "", **fields: object) -> Partnership:
    """Take a partner in and let people sign through it, today."""
    organisation = Organisation.objects.create(name=name, slug=f"{world.name}-{name}".lower(), country=country)
    partnership = Partnership.objects.create(campaign=world.campaign, organisation=organisation, **fields)
    sign(world, partnership, signatures)
    return partnership


def sign(world: World, partnership: Partnership, number: int, **fields: object) -> None:
    now = timezone.now()
    for _ in range(number):
        signature = world.sign(partnership=partnership, confirmed_at=now, **fields)
        signature.day = local_day(now, world.campaign)
        signature.save(update_fields=["day"])
    count_signatures(at=now)
    clear_ttl_caches()


def text_of(user: User, address: str) -> str:
    response = browse(user).get(address)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def add_volunteers(partnership: Partnership, number: int) -> None:
    now = timezone.now()
    for _ in range(number):
        Volunteer.objects.create(
            supporter=Supporter.objects.create(full_name="Vera"), campaign=partnership.campaign, stage=Stage.ACTIVE,
            organisation=partnership.organisation, stage_since_at=now, last_touch_at=now, calendar_key=uuid4().hex,
        )  # fmt: skip


def rows_of(user: User, address: str) -> list[dict[str, str]]:
    response = browse(user).get(address)
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.content.decode())))


def figure(user: User, partnership: Partnership, name: str) -> dict[str, str]:
    rows = rows_of(user, reverse("dashboards_partner_table", args=[partnership.pk, "figures"]))
    return next(row for row in rows if row["figure"] == name)


def test_dashboard_shows_what_the_partner_brought(ours: World) -> None:
    sign(ours, ours.partnership, 3, source=ours.source.code, territory_code="FR")
    sign(ours, ours.partnership, 1, source="~abc", territory_code="BE")
    ours.sign(confirmed_at=timezone.now())  # nobody's
    count_signatures(at=timezone.now())
    soon = timezone.now() + timedelta(days=2)
    kind = make_event_type(ours.campaign, "Stall")
    make_event(kind, "To come", starts_at=soon, organisation=ours.partner)
    make_event(kind, "Over", starts_at=timezone.now() - timedelta(days=2), organisation=ours.partner)
    make_event(kind, "The lead's", starts_at=soon)
    volunteer = make_volunteer(ours, "Vera", organisation=ours.partner)
    make_contact(make_effort(ours, "Stall", organisation=ours.partner), volunteer.user, organisation=ours.partner)
    shown = {
        name: figure(ours.manager, ours.partnership, name)["in_all"]
        for name in ("signatures", "signatures_today", "events", "events_to_come", "volunteers", "contacts")
    }
    assert shown == {
        "signatures": "4", "signatures_today": "4", "events": "1", "events_to_come": "1", "volunteers": "1",
        "contacts": "1",
    }  # fmt: skip
    table = reverse("dashboards_partner_table", args=[ours.partnership.pk, "countries"])
    assert {row["key"]: row["signatures"] for row in rows_of(ours.manager, table)} == {"FR": "3", "BE": "1"}
    table = reverse("dashboards_partner_table", args=[ours.partnership.pk, "links"])
    assert {row["key"]: row["signatures"] for row in rows_of(ours.manager, table)} == {"ours-link": "3", "": "1"}
    page = text_of(ours.manager, detail(ours.partnership))
    assert "ours leaflet" in page
    assert "Signatures and pledges as of" in page


def test_dashboard_of_nothing_says_what_to_do(ours: World) -> None:
    page = text_of(ours.manager, detail(ours.partnership))
    assert "Nothing has come through this partner yet." in page
    assert "No goal is set" in page
    assert "No signature and no pledge has been counted" in page


def test_consented_are_people_the_partner_brought_whose_consent_stands(ours: World) -> None:
    other = add_partner(ours, "Other")
    own = ours.partnership
    agreed, withdrew, elsewhere, refused = (ours.sign(partnership=one) for one in (own, own, other, own))
    for signature in (agreed, withdrew, elsewhere):
        ours.consent(signature, ours.partner)
    later = timezone.now() - timedelta(hours=1)
    ours.consent(withdrew, ours.partner, state=ConsentState.WITHDRAWN, at=later)
    ours.consent(refused, ours.lead)
    assert consented_count(ours.partnership.pk)[0] == 1
    assert consented_count(other.pk)[0] == 0


@pytest.mark.parametrize(
    ("who", "own", "their"),
    [("manager", 200, 404), ("coordinator", 200, 200), ("analyst", 200, 200), ("dpo", 200, 200)],
)
def test_roles_reach_their_own_pages(ours: World, theirs: World, who: str, own: int, their: int) -> None:
    client = browse(getattr(ours, who))
    other = add_partner(ours, "Other")
    assert client.get(detail(ours.partnership)).status_code == own
    assert client.get(detail(other)).status_code == (404 if who == "manager" else 200)
    assert client.get(league(ours.campaign)).status_code == their
    for address in (
        detail(theirs.partnership),
        reverse("dashboards_partner_table", args=[theirs.partnership.pk, "figures"]),
        reverse("dashboards_partner_chart", args=[theirs.partnership.pk, "countries"]),
        league(theirs.campaign),
        reverse("dashboards_league_table", args=[theirs.campaign.pk]),
        reverse("dashboards_league_chart", args=[theirs.campaign.pk]),
    ):
        assert client.get(address).status_code == 404, address


def test_manager_reads_no_file_of_the_league_and_no_other_partner(ours: World) -> None:
    other = add_partner(ours, "Other", 2)
    client = browse(ours.manager)
    assert client.get(reverse("dashboards_league_table", args=[ours.campaign.pk])).status_code == 404
    assert client.get(reverse("dashboards_league_chart", args=[ours.campaign.pk])).status_code == 404
    assert client.get(reverse("dashboards_partner_table", args=[other.pk, "links"])).status_code == 404
    assert client.get(reverse("dashboards_partner_table", args=[ours.partnership.pk, "people"])).status_code == 404


def test_mobiliser_and_organiser_of_a_partner_read_no_figures(ours: World) -> None:
    for role in (Role.MOBILISER, Role.ORGANISER):
        user = make_user(f"x-{role}", role, ours.partner)
        assert browse(user).get(detail(ours.partnership)).status_code in {302, 403, 404}


def test_partner_who_left_sees_nothing_and_the_lead_what_stays(ours: World) -> None:
    sign(ours, ours.partnership, 2)
    Partnership.objects.update(left_at=timezone.now())
    assert browse(ours.manager).get(detail(ours.partnership)).status_code == 404
    assert "This partner left on" in text_of(ours.coordinator, detail(ours.partnership))
    page = text_of(ours.coordinator, league(ours.campaign))
    assert "left on" in page
    assert "partner-left" in page


def test_median_is_told_of_five_others_and_names_none(ours: World) -> None:
    sign(ours, ours.partnership, 1)
    for number in range(4):
        add_partner(ours, f"Secret{number}", 12 + number)
    assert figure(ours.manager, ours.partnership, "signatures")["median_of_others"] == ""
    assert "too few other partners" in text_of(ours.manager, detail(ours.partnership))
    add_partner(ours, "Secret5", 30)
    assert figure(ours.manager, ours.partnership, "signatures")["median_of_others"] == "10"
    page = text_of(ours.manager, detail(ours.partnership))
    assert "Others, in the middle: 10" in page
    assert "Secret" not in page
    Partnership.objects.filter(organisation__name="Secret5").update(left_at=timezone.now())
    assert figure(ours.manager, ours.partnership, "signatures")["median_of_others"] == ""


def test_median_of_volunteers_is_told_of_five_others_in_tens(ours: World) -> None:
    sign(ours, ours.partnership, 1)
    for number in range(4):
        add_volunteers(add_partner(ours, f"Secret{number}", 1), 21 + number)
    assert figure(ours.manager, ours.partnership, "volunteers")["median_of_others"] == ""
    add_partner(ours, "Secret5", 1)
    assert figure(ours.manager, ours.partnership, "volunteers")["median_of_others"] == "20"
    assert "Others, in the middle: 20<" in text_of(ours.manager, detail(ours.partnership))
    Volunteer.objects.all().delete()
    for other in Partnership.objects.filter(organisation__name__startswith="Secret"):
        add_volunteers(other, 2)
    assert figure(ours.manager, ours.partnership, "volunteers")["median_of_others"] == "fewer than 10"


def test_partners_who_brought_nothing_do_not_pull_the_median_down(ours: World) -> None:
    for number in range(5):
        add_partner(ours, f"Busy{number}", 20)
    for number in range(9):
        add_partner(ours, f"Idle{number}")
    assert figure(ours.manager, ours.partnership, "signatures")["median_of_others"] == "20"


def test_analyst_reads_people_in_tens_and_the_manager_own_signatures_exactly(ours: World) -> None:
    sign(ours, ours.partnership, 3)
    assert figure(ours.manager, ours.partnership, "signatures")["in_all"] == "3"
    assert figure(ours.coordinator, ours.partnership, "signatures")["in_all"] == "3"
    assert figure(ours.analyst, ours.partnership, "signatures")["in_all"] == "fewer than 10"
    sign(ours, ours.partnership, 14)
    assert figure(ours.analyst, ours.partnership, "signatures")["in_all"] == "10"
    table = reverse("dashboards_league_table", args=[ours.campaign.pk])
    assert [row["signatures"] for row in rows_of(ours.analyst, table)] == ["10"]
    assert [row["signatures"] for row in rows_of(ours.coordinator, table)] == ["17"]
    assert "whole tens" in text_of(ours.analyst, league(ours.campaign))


def test_pledges_of_a_partner_are_exact_for_the_lead_only(ours: World) -> None:
    pledge = make_pledge(make_kind(ours.campaign), at=timezone.now())
    pledge.partnership = ours.partnership
    pledge.save(update_fields=["partnership"])
    count_pledges(at=timezone.now())
    assert figure(ours.coordinator, ours.partnership, "pledges")["in_all"] == "1"
    assert figure(ours.manager, ours.partnership, "pledges")["in_all"] == "fewer than 10"


def test_goal_says_what_is_needed_and_what_came(ours: World) -> None:
    sign(ours, ours.partnership, 7)
    due = local_day(timezone.now(), ours.campaign) + timedelta(days=9)
    PartnerGoal.objects.create(partnership=ours.partnership, metric="signatures", target=107, due_date=due)
    page = text_of(ours.manager, detail(ours.partnership))
    assert "Signatures: 7 of 107" in page
    assert "10 a day." in page
    assert "That is too slow." in page
    PartnerGoal.objects.update(target=7)
    assert "Reached." in text_of(ours.manager, detail(ours.partnership))


def test_league_sorts_filters_and_keeps_ties_by_name(ours: World) -> None:
    add_partner(ours, "Zebra", 2, "DE")
    add_partner(ours, "Ärzte", 2, "FR", role=PartnerRole.SUPPORTER)
    add_partner(ours, "Mouse", 5, "DE")
    address = reverse("dashboards_league_table", args=[ours.campaign.pk])

    def names(query: str = "") -> list[str]:
        return [row["partner"] for row in rows_of(ours.coordinator, address + query)]

    assert names() == ["Mouse", "Ärzte", "Zebra", "ours partner"]
    assert names("?sort=signatures") == ["ours partner", "Ärzte", "Zebra", "Mouse"]
    assert names("?sort=name") == ["Ärzte", "Mouse", "ours partner", "Zebra"]
    assert names("?country=DE") == ["Mouse", "Zebra"]
    assert names("?role=supporter") == ["Ärzte"]
    assert names("?sort=nonsense&role=nonsense") == names()
    assert names("?country=XX") == []
    assert "No partner is of this country" in text_of(ours.coordinator, league(ours.campaign, "?country=XX"))
    for key in ("name", "country", "role", "lately", "pledges", "events", "volunteers", "contacts", "goal", "last"):
        assert len(names(f"?sort=-{key}")) == 4


def test_league_pages_hold_a_hundred(ours: World) -> None:
    for number in range(100):
        add_partner(ours, f"Partner {number:03}")
    assert "Page 1 of 2" in text_of(ours.coordinator, league(ours.campaign))
    second = text_of(ours.coordinator, league(ours.campaign, "?sort=-name&p=2"))
    assert "Partner 000" in second or "ours partner" in second
    assert "Partner 050" not in second
    assert browse(ours.coordinator).get(league(ours.campaign, "?p=99")).status_code == 200


def test_league_without_partners_says_so(ours: World) -> None:
    Source.objects.all().delete()
    Partnership.objects.all().delete()
    assert "This campaign has no partner yet." in text_of(ours.coordinator, league(ours.campaign))


def test_index_takes_who_has_one_place_there(ours: World, theirs: World) -> None:
    index = reverse("dashboards_partners")
    assert browse(ours.manager).get(index)["Location"] == detail(ours.partnership)
    assert browse(ours.coordinator).get(index)["Location"] == league(ours.campaign)
    second = Campaign.objects.create(title="Second", slug="second", organisation=ours.lead)
    Partnership.objects.create(campaign=second, organisation=ours.partner)
    page = text_of(ours.manager, index)
    assert "Second" in page
    assert "theirs" not in page
    assert "Second" in text_of(ours.manager, detail(ours.partnership))


def test_every_saved_table_is_audited(ours: World) -> None:
    rows_of(ours.manager, reverse("dashboards_partner_table", args=[ours.partnership.pk, "figures"]))
    rows_of(ours.coordinator, reverse("dashboards_league_table", args=[ours.campaign.pk]))
    entries = AuditEntry.objects.filter(action="campaigns.partner_figures.exported")
    assert {entry.details["table"] for entry in entries} == {"figures", "league"}


def test_queries_do_not_grow_with_partners_or_signatures(
    ours: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign(ours, ours.partnership, 1, source=ours.source.code)
    at = timezone.now()
    with django_assert_num_queries(7):
        partner_counts(ours.campaign, at=at)
    client, lead = browse(ours.manager), browse(ours.coordinator)

    def asked() -> list[int]:
        counts = []
        for one, address in ((client, detail(ours.partnership)), (lead, league(ours.campaign))):
            one.get(address)
            clear_ttl_caches()
            with CaptureQueriesContext(connection) as counter:
                assert one.get(address).status_code == 200
            counts.append(len(counter))
        return counts

    few = asked()
    for number in range(3):
        partner = add_partner(ours, f"More{number}", 3, "FR")
        Source.objects.create(campaign=ours.campaign, code=f"more-{number}", label="x", partnership=partner)
        PartnerGoal.objects.create(partnership=partner, metric="events", target=3)
    sign(ours, ours.partnership, 5, territory_code="ES")
    assert asked() == few
    assert max(few) <= 38, few  # nine of them are the panels and the row of links
