"""Staff keep a ledger: coordinators of the lead write, two roles read, partners and others see nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Contribution, Initiative, Ledger, Publication, Sponsor, UnpaidHelp
from campaigns.transparency_enums import SponsorKind
from core.models import AuditEntry
from tests.factories.initiatives import make_initiative
from tests.factories.staff import World, browse
from tests.factories.transparency import give, make_help, make_ledger, make_person, make_sponsor

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(ours: World) -> Ledger:
    return make_ledger(ours.campaign)


def page(ledger: Ledger) -> str:
    return reverse("staff_ledgers:ledger", args=[ledger.pk])


def sponsor_page(sponsor: Sponsor) -> str:
    return reverse("staff_ledgers:sponsor", args=[sponsor.ledger_id, sponsor.pk])


def help_page(row: UnpaidHelp) -> str:
    return reverse("staff_ledgers:help", args=[row.ledger_id, row.pk])


def today() -> str:
    return timezone.localdate().isoformat()


def gift(prefix: str, amount: str = "600", **told: Any) -> dict[str, Any]:
    fields = {"amount": amount, "received_date": today(), "entry_key": str(uuid4()), **told}
    return {"do": prefix, **{f"{prefix}-{name}": value for name, value in fields.items()}}


def test_coordinator_opens_a_ledger_and_sees_it_empty(ours: World) -> None:
    client = browse(ours.coordinator)
    assert "No campaign keeps a ledger yet." in client.get(reverse("staff_ledgers:index")).content.decode()
    told = {"campaign": ours.campaign.pk, "starts_date": today(), "ends_date": "", "is_public": "on"}
    answer = client.post(reverse("staff_ledgers:add"), told)
    ledger = Ledger.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page(ledger))
    words = client.get(page(ledger)).content.decode()
    assert "Nobody gave anything yet" in words
    assert "there is nothing to compare with" in words
    again = client.post(reverse("staff_ledgers:add"), told)
    assert again.status_code == 200
    assert Ledger.objects.count() == 1


def test_contribution_of_a_new_sponsor_is_written_down_once(ours: World, ledger: Ledger) -> None:
    client = browse(ours.coordinator)
    form = gift("contribution", name="Arts Fund", kind="organisation", note="by bank")
    for _twice in range(2):
        assert client.post(page(ledger), form).status_code == 302
    row = Contribution.objects.get()
    assert (row.sponsor.name, row.amount, row.note, row.entered_by) == (
        "Arts Fund", Decimal(600), "by bank", ours.coordinator,
    )  # fmt: skip
    words = client.get(page(ledger)).content.decode()
    assert "What the register must be told" in words
    assert "600.00" in words


def test_contribution_of_a_known_sponsor_is_added_up(ours: World, ledger: Ledger) -> None:
    sponsor = make_sponsor(ledger)
    give(sponsor, "300")
    browse(ours.coordinator).post(page(ledger), gift("contribution", "200.01", sponsor=sponsor.pk))
    sponsor.refresh_from_db()
    assert (sponsor.total, sponsor.crossed_at is not None) == (Decimal("500.01"), True)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"amount": "0"}, "greater than or equal to 0.01"),
        ({"amount": "12.345"}, "no more than 2 decimal places"),
        ({"received_date": "2099-01-01"}, "This day has not come yet."),
        ({"name": ""}, "Choose who gave it, or write the name of a new sponsor."),
        ({"name": " known  FUND"}, "choose it from the list"),
        ({"entry_key": "x"}, "This form was changed on its way."),
    ],
)
def test_wrong_contribution_is_refused_with_what_was_typed_kept(
    ours: World, ledger: Ledger, wrong: dict[str, str], message: str
) -> None:
    make_sponsor(ledger, "Known Fund")
    form = gift("contribution", **{"name": "New Fund", "kind": "person", "note": "typed before", **wrong})
    answer = browse(ours.coordinator).post(page(ledger), form)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert message in words
    assert "typed before" in words
    assert (Contribution.objects.count(), Sponsor.objects.count()) == (0, 1)


def test_contribution_is_corrected_and_taken_back_on_its_sponsors_page(ours: World, ledger: Ledger) -> None:
    client = browse(ours.coordinator)
    sponsor = make_sponsor(ledger)
    row = give(sponsor, "9000")
    prefix = f"correct-{row.pk}"
    assert client.post(sponsor_page(sponsor), gift(prefix, "90")).status_code == 302
    sponsor.refresh_from_db()
    assert sponsor.total == 90
    right = Contribution.objects.get(corrects=row)
    undo = f"undo-{right.pk}"
    assert client.post(sponsor_page(sponsor), {"do": undo}).status_code == 422
    assert client.post(sponsor_page(sponsor), {"do": undo, f"{undo}-reason": "was right"}).status_code == 302
    sponsor.refresh_from_db()
    assert sponsor.total == 9000
    words = client.get(sponsor_page(sponsor)).content.decode()
    assert "taken back by" in words
    assert "was right" in words
    again = client.post(sponsor_page(sponsor), gift(f"correct-{right.pk}", "1"))
    assert (again.status_code, "corrected or taken back before" in again.content.decode()) == (422, True)


def test_sponsor_is_renamed_agrees_and_is_forgotten(ours: World, ledger: Ledger) -> None:
    client, person = browse(ours.coordinator), make_person(ledger)
    give(person, "600")
    form = {"do": "sponsor", "sponsor-name": "Pat P.", "sponsor-kind": "person", "sponsor-agreed_date": today()}
    assert client.post(sponsor_page(person), form).status_code == 302
    person.refresh_from_db()
    assert person.public_name == "Pat P."
    assert client.post(sponsor_page(person), {"do": "forget"}).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.total) == ("", 600)
    organisation = make_sponsor(ledger)
    assert client.post(sponsor_page(organisation), {"do": "forget"}).status_code == 422


def test_help_is_written_down_corrected_and_taken_back(ours: World, ledger: Ledger) -> None:
    client = browse(ours.coordinator)
    fields = {"organisation": "Helpers", "what": "Rooms", "since_date": today(), "until_date": ""}

    def form(do: str, **told: str) -> dict[str, str]:
        return {"do": do, **{f"{do}-{k}": v for k, v in {**fields, "entry_key": str(uuid4()), **told}.items()}}

    early = (timezone.localdate() - timedelta(days=1)).isoformat()
    assert client.post(page(ledger), form("help", until_date=early)).status_code == 422
    assert client.post(page(ledger), form("help")).status_code == 302
    row = UnpaidHelp.objects.get()
    assert client.post(help_page(row), form("correct", what="Two rooms")).status_code == 302
    better = UnpaidHelp.objects.standing().get()
    assert (better.what, better.corrects) == ("Two rooms", row)
    assert "corrected by a later one" in client.get(help_page(row)).content.decode()
    assert client.post(help_page(better), {"do": "undo", "undo-reason": "never"}).status_code == 302
    assert UnpaidHelp.objects.standing().get() == row


def test_up_to_date_today_is_one_button_and_may_be_taken_back(ours: World, ledger: Ledger) -> None:
    client = browse(ours.coordinator)
    form = {"do": "publish", "publish-places": ["register", "site"], "publish-on": today()}
    for _twice in range(2):
        assert client.post(page(ledger), form).status_code == 302
    assert Publication.objects.standing().count() == 2
    row = Publication.objects.get(place="register")
    assert row.by == ours.coordinator
    assert client.post(page(ledger), {"do": "unpublish", "entry": row.pk}).status_code == 302
    assert Publication.objects.standing().count() == 1
    assert "taken back by" in client.get(page(ledger)).content.decode()


def test_ledger_stands_beside_the_register(ours: World, ledger: Ledger) -> None:
    Initiative.objects.filter(pk=make_initiative().pk).update(campaign=ours.campaign)
    give(make_sponsor(ledger, "Only here"), "501")
    client = browse(ours.coordinator)
    words = client.get(page(ledger)).content.decode()
    for shown in ("Only here", "Players&#x27; Association", "EUR 501.00 here, EUR 24,000.00 in the register"):
        assert shown in words, shown
    Ledger.objects.update(is_generated=True)
    words = client.get(page(ledger)).content.decode()
    assert "Players" not in words
    assert "Nobody in this ledger is real." in words


def test_officer_and_analyst_read_and_write_nothing(ours: World, ledger: Ledger) -> None:
    person, row = make_person(ledger), make_help(ledger)
    give(person, "600", note="a word of the desk")
    for user in (ours.dpo, ours.analyst):
        client = browse(user)
        words = client.get(page(ledger)).content.decode()
        assert ("Pat Private" in words, "a private person" in words) == (user == ours.dpo, user == ours.analyst)
        assert '<form method="post"' not in words.split("<main", 1)[-1]
        for path in (page(ledger), sponsor_page(person), help_page(row)):
            assert client.post(path, gift("gift")).status_code == 403
        assert client.post(reverse("staff_ledgers:edit", args=[ledger.pk]), {}).status_code in {302, 403}
        assert client.get(reverse("staff_ledgers:add")).status_code == 403
    assert browse(ours.dpo).get(sponsor_page(person)).status_code == 200
    assert browse(ours.analyst).get(sponsor_page(person)).status_code == 403
    assert browse(ours.analyst).get(help_page(row)).status_code == 403
    assert Contribution.objects.count() == 1


def test_partner_and_other_coalition_find_no_ledger(ours: World, theirs: World, ledger: Ledger) -> None:
    person, row = make_person(ledger), make_help(ledger)
    foreign = make_ledger(theirs.campaign)
    addresses = [
        page(ledger), sponsor_page(person), help_page(row), reverse("staff_ledgers:edit", args=[ledger.pk]),
        reverse("staff_ledgers:history", args=[ledger.pk]),
        reverse("staff_ledgers:sponsor", args=[foreign.pk, person.pk]),
        reverse("staff_ledgers:help", args=[foreign.pk, row.pk]),
    ]  # fmt: skip
    for user in (ours.manager, theirs.coordinator):
        client = browse(user)
        for path in addresses:
            for answer in (client.get(path), client.post(path, gift("gift"))):
                assert answer.status_code in {403, 404}, path
                assert b"Pat Private" not in answer.content
        assert b"ours campaign" not in client.get(reverse("staff_ledgers:index")).content
    told = {"campaign": ours.campaign.pk, "starts_date": today(), "is_public": "on"}
    Ledger.objects.filter(pk=foreign.pk).delete()
    browse(theirs.coordinator).post(reverse("staff_ledgers:add"), told)
    assert list(Ledger.objects.all()) == [ledger]


def test_rows_of_another_ledger_are_not_reached_through_ones_own(ours: World, theirs: World, ledger: Ledger) -> None:
    foreign = make_ledger(theirs.campaign)
    sponsor = make_sponsor(foreign, "Theirs")
    row, mine = give(sponsor, "600"), make_sponsor(ledger, "Mine")
    (told,) = Publication.objects.bulk_create([Publication(ledger=foreign, place="site", published_date=today())])
    client = browse(ours.coordinator)
    assert client.post(page(ledger), gift("contribution", sponsor=sponsor.pk)).status_code == 422
    assert client.post(page(ledger), {"do": "unpublish", "entry": told.pk}).status_code == 404
    assert client.post(sponsor_page(mine), {"do": f"undo-{row.pk}", f"undo-{row.pk}-reason": "x"}).status_code == 404
    give(mine, "5")
    assert client.post(sponsor_page(mine), gift(f"correct-{row.pk}")).status_code == 404
    for odd in ("undo-", "undo-x", "undo-" + "9" * 50, "correct-0"):
        assert client.post(sponsor_page(mine), {"do": odd}).status_code == 404
    assert Contribution.objects.filter(undone_at__isnull=True).count() == 2


@pytest.mark.parametrize("kind", ["page", "index", "sponsor"])
def test_screens_cost_the_same_for_one_and_three_rows(ours: World, ledger: Ledger, kind: str) -> None:
    client, first = browse(ours.coordinator), make_sponsor(ledger, "First")

    def fill(mark: str) -> None:
        give(make_person(ledger, mark), "600")
        give(first, "600")
        make_help(ledger, mark)
        campaign = Campaign.objects.create(title=mark, slug=mark, organisation=ours.lead)
        make_ledger(campaign)

    def queries() -> int:
        paths = {"page": page(ledger), "index": reverse("staff_ledgers:index"), "sponsor": sponsor_page(first)}
        with CaptureQueriesContext(connection) as caught:
            assert client.get(paths[kind]).status_code == 200
        return len(caught)

    fill("one")
    queries()
    before = queries()
    fill("two")
    fill("three")
    assert queries() == before


def test_sponsor_is_found_by_part_of_the_name(ours: World, ledger: Ledger) -> None:
    for name in ("Arts Fund", "River Fund", "Bees"):
        give(make_sponsor(ledger, name), "5")
    client = browse(ours.coordinator)

    def found(words: str) -> list[str]:
        answer = client.get(page(ledger), {"q": words})
        return [each.name for each in answer.context["page"].object_list]

    assert sorted(found(" fund ")) == ["Arts Fund", "River Fund"]
    assert found("RIVER  f") == ["River Fund"]
    assert len(found("\0")) == 3
    assert found("nobody") == []
    assert "No sponsor of this ledger has such a name." in client.get(page(ledger), {"q": "nobody"}).content.decode()
    analyst = browse(ours.analyst).get(page(ledger), {"q": "River"})
    assert len(analyst.context["page"].object_list) == 3


def test_reading_is_audited_without_names(ours: World, ledger: Ledger) -> None:
    person = make_person(ledger)
    client = browse(ours.dpo)
    client.get(page(ledger))
    client.get(sponsor_page(person))
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"campaigns.ledger.viewed", "campaigns.sponsor.viewed"} <= actions
    assert not [each for each in AuditEntry.objects.all() if "Pat" in f"{each.target}{each.details}"]


def test_home_shows_what_is_due_to_who_keeps_the_ledger(ours: World, theirs: World) -> None:
    ledger = make_ledger(ours.campaign, starts_date=timezone.localdate() - timedelta(days=90))
    give(make_sponsor(ledger, "Arts Fund"), "501")
    give(make_sponsor(ledger, "Pat", SponsorKind.PERSON), "501")
    words = browse(ours.coordinator).get(reverse("wagtailadmin_home")).content.decode()
    assert "should have been brought up to date" in words
    assert "2 sponsors came above the legal sum" in words
    for user in (ours.analyst, theirs.coordinator, ours.manager):
        words = browse(user).get(reverse("wagtailadmin_home")).content.decode()
        assert "should have been brought up to date" not in words


def test_sign_in_is_asked_first(ledger: Ledger) -> None:
    assert "/login/" in Client().get(page(ledger))["Location"]
