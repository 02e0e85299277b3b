"""Whose rows and whose addresses leave in a CSV, against `may_contact` itself; in plain for who leads alone."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions.groups import sync_user_groups
from accounts.models import ExportTaken, Membership, Organisation, Role, User
from campaigns.agreeing import partner_purpose
from campaigns.enums import PartnerRole
from campaigns.exports import begin_export
from campaigns.models import Campaign, Partnership, Petition, Signature
from core.models import AuditEntry
from people.actions.consents import suppress_address
from people.consent import may_contact
from people.enums import Channel, ConsentState, SuppressionReason
from people.models import Supporter
from tests.factories.staff import NOON, World, browse, make_user

URL = "staff_signatures:export"
WITHDRAWN = ConsentState.WITHDRAWN


def export(user: User, **filters: str) -> list[dict[str, str]]:
    answer = browse(user).get(reverse(URL), filters)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def partners_own_people(world: World) -> dict[str, Signature]:
    """Return signatures credited to the partner, one per story a consent can have."""
    partner = world.partner
    made = {
        story: world.sign(partnership=world.partnership, email=f"{story}@people.example")
        for story in (
            "granted", "granted-everywhere", "withdrawn", "granted-again", "withdrawn-everywhere", "never",
            "to-the-lead", "in-future", "stopped", "stop-lifted", "erased", "other-scope",
        )
    }  # fmt: skip
    made["unverified"] = world.sign(partnership=world.partnership, email="unverified@people.example", verified_at=None)
    later, much_later = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    for story in set(made) - {"never", "to-the-lead", "in-future", "granted-everywhere", "other-scope"}:
        world.consent(made[story], partner)
    world.consent(made["granted-everywhere"], partner, scope="")
    world.consent(made["withdrawn"], partner, state=WITHDRAWN, at=later)
    world.consent(made["granted-again"], partner, state=WITHDRAWN, at=later)
    world.consent(made["granted-again"], partner, at=much_later)
    world.consent(made["withdrawn-everywhere"], partner, state=WITHDRAWN, scope="", at=later)
    world.consent(made["to-the-lead"], world.lead)
    world.consent(made["in-future"], partner, at=timezone.now() + timedelta(days=1))
    world.consent(made["other-scope"], partner, scope="another-campaign")
    for story, reason in (("stopped", "stop"), ("stop-lifted", "bounce"), ("erased", "erased")):
        stop = suppress_address(
            channel=Channel.EMAIL,
            canonical=f"{story}@people.example",
            reason=SuppressionReason(reason),
            by="tests",
            at=NOON,
        )
        if story == "stop-lifted":
            stop.lifted_at = NOON
            stop.save(update_fields=["lifted_at"])
    return made


def take_on(user: User, role: Role, organisation: Organisation) -> User:
    """Give ``user`` one more role, and return them with its rights."""
    Membership.objects.create(user=user, organisation=organisation, role=role)
    sync_user_groups(user=user)
    return User.objects.get(pk=user.pk)


def test_partner_carries_nobody_away_in_plain(ours: World) -> None:
    ours.consent(ours.sign("Nina Secret", partnership=ours.partnership, comment="Because"), ours.partner)
    ben = browse(ours.manager)
    for answer in (ben.get(reverse(URL)), ben.post(reverse(URL), {"reason": "Letters to the ministry."})):
        assert (answer.status_code, answer.streaming) == (403, False)
        page = answer.content.decode()
        assert "never in plain" in page
        assert f'href="{reverse("staff_partner_exports:index")}"' in page
        assert "Nina" not in page
    assert not AuditEntry.objects.filter(action__startswith="campaigns.signature.export").exists()
    assert not ExportTaken.objects.exists()
    assert (
        b"".join(begin_export(rows=Signature.objects.all(), user=ours.manager, filters=[], at=NOON)).count(b"\n") == 1
    )


def test_partners_list_leads_to_the_encrypted_files_instead(ours: World) -> None:
    url, instead = reverse("staff_signatures:index"), reverse("staff_partner_exports:index")
    page = browse(ours.manager).get(url).content.decode()
    assert f'class="button button-secondary" href="{instead}"' in page
    assert reverse(URL) not in page
    page = browse(ours.coordinator).get(url).content.decode()
    assert f'class="button button-secondary" href="{instead}"' not in page
    assert reverse(URL) in page


def test_who_manages_a_partner_and_leads_elsewhere_gets_only_what_is_led(ours: World, theirs: World) -> None:
    ours.consent(ours.sign("Nina Secret", partnership=ours.partnership), ours.partner)
    led = theirs.sign("Omar Open")
    both = take_on(ours.manager, Role.COORDINATOR, theirs.lead)
    assert [row["share_code"] for row in export(both)] == [led.share_code]
    page = browse(both).get(reverse("staff_signatures:index")).content.decode()
    assert reverse(URL) in page
    assert "People of campaigns it only takes part in leave in files that are encrypted" in page


def test_partner_with_a_campaign_of_its_own_takes_nobody_of_another_out_of_it(ours: World) -> None:
    ours.consent(ours.sign("Nina Secret", partnership=ours.partnership), ours.partner)
    own = Campaign.objects.create(title="Own", slug="own", organisation=ours.partner)
    mine = ours.sign("Omar Open", petition=Petition.objects.create(campaign=own, title="Own petition"))
    both = take_on(ours.manager, Role.COORDINATOR, ours.partner)
    assert [row["share_code"] for row in export(both)] == [mine.share_code]


def test_manager_of_an_organisation_that_leads_with_the_owner_takes_its_own_consenting_people_alone(
    ours: World, theirs: World
) -> None:
    yes = ours.sign("Nina", partnership=ours.partnership)
    ours.consent(yes, ours.partner)
    ours.sign("Omar", partnership=ours.partnership)
    part = Partnership.objects.create(campaign=theirs.campaign, organisation=ours.partner)
    theirs.consent(theirs.sign("Paula", partnership=part), ours.partner)
    ours.partnership.role = PartnerRole.LEAD
    ours.partnership.save(update_fields=["role"])
    assert [row["share_code"] for row in export(ours.manager)] == [yes.share_code]


def test_manager_of_the_owner_takes_nobody_out_of_campaigns_it_only_takes_part_in(ours: World, theirs: World) -> None:
    part = Partnership.objects.create(campaign=theirs.campaign, organisation=ours.lead)
    theirs.consent(theirs.sign("Paula", partnership=part), ours.lead)
    assert browse(make_user("mo", Role.PARTNER_MANAGER, ours.lead)).get(reverse(URL)).status_code == 403


def test_address_allowed_to_a_partner_does_not_leave_with_the_campaign_of_another_lead(ours: World) -> None:
    """Pat coordinates an organisation that leads with the owner, and one that only takes part in the same campaign."""
    ours.consent(ours.sign(email="nina@people.example", partnership=ours.partnership), ours.partner)
    leading = Organisation.objects.create(name="Second lead", slug="second-lead")
    Partnership.objects.create(campaign=ours.campaign, organisation=leading, role=PartnerRole.LEAD)
    pat = take_on(make_user("pat", Role.COORDINATOR, ours.partner), Role.COORDINATOR, leading)
    assert [row["email"] for row in export(pat)] == [""]


def test_manager_of_a_leading_organisation_gets_exactly_whom_may_contact_allows(ours: World) -> None:
    made = partners_own_people(ours)
    ours.partnership.role = PartnerRole.LEAD
    ours.partnership.save(update_fields=["role"])
    at, purpose = timezone.now(), partner_purpose(ours.partnership)
    allowed = {
        story
        for story, signature in made.items()
        if may_contact(signature.supporter.contact_points.get(), purpose, at).allowed
    }
    rows = export(ours.manager)
    assert {row["email"].partition("@")[0] for row in rows} == allowed
    assert allowed == {"granted", "granted-everywhere", "granted-again", "stop-lifted"}
    assert all(row["partner"] == "ours partner" for row in rows)


def test_partner_sees_on_screen_whom_it_has_consent_of(ours: World) -> None:
    partners_own_people(ours)
    ours.consent(ours.sign(email="not-brought@people.example"), ours.partner)
    seen = Supporter.objects.visible_to(ours.manager).values_list("contact_points__canonical", flat=True)
    assert {canonical.partition("@")[0] for canonical in seen} == {
        "granted", "granted-everywhere", "granted-again", "stop-lifted", "stopped", "erased",
    }  # fmt: skip


def test_coordinator_gets_every_signature_and_addresses_by_consent_to_the_lead(ours: World, theirs: World) -> None:
    theirs.sign(name="Somebody Else")
    yes, no = ours.sign(email="yes@people.example"), ours.sign(email="no@people.example")
    ours.consent(yes, ours.lead)
    ours.consent(no, ours.partner)
    rows = {row["share_code"]: row for row in export(ours.coordinator)}
    assert set(rows) == {yes.share_code, no.share_code}
    assert rows[yes.share_code]["email"] == "yes@people.example"
    assert rows[no.share_code]["email"] == ""


def test_filters_of_the_list_hold_for_the_export(ours: World) -> None:
    ours.sign(territory_code="BE")
    french = ours.sign(territory_code="FR", source="ours-link")
    assert [row["share_code"] for row in export(ours.coordinator, source="ours-link")] == [french.share_code]


def test_export_is_audited_with_rows_and_filters_without_values(ours: World) -> None:
    ours.sign(source="ours-link")
    export(ours.coordinator, source="ours-link")
    begun, done = AuditEntry.objects.filter(action__startswith="campaigns.signature.export").order_by("pk")
    assert (begun.action, begun.details) == ("campaigns.signature.export_begun", {"filters": ["source"]})
    assert (done.action, done.details) == ("campaigns.signature.exported", {"rows": 1, "is_complete": True})


def test_export_given_up_is_audited_as_incomplete(ours: World) -> None:
    ours.sign()
    stream = begin_export(rows=Signature.objects.all(), user=ours.coordinator, filters=[], at=NOON)
    next(stream)
    stream.close()
    assert AuditEntry.objects.get(action="campaigns.signature.exported").details == {"rows": 0, "is_complete": False}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_formulas_are_not_run_by_a_spreadsheet(ours: World, start: str) -> None:
    ours.sign(name=f"{start}HYPERLINK(1)", comment=f"{start}cmd")
    (row,) = export(ours.coordinator)
    assert row["name"][0] == row["comment"][0] == "'"


def test_export_goes_on_over_several_pieces(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.exports.CHUNK", 2)
    made = [ours.sign() for _ in range(5)]
    assert [row["share_code"] for row in export(ours.coordinator)] == [each.share_code for each in made]
