"""The record of processing (Art. 30 GDPR): it says what the registers say, to whom it belongs, and bears a version."""

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organisation
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.actions.agreements import publish_agreement
from coalition.enums import AgreementKind
from coalition.export_enums import PartnerExportStatus
from coalition.models import PartnerAgreement, PartnerExport, PartnerKey
from core.models import AuditEntry
from core.personal_data import Erasure, PersonalField
from people import privacy
from rights.actions import record as record_actions
from rights.models import RecordDetails, RecordProvider, RecordVersion, RetentionRule
from rights.record import Record, record_of
from rights.record_activities import Activity
from rights.record_recipients import partners_of
from tests.factories.staff import NOON, World, browse

pytestmark = pytest.mark.django_db


def words(record: Record, key: str) -> str:
    entry = next(each for each in record.entries if each.key == key)
    rows = [*entry.rows, *entry.categories]
    return "\n".join([entry.title, entry.special, *(f"{row.label}: {'; '.join(row.lines)}" for row in rows)])


def head(record: Record) -> str:
    return "\n".join(f"{row.label}: {'; '.join(row.lines)}" for row in record.head)


def address(name: str, organisation: Organisation) -> str:
    return reverse(f"staff_record:{name}", args=[organisation.pk])


def test_a_field_classified_this_morning_stands_in_the_record(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = PersonalField("greet people on their day", "until the day after", Erasure.ROW_DELETED)
    monkeypatch.setitem(privacy.PERSONAL, "Supporter.restricted_at", planted)
    said = words(record_of(ours.lead), "supporters")
    assert "restricted since: greet people on their day" in said.lower()
    assert "until the day after" in said


@pytest.mark.parametrize(("purpose", "retention"), [("", "a day"), (" ", "a day"), ("greet them", "")])
def test_a_field_without_words_for_why_and_how_long_is_refused(purpose: str, retention: str) -> None:
    with pytest.raises(ValueError, match="say why"):
        PersonalField(purpose, retention, Erasure.KEPT)


def test_an_activity_without_a_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match="say what it is for"):
        Activity("odd", "Odd", "", ("somebody",), "a law", ())


@pytest.mark.usefixtures("territories")
def test_it_names_the_controller_and_those_who_share_in_it_or_work_for_it(ours: World) -> None:
    Organisation.objects.filter(pk=ours.lead.pk).update(postal_address="1 Rue Haute\nBrussels", contact_email="p@x.org")
    ours.lead.refresh_from_db()
    text = publish_agreement(
        organisation=ours.lead, kind=AgreementKind.JOINT, language="en", body="We share.", by="tests"
    )
    PartnerAgreement.objects.create(partnership=ours.partnership, text=text, accepted_at=NOON)
    RecordProvider.objects.create(organisation=ours.lead, kind="hosting", name="Hoster", country="DE")
    said = head(record_of(ours.lead))
    assert "1 Rue Haute; Brussels; p@x.org" in said
    assert f"Joint controllers (Art. 26): {ours.partner.name}" in said
    assert "Hoster: runs the servers and keeps the backups · Germany" in said


@pytest.mark.usefixtures("territories")
def test_who_leads_a_campaign_too_is_named_as_joint_controller_and_not_as_a_partner(ours: World) -> None:
    other = Organisation.objects.create(name="Second lead", slug="second-lead", country="US")
    Partnership.objects.create(campaign=ours.campaign, organisation=other, role=PartnerRole.LEAD)
    record = record_of(ours.lead)
    assert "Joint controllers (Art. 26): Second lead" in head(record)
    assert f"agreed to with them: {ours.partner.name}" in head(record)
    said = words(record, "petitions")
    assert "Joint controllers (Art. 26): Second lead; 1 partner, named" in said
    assert "Second lead: United States of America · —" in said
    Partnership.objects.filter(organisation=other).update(left_at=NOON)
    assert "Second lead" not in head(record_of(ours.lead))


def test_a_partner_of_two_campaigns_is_named_once_with_its_last_file(ours: World) -> None:
    other = Campaign.objects.create(title="Second", slug="second", organisation=ours.lead)
    again = Partnership.objects.create(campaign=other, organisation=ours.partner)
    for partnership, day in ((ours.partnership, 3), (again, 9)):
        key = PartnerKey.objects.create(
            partnership=partnership, recipient="age1", fingerprint="1", added_at=NOON, usable_at=NOON
        )
        PartnerExport.objects.create(
            partnership=partnership, key=key, status=PartnerExportStatus.COLLECTED, asked_at=NOON,
            collected_at=datetime(2026, 5, day, 12, tzinfo=UTC), sha256="0" * 64,
        )  # fmt: skip
    said = words(record_of(ours.lead), "supporters")
    assert said.count(f"{ours.partner.name}, by encrypted files") == 1
    assert "last on May 9, 2026" in said or "last on 9 May 2026" in said


@pytest.mark.usefixtures("territories")
def test_a_provider_outside_the_area_is_named_with_what_allows_it(ours: World) -> None:
    RecordProvider.objects.create(
        organisation=ours.lead, kind="hosting", name="Hoster", country="US", safeguard="clauses"
    )
    said = words(record_of(ours.lead), "petitions")
    assert "Outside the European Economic Area: Hoster: United States of America · standard contractual clauses" in said
    RecordProvider.objects.update(country="NO")
    assert "Outside the European Economic Area: no" in words(record_of(ours.lead), "petitions")


def test_time_limits_are_those_of_the_rules_by_campaign(ours: World) -> None:
    Campaign.objects.filter(pk=ours.campaign.pk).update(ends_date=date(2026, 3, 31))
    assert any("keeps people" in line for line in record_of(ours.lead).missing)
    RetentionRule.objects.create(campaign=ours.campaign, what="supporters", months=1, is_active=True)
    record = record_of(ours.lead)
    assert f"{ours.campaign.title}: people nothing keeps any more, 1 month after its last day" in words(
        record, "petitions"
    )
    assert not any("keeps people" in line for line in record.missing)


def test_opinions_are_marked_and_activities_without_tables_are_told(ours: World) -> None:
    record = record_of(ours.lead)
    assert "political opinions" in words(record, "pledges")
    assert "political opinions" not in words(record, "staff")
    assert "keyed hash of the network address" in words(record, "doors")


def test_it_is_read_in_the_officers_language(ours: World) -> None:
    RecordProvider.objects.create(organisation=ours.lead, kind="hosting", name="Hoster", country="DE")
    with translation.override("fr"):
        assert "Allemagne" in head(record_of(ours.lead))
    assert "Germany" in head(record_of(ours.lead))


def test_queries_stay_the_same_with_one_and_three_partners(ours: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    def add() -> None:
        other = Organisation.objects.create(name=f"More {Organisation.objects.count()}", slug=f"more-{timezone.now()}")
        Partnership.objects.create(campaign=ours.campaign, organisation=other)

    with django_assert_num_queries(9):
        record_of(ours.lead)
    add()
    add()
    with django_assert_num_queries(9):
        record_of(ours.lead)


@pytest.mark.usefixtures("territories")
def test_officer_completes_it_and_it_is_audited(ours: World) -> None:
    client = browse(ours.dpo)
    told = {
        "officer_name": "Olga Officer", "officer_contact": "olga@example.org", "representative": "", "remarks": "",
        "hosting-name": "Hoster", "hosting-country": "DE", "hosting-agreed_date": "2026-01-02",
    }  # fmt: skip
    assert client.post(address("details", ours.lead), told).status_code == 302
    assert "Olga Officer" in client.get(address("show", ours.lead)).content.decode()
    assert AuditEntry.objects.filter(action="rights.record.changed").count() == 1
    nobody = {**told, "hosting-name": "", "hosting-country": "", "hosting-agreed_date": ""}
    late = client.post(address("details", ours.lead), nobody)
    assert late.status_code == 422, "its form was opened before anybody said anything"
    assert "Somebody changed this page after you opened it." in late.content.decode()
    assert RecordProvider.objects.get().name == "Hoster"
    seen = client.get(address("details", ours.lead)).context["seen"]
    client.post(address("details", ours.lead), {**nobody, "seen": seen})
    assert not RecordProvider.objects.exists()


@pytest.mark.usefixtures("territories")
def test_a_transfer_without_what_allows_it_is_refused_beside_the_field(ours: World) -> None:
    told = {"officer_name": "Olga Officer", "hosting-name": "Hoster", "hosting-country": "US"}
    answer = browse(ours.dpo).post(address("details", ours.lead), told)
    assert answer.status_code == 422
    assert "Art. 44 GDPR" in answer.content.decode()
    assert "Olga Officer" in answer.content.decode()
    assert not RecordDetails.objects.exists()


def test_a_coordinator_reads_and_changes_nothing(ours: World) -> None:
    client = browse(ours.coordinator)
    assert client.get(address("show", ours.lead)).status_code == 200
    assert client.get(address("details", ours.lead)).status_code == 403


@pytest.mark.parametrize("name", ["show", "details", "pdf", "csv"])
def test_another_coalitions_record_is_not_there(ours: World, theirs: World, name: str) -> None:
    assert browse(ours.dpo).get(address(name, theirs.lead)).status_code == 404
    assert browse(ours.dpo).get(address(name, ours.partner)).status_code == 404


def test_the_file_bears_a_version_that_changes_only_with_what_it_says(ours: World) -> None:
    client = browse(ours.dpo)
    first = client.get(address("csv", ours.lead))
    again = client.get(address("pdf", ours.lead), headers={"accept-language": "fr"})
    assert "-v1.csv" in first["Content-Disposition"]
    assert "-v1.pdf" in again["Content-Disposition"]
    assert again.content.startswith(b"%PDF")
    RecordDetails.objects.create(organisation=ours.lead, officer_name="Olga", changed_at=NOON + timedelta(days=1))
    assert "-v2.csv" in client.get(address("csv", ours.lead))["Content-Disposition"]
    assert RecordVersion.objects.count() == 2
    assert AuditEntry.objects.filter(action="rights.record.taken").count() == 3


def test_what_leaves_is_what_its_version_was_given_for(ours: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = record_actions.fingerprint_of

    def and_then_somebody_changes_it(*told: Any) -> str:
        found = asked(*told)
        RecordDetails.objects.create(organisation=ours.lead, officer_name="Olga", changed_at=NOON)
        return found

    monkeypatch.setattr(record_actions, "fingerprint_of", and_then_somebody_changes_it)
    file = browse(ours.dpo).get(address("csv", ours.lead))
    assert "-v1.csv" in file["Content-Disposition"]
    assert "Olga" not in file.content.decode("utf-8-sig")


def test_browser_that_only_fetches_ahead_takes_nothing_out(ours: World) -> None:
    browse(ours.dpo).get(address("pdf", ours.lead), headers={"sec-purpose": "prefetch"})
    assert not RecordVersion.objects.exists()
    assert not AuditEntry.objects.filter(action="rights.record.taken").exists()


def test_days_are_those_of_the_campaigns_clocks(ours: World) -> None:
    text = publish_agreement(
        organisation=ours.lead, kind=AgreementKind.JOINT, language="en", body="We share.", by="tests"
    )
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    PartnerAgreement.objects.create(partnership=ours.partnership, text=text, accepted_at=late)
    assert partners_of(ours.lead)[0].agreed_date == date(2026, 3, 2)


def test_the_table_holds_what_the_screen_says_and_no_formula(ours: World) -> None:
    RecordDetails.objects.create(organisation=ours.lead, officer_name="=1+1", officer_contact="x", changed_at=NOON)
    rows = list(csv.reader(StringIO(browse(ours.dpo).get(address("csv", ours.lead)).content.decode("utf-8-sig"))))
    assert rows[0] == ["Section", "What", "Words"]
    assert all(cell[:1] not in "=+-@" for row in rows for cell in row if cell)
    assert {"Petitions", "Files for partners"} <= {row[0] for row in rows}
