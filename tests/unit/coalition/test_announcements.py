"""Announcements to partners: one letter to each manager whatever is repeated, and nothing to who is not meant."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.users.models import UserProfile

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from campaigns.enums import PartnerRole
from campaigns.models import Campaign, Partnership
from coalition.actions import announcements
from coalition.actions.announcements import (
    ChangedMeanwhileError,
    NobodyToTellError,
    NotADraftError,
    NotPublishedError,
    correct_announcement,
    draft_of,
    mark_read,
    publish_announcement,
    save_draft,
    seal_of,
    withdraw_announcement,
)
from coalition.actions.leaving import come_back, leave_campaign
from coalition.announcement_enums import AnnouncementStatus
from coalition.announcement_letters import direction_of, sending_of
from coalition.announcement_rules import Draft, Mistakes, Said
from coalition.models import Announcement, AnnouncementRead, AnnouncementRecipient, AnnouncementText
from core.models import AuditEntry
from messaging.actions.deliver import deliver_messages
from messaging.enums import MessageStatus
from messaging.models import OutboundMessage
from messaging.rendering import render_message
from tests.factories.coalition import announce, make_announcement, publish
from tests.factories.staff import World, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def take_in(world: World, name: str, country: str = "BE", role: str = PartnerRole.PARTNER, people: int = 1) -> User:
    """Take a partner in and return its last manager."""
    organisation = Organisation.objects.create(name=name, slug=name, country=country)
    partnership = Partnership.objects.create(campaign=world.campaign, organisation=organisation, role=role)
    Partnership.objects.filter(pk=partnership.pk).update(created_at=datetime.fromisoformat("2026-01-01T00:00Z"))
    users = [make_user(f"{name}-{number}", Role.PARTNER_MANAGER, organisation) for number in range(people)]
    return users[-1]


def written_to() -> set[str]:
    return set(OutboundMessage.objects.values_list("address", flat=True))


def readers(announcement: Announcement, *users: User) -> list[User]:
    return [user for user in users if announcement in Announcement.objects.readable_by(user)]


def test_publishing_writes_one_letter_to_each_manager_in_their_language(
    ours: World, theirs: World, at: datetime
) -> None:
    Membership.objects.create(user=ours.manager, organisation=ours.lead, role=Role.ANALYST)
    two = take_in(ours, "second", people=2)
    Membership.objects.create(user=two, organisation=ours.partner, role=Role.PARTNER_MANAGER)  # of two partners
    UserProfile.objects.create(user=two, preferred_language="fr")
    make_user("eva", Role.ORGANISER, ours.partner)
    User.objects.filter(email="second-0@example.org").update(is_active=False)
    announcement = announce(ours, at=at)
    assert announcement.status == AnnouncementStatus.PUBLISHED
    assert sorted(OutboundMessage.objects.values_list("address", "language", "status", "batch")) == [
        (ours.manager.email, "en", "ready", announcement.batch),
        ("second-1@example.org", "fr", "ready", announcement.batch),
    ]
    assert AnnouncementRecipient.objects.count() == 2
    french = render_message(OutboundMessage.objects.get(language="fr"))
    assert french.subject == "ours campaign: Réunion lundi"
    assert "Venez tous." in french.text


def test_publishing_again_writes_to_nobody_twice(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    for minutes in (1, 2):
        take_in(ours, f"late{minutes}")
        again = publish(announcement, ours, at=at + timedelta(minutes=minutes))
        assert again.published_at == at
    assert written_to() == {ours.manager.email}
    assert AnnouncementRecipient.objects.count() == 1
    assert AuditEntry.objects.filter(action="coalition.announcement.published").count() == 1


@pytest.mark.parametrize("step", ["insert_new_rows", "queue_letters", "audit"])
def test_process_that_dies_while_publishing_leaves_a_draft_and_no_letter(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    announcement = make_announcement(ours, at=at)

    def dies(*_words: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        if step == "audit":
            killed.setattr(announcements.audit, "record", dies)
        else:
            killed.setattr(announcements, step, dies)
        with pytest.raises(KeyboardInterrupt):
            publish(announcement, ours, at=at)
    announcement.refresh_from_db()
    assert announcement.status == AnnouncementStatus.DRAFT
    assert not OutboundMessage.objects.exists()
    assert not AnnouncementRecipient.objects.exists()
    publish(announcement, ours, at=at)
    assert written_to() == {ours.manager.email}


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_publish_once(ours: World, at: datetime) -> None:
    announcement = make_announcement(ours, at=at)
    bea = make_user("bea", Role.COORDINATOR, ours.lead)
    seal = seal_of(announcement)

    def press(user: User) -> Callable[[], Announcement]:
        return lambda: publish_announcement(announcement=announcement, seal=seal, by=user, at=at)

    results = run_at_once(press(ours.coordinator), press(bea))
    assert {each.status for each in results} == {AnnouncementStatus.PUBLISHED}
    assert OutboundMessage.objects.count() == 1
    assert AuditEntry.objects.filter(action="coalition.announcement.published").count() == 1


def test_publishing_to_many_takes_as_many_queries_as_to_one(ours: World, at: datetime) -> None:
    def queries() -> int:
        announcement = make_announcement(ours, at=at)
        with CaptureQueriesContext(connection) as captured:
            publish(announcement, ours, at=at)
        return len(captured)

    one = queries()
    for number in range(4):
        take_in(ours, f"partner{number}", people=2)
    assert queries() == one
    assert OutboundMessage.objects.count() == 1 + 9


def test_only_those_it_is_for_are_written_to_and_see_it(ours: World, at: datetime) -> None:
    french, supporting = take_in(ours, "fr", "FR"), take_in(ours, "be", "BE", PartnerRole.SUPPORTER)
    lead = take_in(ours, "colead", "FR", PartnerRole.LEAD)
    everybody = (french, supporting, lead, ours.manager)
    cases: list[tuple[dict[str, Any], list[User]]] = [
        ({"countries": ("DE", "FR")}, [french]),
        ({"roles": ("supporter",)}, [supporting]),
        ({"roles": ("supporter",), "countries": ("BE",)}, [supporting]),
        ({}, [french, supporting, ours.manager]),
    ]
    for told, meant in cases:
        OutboundMessage.objects.all().delete()
        announcement = announce(ours, at=at, **told)
        assert written_to() == {user.email for user in meant}
        assert readers(announcement, *everybody) == meant
    with pytest.raises(NobodyToTellError):
        announce(ours, at=at, countries=("MT",))


def test_who_joins_later_sees_what_is_current_or_pinned_and_gets_no_letter(ours: World, at: datetime) -> None:
    fresh = announce(ours, at=at)
    pinned = announce(ours, at=at, is_pinned=True)
    elsewhere = announce(ours, at=at, roles=("partner",), is_pinned=True)
    for days, seen in ((29, [fresh, pinned]), (31, [pinned])):
        late = take_in(ours, f"late{days}", role=PartnerRole.SUPPORTER)
        Partnership.objects.filter(organisation__slug=f"late{days}").update(created_at=at + timedelta(days=days))
        assert sorted(Announcement.objects.readable_by(late), key=lambda row: row.pk) == seen
        assert late.email not in written_to()
    assert mark_read(announcement=pinned, user=late, at=at)
    assert AnnouncementRecipient.objects.get(partnership__organisation__slug="late31").is_late
    assert elsewhere in Announcement.objects.readable_by(ours.manager)


def test_who_is_no_partners_manager_any_more_when_it_leaves_gets_nothing(ours: World, at: datetime) -> None:
    gone, demoted, stays = take_in(ours, "gone"), take_in(ours, "demoted"), take_in(ours, "stays")
    announce(ours, at=at)
    leave_campaign(partnership=Partnership.objects.get(organisation__slug="gone"), by=ours.coordinator, at=at)
    Membership.objects.filter(user=demoted).update(role=Role.MOBILISER)
    User.objects.filter(pk=ours.manager.pk).update(is_active=False)
    deliver_messages(at=at, channel="email")
    assert dict(OutboundMessage.objects.values_list("address", "status")) == {
        stays.email: MessageStatus.SENT,
        gone.email: MessageStatus.CANCELLED,
        demoted.email: MessageStatus.CANCELLED,
        ours.manager.email: MessageStatus.CANCELLED,
    }


def test_withdrawing_takes_it_away_and_cancels_what_has_not_left(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    for minutes in (1, 2):
        withdraw_announcement(announcement=announcement, by=ours.coordinator, at=at + timedelta(minutes=minutes))
    announcement.refresh_from_db()
    assert announcement.withdrawn_at == at + timedelta(minutes=1)
    assert not readers(announcement, ours.manager)
    assert sending_of(announcement).stopped == sending_of(announcement).total == 1
    assert publish(announcement, ours, at=at).status == AnnouncementStatus.WITHDRAWN
    with pytest.raises(NotPublishedError):
        withdraw_announcement(announcement=make_announcement(ours, at=at), by=ours.coordinator, at=at)


def test_letter_that_a_worker_held_while_it_was_withdrawn_does_not_leave(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    withdraw_announcement(announcement=announcement, by=ours.coordinator, at=at)
    OutboundMessage.objects.update(status=MessageStatus.READY)  # given back by the worker after the withdrawal
    deliver_messages(at=at, channel="email")
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED


def test_correction_is_marked_where_the_words_differ_and_writes_to_nobody(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    texts = {**draft_of(announcement).texts, "en": Said("Meeting on Tuesday", "Come all."), "nl": Said("Dag", "Kom.")}
    later = at + timedelta(hours=1)
    change: dict[str, Any] = {"announcement": announcement, "is_pinned": False, "seal": seal_of(announcement)}
    for _again in range(2):
        correct_announcement(**change, texts=texts, by=ours.coordinator, at=later)
    with pytest.raises(ChangedMeanwhileError):
        correct_announcement(**change, texts={**texts, "nl": Said("Nee", "Kom.")}, by=ours.coordinator, at=later)
    marks = dict(AnnouncementText.objects.values_list("language", "corrected_at"))
    assert marks == {"en": later, "fr": None, "nl": None}
    assert OutboundMessage.objects.count() == 1
    assert AuditEntry.objects.filter(action="coalition.announcement.corrected").count() == 1
    assert "Tuesday" in render_message(OutboundMessage.objects.get()).subject
    with pytest.raises(NotADraftError):
        save_draft(draft=draft_of(announcement), campaign=ours.campaign, announcement=announcement, by=None, at=at)
    draft = make_announcement(ours, at=at)
    with pytest.raises(NotPublishedError):
        correct_announcement(announcement=draft, texts=texts, is_pinned=False, seal="", by=None, at=at)


def test_draft_that_changed_after_it_was_looked_at_is_not_published(ours: World, at: datetime) -> None:
    announcement = make_announcement(ours, at=at)
    seal = seal_of(announcement)
    draft = Draft(texts={"fr": Said("Autre", "Chose.")}, fallback="fr")
    change: dict[str, Any] = {"campaign": ours.campaign, "announcement": announcement, "by": ours.coordinator}
    for _press in range(2):
        save_draft(draft=draft, seal=seal, at=at, **change)
    with pytest.raises(ChangedMeanwhileError):
        save_draft(draft=Draft(texts={"fr": Said("Moi", "Aussi.")}, fallback="fr"), seal=seal, at=at, **change)
    assert AnnouncementText.objects.get().subject == "Autre"
    assert set(AnnouncementText.objects.values_list("language", flat=True)) == {"fr"}
    with pytest.raises(ChangedMeanwhileError):
        publish_announcement(announcement=announcement, seal=seal, by=ours.coordinator, at=at)
    assert not OutboundMessage.objects.exists()


def test_draft_moved_to_another_campaign_is_not_published_there_unseen(
    ours: World, theirs: World, at: datetime
) -> None:
    announcement = make_announcement(ours, at=at)
    seal = seal_of(announcement)
    for campaign, mark in (
        (Campaign.objects.create(title="Two", slug="two", organisation=ours.lead), seal),
        (theirs.campaign, ""),
    ):
        change: dict[str, Any] = {"draft": draft_of(announcement), "announcement": announcement, "at": at}
        save_draft(**change, campaign=campaign, by="tests", seal=seal_of(announcement))
        announcement.refresh_from_db()
        with pytest.raises(ChangedMeanwhileError):
            publish_announcement(
                announcement=announcement, seal=mark or seal_of(announcement), by=ours.coordinator, at=at
            )
    with pytest.raises(ChangedMeanwhileError):
        save_draft(**change, campaign=ours.campaign, by=ours.coordinator, seal=seal_of(announcement))
    assert not OutboundMessage.objects.exists()
    assert not AnnouncementRecipient.objects.exists()


def test_only_shown_writes_no_letter(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at, sends_letter=False)
    assert not OutboundMessage.objects.exists()
    assert readers(announcement, ours.manager)


def test_reading_is_noted_once_and_stays_with_the_organisation(ours: World, theirs: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    eva = make_user("eva", Role.ORGANISER, ours.partner)
    assert Announcement.objects.readable_by(eva).unread_by(eva).count() == 1
    assert [mark_read(announcement=announcement, user=eva, at=at + timedelta(hours=hours)) for hours in (1, 2)] == [
        True, False,
    ]  # fmt: skip
    assert not Announcement.objects.readable_by(eva).unread_by(eva).exists()
    assert Announcement.objects.readable_by(ours.manager).unread_by(ours.manager).count() == 1
    eva.delete()
    assert not AnnouncementRead.objects.exists()
    assert AnnouncementRecipient.objects.get().read_at == at + timedelta(hours=1)
    assert not mark_read(announcement=announcement, user=theirs.manager, at=at)
    assert not mark_read(announcement=announcement, user=ours.coordinator, at=at)


@pytest.mark.django_db(transaction=True)
def test_two_first_openings_at_once_are_noted_once(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)

    def opens() -> bool:
        return mark_read(announcement=announcement, user=ours.manager, at=at)

    assert sorted(run_at_once(opens, opens)) == [False, True]
    assert AuditEntry.objects.filter(action="coalition.announcement.read").count() == 1


def test_reading_it_for_one_partner_shows_it_to_no_other_of_the_readers(ours: World, at: datetime) -> None:
    french, belgian = take_in(ours, "fr", "FR"), take_in(ours, "be", "BE")
    announcement = announce(ours, at=at, countries=("FR",))
    both = make_user("both", Role.ORGANISER, french.memberships.get().organisation)
    Membership.objects.create(user=both, organisation=belgian.memberships.get().organisation, role=Role.PARTNER_MANAGER)
    assert mark_read(announcement=announcement, user=both, at=at)
    row = AnnouncementRecipient.objects.get()
    assert (row.partnership.organisation.slug, row.read_at) == ("fr", at)
    late = Partnership.objects.get(organisation__slug="be")
    AnnouncementRecipient.objects.create(announcement=announcement, partnership=late, is_late=True)
    assert not readers(announcement, belgian)  # read late by somebody else is no reason either
    Membership.objects.filter(user=french).update(organisation=late.organisation)
    deliver_messages(at=at, channel="email")
    assert OutboundMessage.objects.get().status == MessageStatus.CANCELLED


def test_who_left_sees_nothing_and_sees_it_again_when_back(ours: World, theirs: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    assert readers(announcement, ours.manager, theirs.manager, ours.analyst) == [ours.manager]
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert not readers(announcement, ours.manager)
    come_back(partnership=ours.partnership, by=ours.coordinator, at=at)
    assert readers(announcement, ours.manager)


@pytest.mark.parametrize(
    "said",
    [
        Said("", "Words"), Said("Subject", " \n"), Said("A\nBcc: x@example.org", "Words"), Said("A\u2028B", "Words"),
        Said("A\x00", "Words"), Said("A", "[here](javascript:alert)"), Said("A", "[here]({campaign})"),
        Said("A", "x" * 10_001), Said("A" * 151, "Words"),
    ],
)  # fmt: skip
def test_text_that_is_empty_or_breaks_a_header_or_leads_nowhere_is_refused(
    ours: World, at: datetime, said: Said
) -> None:
    with pytest.raises(Mistakes):
        make_announcement(ours, at=at, texts={"en": said})
    assert not Announcement.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "published"}, {"published_at": "2026-01-01T00:00Z"}, {"status": "withdrawn"},
        {"status": "published", "published_at": "2026-01-01T00:00Z", "fallback": None}, {"status": "other"},
    ],
)  # fmt: skip
def test_database_refuses_states_that_are_none(ours: World, at: datetime, columns: dict[str, Any]) -> None:
    announcement = make_announcement(ours, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.filter(pk=announcement.pk).update(**columns)


def test_database_refuses_texts_without_words_or_with_two_lines_and_two_of_a_kind(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    mark_read(announcement=announcement, user=ours.manager, at=at)
    texts = AnnouncementText.objects.filter(language="en")
    twice: list[Callable[[], Any]] = [
        lambda: texts.update(subject=""),
        lambda: texts.update(body=""),
        lambda: texts.update(subject="a\nBcc: b"),
        lambda: texts.update(subject="a\rb"),
        lambda: texts.update(language="fr"),
        lambda: AnnouncementRead.objects.create(announcement=announcement, user=ours.manager, read_at=at),
        lambda: AnnouncementRecipient.objects.create(announcement=announcement, partnership=ours.partnership),
    ]
    for change in twice:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_direction_is_that_of_the_language() -> None:
    assert {code: direction_of(code) for code in ("ar", "fa", "ur", "fr")} == {
        "ar": "rtl", "fa": "rtl", "ur": "rtl", "fr": "ltr",
    }  # fmt: skip


def test_letter_says_when_it_is_in_another_language_and_escapes_what_was_typed(ours: World, at: datetime) -> None:
    said = Said("<b>مرحبا</b>", "Dear {first_name}\n\n<script>x</script> [here](https://carillon.example/?a=1&b=2)")
    announce(ours, at=at, texts={"ar": said})
    letter = render_message(OutboundMessage.objects.get())
    assert (letter.language, "in العربية" in letter.text) == ("en", True)
    assert '<div lang="ar" dir="rtl">' in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "<script" not in letter.html
    assert 'href="https://carillon.example/?a=1&amp;b=2"' in letter.html
    assert "{first_name}" in letter.text
