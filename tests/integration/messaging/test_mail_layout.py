"""The house layout of every mail: read aloud, in both directions, in light and in dark, without pictures or traces."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from messaging.models import OutboundMessage
from messaging.rendering import render_message
from tests.architecture.test_contrast import contrast
from tests.factories.outreach import Stall
from tests.integration.messaging.test_every_letter import queue_everything

BASE = (Path(settings.BASE_DIR) / "messaging/templates/messaging/base.html").read_text()
LIGHT, _at, DARK = BASE.partition("@media (prefers-color-scheme: dark)")
PAIRS = [
    (LIGHT, ".cell, .below", ".inner"), (LIGHT, "h1", ".inner"), (LIGHT, ".sender", ".inner"),
    (LIGHT, ".small", ".inner"),
    (LIGHT, ".small", ".outer"), (LIGHT, ".cell a", ".inner"), (LIGHT, ".cell a", ".outer"),
    (LIGHT, ".cell .button", ".cell .button"), (DARK, ".cell, h1, h2", ".inner"), (DARK, ".sender", ".inner"),
    (DARK, ".small", ".inner"), (DARK, ".small", "body, .outer"), (DARK, ".cell a, .small a, .below a", ".inner"),
    (DARK, ".cell a, .small a, .below a", "body, .outer"), (DARK, ".cell .button", ".cell .button"),
]  # fmt: skip


def colour(css: str, selector: str, name: str) -> str:
    rule = re.search(rf"(?m)^\s*{re.escape(selector)} {{(.*?)}}", css)
    found = rule and re.search(rf"(?:^|[ ;]){name}: (#[0-9a-f]{{6}})", rule[1])
    assert found, f"{selector} has no {name}"
    return found[1]


@pytest.mark.parametrize(("css", "ink", "ground"), PAIRS)
def test_words_of_mails_can_be_read_in_both_lights(css: str, ink: str, ground: str) -> None:
    assert contrast(colour(css, ink, "color"), colour(css, ground, "background-color")) >= 4.5


def test_no_words_of_mails_are_small() -> None:
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", BASE)]
    assert min(sizes) >= 16


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_mail_is_built_for_readers_of_all_kinds(stall: Stall, at: datetime, language: str) -> None:
    queue_everything(stall, at)
    OutboundMessage.objects.update(language=language)
    for message in OutboundMessage.objects.filter(channel="email"):
        html, which = render_message(message).html, message.template
        assert len(re.findall(r"<h1[ >]", html)) == 1, which
        assert re.search(r"<title>[^<]*\S[^<]*</title>", html), which
        assert len(re.findall(r"<table", html)) == len(re.findall(r'<table [^>]*role="presentation"', html)), which
        assert "prefers-color-scheme: dark" in html, which  # the inliner kept it
        assert re.search(r'<h1[^>]*style="[^"]*color', html), which  # and wrote the rest beside the words
        assert 'name="color-scheme" content="light dark"' in html, which
        for trace in ("<img", "<script", "http://fonts", "url(", "@import"):
            assert trace not in html, (which, trace)
