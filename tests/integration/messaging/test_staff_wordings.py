"""The screens of texts: who sees and writes them, the editor's buttons, versions, and a mail to oneself."""

from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.demo import load_demo_accounts
from core.models import AuditEntry
from messaging.demo_wordings import load_demo_texts
from messaging.models import MessageText, OutboundMessage, Wording
from messaging.rendering import render_message
from people.enums import Channel
from tests.factories.staff import World, browse
from tests.factories.wordings import make_text, make_wording

pytestmark = pytest.mark.django_db
INDEX = "staff_wordings:index"


@pytest.fixture
def text(ours: World) -> MessageText:
    return make_text(ours.lead, name="Halfway", scope=ours.campaign.slug)


@pytest.fixture
def client(ours: World) -> Client:
    return browse(ours.coordinator)


def write(text: MessageText, language: str = "en") -> str:
    return reverse("staff_wordings:write", args=[text.pk, language])


def typed(*, do: str = "save", seen: int = 0, **changes: str) -> dict[str, Any]:
    form = {
        "do": do, "seen": seen, "subject": "News", "preheader": "", "b0-kind": "heading", "b0-text": "Hello",
        "b1-kind": "paragraph", "b1-text": "Dear {first_name|friend},\r\n\r\nthank you.",
        "b2-kind": "button", "b2-text": "Go", "b2-url": "https://a.org/x",
    }  # fmt: skip
    return {**form, **changes}


def test_list_shows_own_texts_with_the_languages_they_have(
    client: Client, ours: World, theirs: World, text: MessageText, at: datetime
) -> None:
    make_wording(text, "fr", at=at)
    make_text(theirs.lead, name="Secret")
    page = client.get(reverse(INDEX)).content.decode()
    assert "Halfway" in page
    assert "Secret" not in page
    assert [is_written for _code, _name, is_written, _url in text_row(client).coverage] == [False, True, False, False]
    assert "Français<span" in page
    assert "ours campaign" in page


def text_row(client: Client) -> Any:
    return client.get(reverse(INDEX)).context["object_list"][0]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    client: Client, ours: World, at: datetime, rows: int, django_assert_max_num_queries
) -> None:
    for number in range(rows):
        make_wording(make_text(ours.lead, name=f"Text {number}", scope=ours.campaign.slug), at=at)
    client.get(reverse(INDEX))
    with django_assert_max_num_queries(26):
        client.get(reverse(INDEX))


@pytest.mark.parametrize(("query", "shown"), [("channel=sms", False), ("channel=email", True), ("scope=ours", True)])
def test_list_is_filtered(client: Client, text: MessageText, query: str, shown: bool) -> None:
    page = client.get(f"{reverse(INDEX)}?{query}").content.decode()
    assert ("Halfway" in page) == shown


def test_text_is_made_for_ones_own_organisation_and_campaign(client: Client, ours: World, theirs: World) -> None:
    form = {
        "name": "New", "organisation": ours.lead.pk, "scope": ours.campaign.slug, "channel": "email",
        "fallback_language": "fr",
    }  # fmt: skip
    answer = client.post(reverse("staff_wordings:add"), form)
    made = MessageText.objects.get()
    assert answer["Location"] == write(made, "fr")
    for wrong in ({"organisation": theirs.lead.pk}, {"organisation": ours.partner.pk}, {"scope": theirs.campaign.slug}):
        assert client.post(reverse("staff_wordings:add"), {**form, **wrong}).status_code == 200
    assert MessageText.objects.count() == 1


def test_saving_makes_a_version_that_says_what_was_typed(client: Client, ours: World, text: MessageText) -> None:
    answer = client.post(write(text), typed())
    assert answer.status_code == 302
    wording = Wording.objects.get()
    assert (wording.version, wording.subject, wording.by) == (1, "News", ours.coordinator)
    assert wording.body == [
        {"kind": "heading", "value": "Hello"},
        {"kind": "paragraph", "value": "Dear {first_name|friend},\n\nthank you."},
        {"kind": "button", "value": {"label": "Go", "url": "https://a.org/x"}},
    ]
    page = client.get(write(text)).content.decode()
    assert "version 1" in page
    assert "Dear &lt;bdi&gt;Ada&lt;/bdi&gt;," in page
    assert "Go\nhttps://a.org/x" in page


def test_mistakes_stand_beside_their_field_and_what_was_typed_stays(client: Client, text: MessageText) -> None:
    form = typed(subject="", **{"b0-text": "", "b1-text": "Dear {password}", "b2-url": "javascript:alert(1)"})
    answer = client.post(write(text), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "3 things to mend" in page
    assert 'id="subject-wrong"' in page
    assert page.index("There is no variable {password}") < page.index('id="b1-wrong"') < page.index('id="b2-wrong"')
    assert "Dear {password}" in page
    assert not Wording.objects.exists()


@pytest.mark.parametrize(
    ("do", "kinds"),
    [
        ("add:divider", ["heading", "paragraph", "button", "divider"]),
        ("up:block:1", ["paragraph", "heading", "button"]),
        ("down:block:1", ["heading", "button", "paragraph"]),
        ("remove:block:0", ["paragraph", "button"]),
        ("up:block:0", ["heading", "paragraph", "button"]),
        ("remove:block:99", ["heading", "paragraph", "button"]),
        ("add:html", ["heading", "paragraph", "button"]),
        ("nonsense", ["heading", "paragraph", "button"]),
    ],
)
def test_editors_buttons_change_the_blocks_and_store_nothing(
    client: Client, text: MessageText, do: str, kinds: list[str]
) -> None:
    answer = client.post(write(text), typed(do=do))
    assert [row.kind for row in answer.context["rows"]] == kinds
    assert not Wording.objects.exists()


def test_preview_is_drawn_for_somebody_with_and_without_a_name(client: Client, text: MessageText) -> None:
    for sample, name in (("named", "Ada"), ("nameless", "friend")):
        answer = client.post(write(text), typed(do="preview", sample=sample), headers={"X-Preview": "1"})
        page = answer.content.decode()
        assert f"Dear {name}," in page
        assert "<html" not in page
    assert not Wording.objects.exists()


def test_preview_shows_dark_and_light_whatever_the_viewers_own_is(client: Client, text: MessageText) -> None:
    shown = client.post(write(text), typed(do="preview")).context["preview"]
    assert "@media all" in shown.dark
    assert "@media not all" in shown.light
    assert "prefers-color-scheme" not in shown.dark + shown.light


def test_two_people_who_write_at_once_the_second_is_warned(client: Client, text: MessageText, at: datetime) -> None:
    seen = make_wording(text, at=at, subject="Before")
    make_wording(text, at=at, subject="Theirs")
    answer = client.post(write(text), typed(seen=seen.version, subject="Mine"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "saved version 2" in page
    assert 'value="Mine"' in page
    assert Wording.objects.count() == 2
    assert client.post(write(text), typed(seen=answer.context["seen"], subject="Mine")).status_code == 302
    assert Wording.objects.get(version=3).subject == "Mine"


def test_older_version_is_looked_at_and_taken_up_again(client: Client, text: MessageText, at: datetime) -> None:
    make_wording(text, at=at, subject="First words")
    make_wording(text, at=at, subject="Second words")
    page = client.get(f"{write(text)}?version=1").content.decode()
    assert 'value="First words"' in page
    assert client.post(write(text), {"do": "take-up:1"}).status_code == 302
    assert Wording.objects.get(version=3).subject == "First words"
    assert client.post(write(text), {"do": "take-up:99"}).status_code == 404


def test_translation_begins_with_the_words_of_another_language(client: Client, text: MessageText, at: datetime) -> None:
    make_wording(text, "en", at=at, subject="English words")
    assert "?copy=en" in client.get(write(text, "fr")).content.decode()
    assert 'value="English words"' in client.get(f"{write(text, 'fr')}?copy=en").content.decode()
    assert not text.wordings.filter(language="fr").exists()


def test_mail_to_oneself_is_marked_and_goes_to_the_signed_in_address(
    client: Client, ours: World, text: MessageText, at: datetime
) -> None:
    for _time in range(2):
        assert client.post(write(text), typed(do="test", seen=Wording.objects.count())).status_code == 302
    message = OutboundMessage.objects.get()
    letter = render_message(message)
    assert (message.address, message.purpose) == (ours.coordinator.email, "service")
    assert letter.subject == "[Test] News"
    assert "List-Unsubscribe" not in letter.headers
    assert "Stop these messages" in letter.text
    entry = AuditEntry.objects.filter(action="messaging.wording.sent_to_oneself").first()
    assert entry is not None
    assert ours.coordinator.email not in str(entry.details)


def test_text_message_is_one_field_and_has_no_mail_to_oneself(client: Client, ours: World) -> None:
    text = make_text(ours.lead, channel=Channel.SMS)
    page = client.get(write(text)).content.decode()
    assert 'name="sms"' in page
    assert 'value="test"' not in page
    assert client.post(write(text), {"do": "save", "seen": "0", "sms": "Come at noon"}).status_code == 302
    assert Wording.objects.get().body == [{"kind": "sms", "value": "Come at noon"}]
    assert client.post(write(text), {"do": "save", "seen": "1", "sms": "{password}"}).status_code == 422


def test_outsider_finds_nothing_and_who_may_not_write_is_refused(
    ours: World, theirs: World, text: MessageText, at: datetime
) -> None:
    make_wording(text, at=at)
    edit = reverse("staff_wordings:edit", args=[text.pk])
    for outsider in (theirs.coordinator, ours.manager):
        client = browse(outsider)
        for url in (write(text), edit):
            assert client.get(url).status_code == 404
            assert client.post(url, typed()).status_code == 404
    reader = browse(ours.dpo)
    assert reader.get(write(text)).status_code == 200
    assert 'value="save"' not in reader.get(write(text)).content.decode()
    assert reader.post(write(text), typed()).status_code == 403
    analyst = browse(ours.analyst)
    assert analyst.get(write(text)).status_code == 403
    assert analyst.get(reverse(INDEX)).status_code == 403
    assert Wording.objects.count() == 1


def test_partner_writes_own_texts(ours: World) -> None:
    text = make_text(ours.partner)
    assert browse(ours.manager).post(write(text), typed()).status_code == 302
    assert Wording.objects.get().by == ours.manager


@pytest.mark.parametrize("language", ["xx", "en-gb", "zh"])
def test_language_nobody_writes_is_not_found(client: Client, text: MessageText, language: str) -> None:
    assert client.get(f"/staff/wordings/write/{text.pk}/{language}/").status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        {"b0-kind": "html", "b0-text": "<script>"}, {"b1-text": "\x00\x1b"}, {"b1-text": "{" * 30_000},
        {"seen": "9" * 40}, {"seen": "٣"}, {"subject": "a\nBcc: b@c.org {"}, {"b2-url": "https://[::1"},
        {"b1-text": "<script>alert(1)</script> {first_name.__class__}"},
    ],
)  # fmt: skip
def test_hostile_form_breaks_nothing(client: Client, text: MessageText, hostile: dict[str, str]) -> None:
    for do in ("save", "preview", "add:heading"):
        answer = client.post(write(text), {**typed(do=do), **hostile})
        assert answer.status_code in (200, 302, 409, 422)
        assert b"<script>alert" not in answer.content


def test_demo_texts_are_right_and_loaded_once(settings: LazySettings, at: datetime) -> None:
    settings.DEMO_MODE = True
    load_demo_accounts()
    for _time in range(2):
        load_demo_texts(at=at)
    assert MessageText.objects.filter(is_generated=True).count() == MessageText.objects.count() == 3
    assert Wording.objects.count() == 10
