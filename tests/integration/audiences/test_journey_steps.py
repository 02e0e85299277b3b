"""The editor of steps: one press at a time, nothing typed is lost, nothing is published that cannot be walked."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audiences.actions.journeys import publish_steps
from audiences.models import Automation, Segment
from messaging.models import MessageText
from tests.factories.journeys import make_journey, step
from tests.factories.staff import NOON, World, browse
from tests.factories.wordings import make_text, make_wording


@pytest.fixture
def text(ours: World) -> MessageText:
    text = make_text(ours.lead, name="Hello")
    make_wording(text, at=NOON)
    make_wording(text, "nl", at=NOON)
    return text


class Editor:
    """The form as a browser holds it: what the page carried goes back with what was typed and the button pressed."""

    def __init__(self, client: Client, journey: Automation) -> None:
        self.client, self.url = client, reverse("staff_journeys:steps", args=[journey.pk])
        self._read(client.get(self.url))

    def _read(self, response: Any) -> None:
        self.status, self.location = response.status_code, response.get("Location", "")
        self.page = response.content.decode()
        hidden = re.findall(r'type="hidden" name="(draft|before|base)" value="([^"]*)"', self.page)
        self.form = {name: unescape(value) for name, value in hidden}
        for tag in re.findall(r"<input type=\"(?:text|number|time|url)\"[^>]*>", self.page):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and value:
                self.form[name[1]] = unescape(value[1])
        for name, options in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', self.page, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', options)
            self.form[name] = chosen[1] if chosen else ""

    def press(self, do: str, **typed: str) -> None:
        self._read(self.client.post(self.url, {**self.form, **typed, "do": do}))

    @property
    def keys(self) -> list[str]:
        return re.findall(r'id="step-([a-z0-9-]+)"', self.page)


@pytest.fixture
def journey(ours: World) -> Automation:
    return make_journey(ours, step("wait", "w", days=1), at=NOON)


def test_steps_are_added_typed_moved_and_published(ours: World, journey: Automation, text: MessageText) -> None:
    segment = Segment.objects.create(organisation=ours.lead, name="Active")
    editor = Editor(browse(ours.coordinator), journey)
    editor.press("add:send::")
    send = editor.keys[-1]
    assert "Hello · e-mail · EN, NL" in editor.page.replace("E-mail", "e-mail")
    editor.press("add:check::", **{f"{send}-text": str(text.pk), f"{send}-purpose": "campaign_news"})
    check = editor.keys[-1]
    assert editor.form[f"{send}-text"] == str(text.pk)
    editor.press(f"add:task:{check}:then", **{f"{check}-segment": str(segment.pk)})
    task = editor.keys[-1]
    editor.press(f"up:{send}", **{f"{task}-title": "Call <them>"})
    assert editor.keys == [send, "w", check, task]
    editor.press("publish")
    assert editor.status == 302
    steps = journey.versions.order_by("-number")[0].steps
    assert [each["kind"] for each in steps] == ["send", "wait", "check"]
    assert steps[2]["then"][0]["title"] == "Call <them>"
    assert steps[2]["segment"] == segment.pk
    page = browse(ours.coordinator).get(editor.location).content.decode()
    assert "Task: Call &lt;them&gt;" in page
    assert "Are they in “Active”?" in page


def test_undo_takes_the_last_press_back_with_what_was_typed_before(ours: World, journey: Automation) -> None:
    editor = Editor(browse(ours.coordinator), journey)
    assert 'value="undo"' not in editor.page
    editor.press("remove:w", **{"w-days": "5"})
    assert editor.keys == []
    editor.press("undo")
    assert editor.keys == ["w"]
    assert editor.form["w-days"] == "5"


def test_mistakes_are_said_beside_their_steps_and_nothing_is_published(ours: World, journey: Automation) -> None:
    editor = Editor(browse(ours.coordinator), journey)
    editor.press("add:send::")
    send = editor.keys[-1]
    editor.press("publish", **{"w-days": "soon"})
    assert editor.status == 422
    assert editor.page.count('class="error-message"') >= 2
    assert 'id="w-days-error"' in editor.page
    assert f'id="{send}-text-error"' in editor.page
    assert 'href="#step-w"' in editor.page
    assert editor.form["w-days"] == "soon"
    assert journey.versions.count() == 1


def test_no_step_at_all_is_not_published(ours: World, journey: Automation) -> None:
    editor = Editor(browse(ours.coordinator), journey)
    editor.press("remove:w")
    editor.press("publish")
    assert editor.status == 422
    assert "A journey needs a step at least" in editor.page


def test_rows_of_another_organisation_are_neither_offered_nor_taken(
    ours: World, theirs: World, journey: Automation, text: MessageText
) -> None:
    foreign = make_text(theirs.lead, name="Foreign words")
    Segment.objects.create(organisation=theirs.lead, name="Foreign people")
    editor = Editor(browse(ours.coordinator), journey)
    for kind in ("send", "check", "task"):
        editor.press(f"add:{kind}::")
    assert "Foreign" not in editor.page
    assert str(theirs.coordinator) not in editor.page
    assert "A partner" not in editor.page
    editor = Editor(browse(ours.coordinator), journey)
    editor.press("add:send::")
    send = editor.keys[-1]
    editor.press("publish", **{f"{send}-text": str(foreign.pk), f"{send}-purpose": "campaign_news"})
    assert editor.status == 422
    assert "This text is not there any more" in editor.page
    editor.press("publish", **{f"{send}-text": str(text.pk), f"{send}-purpose": "partner_news"})
    assert editor.status == 422
    assert f'id="{send}-purpose-error"' in editor.page


def test_call_to_a_host_the_operator_does_not_allow_is_said_and_refused(
    ours: World, journey: Automation, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_SECRET = ["hooks.example.org"], "secret"
    editor = Editor(browse(ours.coordinator), journey)
    editor.press("add:call::")
    call = editor.keys[-1]
    assert "has to allow calls" in editor.page
    editor.press("publish", **{f"{call}-url": "https://elsewhere.example.org/x"})
    assert editor.status == 422
    assert f'id="{call}-url-error"' in editor.page
    editor.press("publish", **{f"{call}-url": "https://hooks.example.org/x"})
    assert editor.status == 302


def test_steps_somebody_published_meanwhile_are_not_overwritten_unseen(ours: World, journey: Automation) -> None:
    editor = Editor(browse(ours.coordinator), journey)
    publish_steps(automation=journey, steps=[step("leave", "x")], by=ours.coordinator)
    editor.press("publish", **{"w-days": "4"})
    assert editor.status == 409
    assert "Somebody published other steps meanwhile" in editor.page
    assert journey.versions.count() == 2
    editor.press("publish")
    assert editor.status == 302
    assert journey.versions.order_by("-number")[0].steps[0]["days"] == 4


@pytest.mark.parametrize("draft", ["", "{", '[{"key": "a", "kind": "fly"}]', "[" * 500])
def test_broken_page_shows_the_published_steps(ours: World, journey: Automation, draft: str) -> None:
    editor = Editor(browse(ours.coordinator), journey)
    editor.press("publish", draft=draft)
    assert editor.status == 422
    assert editor.keys == ["w"]
    assert journey.versions.count() == 1


@pytest.mark.parametrize("do", ["", "fly", "add", "add:fly", "up:nobody", "remove:", "undo", "add:send:w:then"])
def test_unknown_press_changes_nothing(ours: World, journey: Automation, do: str) -> None:
    editor = Editor(browse(ours.coordinator), journey)
    editor.press(do)
    assert (editor.status, editor.keys) == (200, ["w"])
