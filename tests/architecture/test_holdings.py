"""Whoever asks for a copy gets every personal field of every row that names them, or the reason why not is written."""

import pytest
from django.apps import apps

from core.personal_data_register import our_apps, read_register
from rights.holding_words import FIELDS, LEFT_OUT, LINK_TITLES, LOGIN_LINKS, NOT_THEIRS, TABLES
from rights.holdings import Table, named_tables, tables

ALL = tables()
# Links to a login that say who on the team did something; whose they are, is not the person a row is about.
AUTHORSHIP = {
    "accounts.ExportRequest.asker", "accounts.ExportRequest.decided_by", "accounts.ReadingAlarm.user",
    "accounts.ReadingDay.user", "accounts.ExportTaken.user", "accounts.ApiToken.maker",
    "coalition.MaterialVersion.uploaded_by",
    "coalition.Announcement.published_by", "coalition.AnnouncementRead.user",
    "coalition.PartnerAgreement.accepted_by",
    "coalition.PartnerExport.asked_by", "coalition.PartnerExport.collected_by", "coalition.PartnerImport.by",
    "coalition.PartnerKey.added_by", "coalition.PartnerKey.confirmed_by", "coalition.PartnerKey.retired_by",
    "coalition.PartnerProfile.saved_by", "coalition.PartnerProfile.sent_by", "coalition.PartnerProfile.decided_by",
    "coalition.StandingExport.confirmed_by", "coalition.StandingExport.set_up_by",
    "audiences.AutomationVersion.by", "audiences.Broadcast.approved_by", "audiences.Broadcast.author",
    "audiences.Broadcast.submitted_by", "campaigns.Contribution.entered_by", "campaigns.Contribution.undone_by",
    "campaigns.Invalidation.by", "campaigns.Publication.by", "campaigns.Publication.undone_by",
    "campaigns.RegistrationImport.by", "campaigns.SetAside.by", "campaigns.UnpaidHelp.entered_by",
    "campaigns.UnpaidHelp.undone_by", "events.ChecklistItem.done_by", "events.Event.organiser",
    "events.OutcomeReport.written_by", "messaging.Wording.by",
}  # fmt: skip


def personal_fields(table: Table) -> set[str]:
    said = read_register(apps.get_app_config(table.model._meta.app_label)).personal
    return {field.name for field in table.model._meta.local_fields if f"{table.model.__name__}.{field.name}" in said}


def links_between(table: Table) -> set[str]:
    """Return the links that only say whose a row is."""
    known = {each.model for each in ALL}
    return {field.name for field in table.model._meta.local_fields if field.related_model in known}


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.label)
def test_every_personal_field_is_in_the_copy_or_left_out_with_a_reason(table: Table) -> None:
    shown = {each.name for each in table.columns}
    left_out = {name.rpartition(".")[2] for name in LEFT_OUT if name.startswith(f"{table.label}.")}
    missing = personal_fields(table) - shown - left_out - links_between(table)
    assert not missing, f"name a reason in rights/holding_words.py, or a title for the link: {missing}"
    assert not shown & left_out


def test_a_table_that_names_people_is_walked() -> None:
    found = {model._meta.label for model in named_tables()}
    assert {"campaigns.PledgeMove", "messaging.DeliveryReport", "events.Attendance", "rights.RightsRequest"} <= found
    assert len(found) > 30


def test_no_table_about_strangers_is_walked() -> None:
    found = {model._meta.label for model in named_tables()}
    assert not found & {"accounts.User", "campaigns.Sponsor", "outreach.OutreachContact", "events.Event"}


def test_every_table_has_a_name_in_words() -> None:
    assert {each.label for each in ALL} - set(TABLES) == set()
    assert set(TABLES) - {each.label for each in ALL} == set()


def test_every_reason_and_link_speaks_of_a_field_that_exists() -> None:
    said = [*LEFT_OUT, *NOT_THEIRS, *LOGIN_LINKS, *AUTHORSHIP]
    for name in said:
        label, _dot, field = name.rpartition(".")
        assert apps.get_model(label)._meta.get_field(field)
    assert all(len(reason) > 10 for reason in [*LEFT_OUT.values(), *NOT_THEIRS.values()])
    for label in LINK_TITLES:
        assert apps.get_model(label)


def test_every_link_to_a_login_is_the_persons_own_or_says_who_on_the_team_did_it() -> None:
    walked = {each.label for each in ALL} - {"accounts.User"}
    for app in our_apps():
        for model in app.get_models():
            for field in model._meta.local_fields:
                if not field.is_relation or field.related_model._meta.label != "accounts.User":  # type: ignore[union-attr]
                    continue
                name = f"{model._meta.label}.{field.name}"
                known = {*LOGIN_LINKS, *AUTHORSHIP, *LEFT_OUT, "volunteers.Volunteer.user"}
                assert name in known, f"{name}: is it what the person did (LOGIN_LINKS), or who on the team did it?"
                assert name not in AUTHORSHIP or model._meta.label not in walked


def test_titles_are_short_words() -> None:
    assert all(1 < len(str(words)) < 40 for words in FIELDS.values())
