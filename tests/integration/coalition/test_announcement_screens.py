"""The screens of announcements: written, looked at, published, withdrawn; read by whom they are for, by nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation
from campaigns.demo import SLUG
from campaigns.models import Campaign, Partnership
from coalition.actions.announcements import draft_of, seal_of, withdraw_announcement
from coalition.actions.leaving import leave_campaign
from coalition.announcement_rules import Said
from coalition.demo_announcements import load_demo_announcements
from coalition.models import Announcement, AnnouncementRead, AnnouncementText
from messaging.models import OutboundMessage
from tests.factories.coalition import announce, make_announcement
from tests.factories.staff import World, browse, make_user

pytestmark = pytest.mark.django_db


def address(name: str, announcement: Announcement) -> str:
    return reverse(f"staff_announcements:{name}", args=[announcement.pk])


def told(world: World, **changed: Any) -> dict[str, Any]:
    return {
        "campaign": world.campaign.pk, "subject_en": "Meeting", "body_en": "Come\r\n\r\nall", "fallback": "en",
        "sends_letter": "on", "was": "draft", **changed,
    }  # fmt: skip


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_coordinator_writes_looks_publishes_and_withdraws(ours: World, at: datetime) -> None:
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    client = browse(ours.coordinator)
    answer = client.post(reverse("staff_announcements:write"), told(ours, subject_ar="مرحبا", body_ar="أهلا"))
    announcement = Announcement.objects.get()
    assert answer.url == address("show", announcement)
    assert draft_of(announcement).texts["en"] == Said("Meeting", "Come\n\nall")
    page = client.get(answer.url).content.decode()
    assert "ours partner" in page
    assert "<p>Come</p>\n<p>all</p>" in page
    assert 'dir="rtl"' in page
    assert "srcdoc=" in page
    client.post(address("change", announcement), told(ours, to_countries=["BE"], seal=seal_of(announcement)))
    assert AnnouncementText.objects.count() == 1
    assert "Belgium" in client.get(answer.url).content.decode()
    confirm = client.get(address("publish", announcement))
    assert "Publish to 1 partner" in confirm.content.decode()
    client.post(address("publish", announcement), {"seal": confirm.context["seal"]})
    client.post(address("publish", announcement), {"seal": confirm.context["seal"]})
    assert OutboundMessage.objects.count() == 1
    page = client.get(address("show", announcement)).content.decode()
    assert "Read by 0 of 1 partners" in page
    assert "0 of 1 sent" in page
    assert "1 letter that has not left is cancelled" in client.get(address("withdraw", announcement)).content.decode()
    client.post(address("withdraw", announcement))
    assert "withdrawn" in client.get(address("show", announcement)).content.decode()
    assert client.get(address("change", announcement)).status_code == 302


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"subject_en": ""}, "subject_en"), ({"body_en": ""}, "body_en"), ({"fallback": "fr"}, "fallback"),
        ({"subject_en": "A\nBcc: x@example.org"}, "subject_en"), ({"body_en": "[x](javascript:1)"}, "body_en"),
        ({"subject_en": "", "body_en": ""}, "__all__"), ({"campaign": ""}, "campaign"),
        ({"to_countries": ["XX"]}, "to_countries"), ({"to_roles": ["lead"]}, "to_roles"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_next_to_the_field_and_what_was_typed_is_kept(
    ours: World, changed: dict[str, Any], name: str
) -> None:
    answer = browse(ours.coordinator).post(
        reverse("staff_announcements:write"), told(ours, subject_nl="Hallo", body_nl="Iedereen", **changed)
        if name != "__all__" else told(ours, **changed),
    )  # fmt: skip
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {name}
    assert ("Iedereen" in answer.content.decode()) is (name != "__all__")
    assert not Announcement.objects.exists()


def test_other_coalitions_campaign_cannot_be_written_for(ours: World, theirs: World) -> None:
    answer = browse(ours.coordinator).post(reverse("staff_announcements:write"), told(theirs))
    assert set(answer.context["form"].errors) == {"campaign"}


def test_correction_is_asked_for_as_such_and_shown_with_its_moment(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    client, ben = browse(ours.coordinator), browse(ours.manager)
    url = address("change", announcement)
    assert "Nobody gets a second letter" in client.get(url).content.decode()
    texts = {"subject_en": "Meeting on Tuesday", "body_en": "Come all.", "subject_fr": "Réunion", "body_fr": "Venez."}
    stale = client.post(url, {**texts, "was": "draft"})  # it was a draft when the form was opened
    assert stale.status_code == 422
    assert "Meeting on Tuesday" in stale.content.decode()
    emptied = client.post(url, {**texts, "subject_fr": "", "body_fr": "", "was": "published"})
    assert set(emptied.context["form"].errors) == {"body_fr"}
    assert "Corrected" not in ben.get(address("read", announcement)).content.decode()
    client.post(url, {**texts, "was": "published", "seal": seal_of(announcement)})
    page = ben.get(address("read", announcement)).content.decode()
    assert "Meeting on Tuesday" in page
    assert "Corrected" in page


@pytest.mark.parametrize("make", [make_announcement, announce])
def test_second_writer_is_told_and_nothing_is_lost(
    ours: World, at: datetime, make: Callable[..., Announcement]
) -> None:
    announcement = make(ours, at=at, texts={"en": Said("Meeting", "Come.")})
    client, url = browse(ours.coordinator), address("change", announcement)
    shown = client.get(url).context["form"]
    typed = told(ours, was=announcement.status, seal=shown["seal"].value(), body_en="Come.")
    assert client.post(url, {**typed, "subject_en": "First"}).status_code == 302
    answer = client.post(url, {**typed, "subject_en": "Second"})
    assert answer.status_code == 422
    assert "Somebody else changed this announcement meanwhile." in answer.content.decode()
    assert announcement.texts.get().subject == "First"
    again = answer.context["form"]
    assert again["subject_en"].value() == "Second"
    assert client.post(url, {**again.data.dict(), "seal": again["seal"].value()}).status_code == 302
    assert announcement.texts.get().subject == "Second"


def test_draft_changed_by_another_is_not_published_unseen(ours: World, at: datetime) -> None:
    announcement = make_announcement(ours, at=at)
    client = browse(ours.coordinator)
    client.post(address("publish", announcement), {"seal": "of something else"})
    announcement.refresh_from_db()
    assert announcement.published_at is None


def test_partner_reads_it_in_its_language_and_that_is_seen(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at)
    ben = browse(ours.manager)
    home = reverse("wagtailadmin_home")
    assert 'data-unread="1"' in ben.get(home).content.decode()
    inbox = ben.get(reverse("staff_announcements:inbox"))
    assert [each.is_unread for each in inbox.context["shown"]] == [True]
    ada, url = browse(ours.coordinator), address("read", announcement)
    unread = (address("show", announcement), {"show": "unread"})
    assert [row.partnership for row in ada.get(*unread).context["readings"]] == [ours.partnership]
    for ahead in ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, {"HTTP_PURPOSE": "prefetch"}):
        ben.get(url, **ahead)  # type: ignore[arg-type]
    ben.head(url)
    assert not AnnouncementRead.objects.exists()
    page = ben.get(url, HTTP_ACCEPT_LANGUAGE="fr").content.decode()
    ben.get(url)
    assert "Venez tous." in page
    assert AnnouncementRead.objects.count() == 1
    assert "data-unread" not in ben.get(home).content.decode()
    assert "Read by 1 of 1 partners" in ada.get(address("show", announcement)).content.decode()
    assert ada.get(*unread).context["readings"] == []


def test_text_in_another_language_is_shown_as_such(ours: World, at: datetime) -> None:
    announcement = announce(ours, at=at, texts={"ar": Said("مرحبا", "<b>أهلا</b> https://carillon.example/x")})
    page = browse(ours.manager).get(address("read", announcement)).content.decode()
    assert 'lang="ar" dir="rtl"' in page
    assert "There is no text in your language" in page
    assert "&lt;b&gt;أهلا&lt;/b&gt;" in page
    assert '<a href="https://carillon.example/x">' in page


def test_who_it_is_not_for_finds_nothing(ours: World, theirs: World, at: datetime) -> None:
    announcement, draft = announce(ours, at=at), make_announcement(ours, at=at)
    read, show = address("read", announcement), address("show", announcement)
    ben = browse(ours.manager)
    assert ben.get(read).status_code == 200
    assert ben.get(show).status_code == 403
    assert ben.get(address("read", draft)).status_code == 404
    for stranger in (browse(theirs.manager), browse(theirs.coordinator)):
        assert {stranger.get(url).status_code for url in (read, show)} <= {403, 404}
    for url in (show, address("publish", draft), address("withdraw", announcement), address("change", announcement)):
        assert browse(theirs.coordinator).get(url).status_code == 404
        assert browse(theirs.coordinator).post(url).status_code in (404, 405)
    gul = browse(ours.dpo)
    assert gul.get(show).status_code == 200
    assert gul.post(address("withdraw", announcement)).status_code == 403
    assert browse(ours.analyst).get(show).status_code == 403
    leave_campaign(partnership=ours.partnership, by=ours.coordinator, at=at)
    Partnership.objects.create(campaign=theirs.campaign, organisation=ours.partner)
    back = make_user("zoe", Role.PARTNER_MANAGER, ours.partner)
    assert browse(back).get(read).status_code == 404


def test_organisation_without_an_account_is_told_apart(ours: World, at: datetime) -> None:
    empty = Organisation.objects.create(name="Empty house", slug="empty")
    Partnership.objects.create(campaign=ours.campaign, organisation=empty)
    page = browse(ours.coordinator).get(address("show", announce(ours, at=at))).content.decode()
    assert page.count("has nobody with an account") == 1
    assert page.count("<td>not read</td>") == 1


def test_partners_list_has_pinned_ones_first_and_pages_by_key(ours: World, at: datetime) -> None:
    pinned = announce(ours, at=at, is_pinned=True)
    rows = [announce(ours, at=at + timedelta(minutes=number // 2)) for number in range(22)]
    expected = [pinned, *sorted(rows, key=lambda row: (row.published_at, row.pk), reverse=True)]
    client, url = browse(ours.manager), reverse("staff_announcements:inbox")
    first = client.get(url).context
    second = client.get(url, {"after": first["older"]}).context
    assert [each.announcement for page in (first, second) for each in page["shown"]] == expected
    assert second["older"] is None
    assert [client.get(url, {"after": odd}).status_code for odd in ("x", "9" * 18)] == [404, 404]


@pytest.mark.parametrize("where", ["list", "inbox", "show", "dashboard", "home"])
def test_three_cost_as_many_queries_as_one(ours: World, at: datetime, where: str) -> None:
    first = announce(ours, at=at)
    client = browse(ours.coordinator if where in ("list", "show") else ours.manager)
    urls: dict[str, Callable[[], str]] = {
        "list": lambda: reverse("staff_announcements:index"),
        "inbox": lambda: reverse("staff_announcements:inbox"),
        "show": lambda: address("show", Announcement.objects.latest("pk")),
        "dashboard": lambda: reverse("dashboards_partner", args=[ours.partnership.pk]),
        "home": lambda: reverse("wagtailadmin_home"),
    }
    client.get(urls[where]())
    one = queries(client, urls[where]())
    assert first
    for number in range(2):
        organisation = Organisation.objects.create(name=f"P{number}", slug=f"p{number}")
        Partnership.objects.create(campaign=ours.campaign, organisation=organisation)
    for _more in range(2):
        announce(ours, at=at)
    assert queries(client, urls[where]()) == one


def test_list_is_narrowed_by_campaign_and_state(ours: World, theirs: World, at: datetime) -> None:
    published, draft = announce(ours, at=at), make_announcement(ours, at=at)
    announce(theirs, at=at)
    client, url = browse(ours.coordinator), reverse("staff_announcements:index")
    assert [row.pk for row in client.get(url).context["object_list"]] == [draft.pk, published.pk]
    assert [row.pk for row in client.get(url, {"status": "published"}).context["object_list"]] == [published.pk]
    assert len(client.get(url, {"campaign": ours.campaign.pk}).context["object_list"]) == 2


def test_partners_dashboard_and_screens_lead_to_it(ours: World, at: datetime) -> None:
    announce(ours, at=at)
    inbox, index = reverse("staff_announcements:inbox"), reverse("staff_announcements:index")
    for user, link in ((ours.manager, inbox), (ours.coordinator, f"{index}?campaign={ours.campaign.pk}")):
        for screen in ("dashboards_partner", "staff_partners:partner"):
            page = browse(user).get(reverse(screen, args=[ours.partnership.pk])).content.decode()
            assert f'href="{link}"' in page
            assert screen != "dashboards_partner" or "Meeting on Monday" in page


def test_mobiliser_reads_outside_the_staff_area_in_the_language_of_the_page(ours: World, at: datetime) -> None:
    cleo = make_user("cleo", Role.MOBILISER, ours.partner)
    announcement, withdrawn = announce(ours, at=at), announce(ours, at=at)
    withdraw_announcement(announcement=withdrawn, by=ours.coordinator, at=at)
    client = browse(cleo)
    assert "Réunion lundi" in client.get("/fr/announcements/").content.decode()
    page = client.get(f"/ar/announcements/{announcement.pk}/").content.decode()
    assert '<h1 lang="en" dir="ltr">Meeting on Monday</h1>' in page
    assert AnnouncementRead.objects.get().user == cleo
    assert client.get(f"/fr/announcements/{withdrawn.pk}/").status_code == 404
    assert client.get(address("read", announcement)).status_code in (302, 403)
    assert Client().get("/fr/announcements/").status_code == 302
    assert browse(ours.analyst).get(f"/fr/announcements/{announcement.pk}/").status_code == 404


def test_demo_is_loaded_once_marked_and_only_where_there_is_one(ours: World, at: datetime) -> None:
    assert load_demo_announcements(at=at) == 0
    Campaign.objects.filter(pk=ours.campaign.pk).update(slug=SLUG, is_generated=True)
    Organisation.objects.filter(pk=ours.partner.pk).update(country="BE")
    assert [load_demo_announcements(at=at) for _twice in range(2)] == [3, 0]
    assert set(Announcement.objects.values_list("status", "is_generated")) == {("draft", True), ("published", True)}
    assert not OutboundMessage.objects.exists()
