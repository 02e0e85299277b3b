"""Every screen of the staff area, drawn: no script stands in it, and style sheets only where a template asked for them.

The templates themselves are read in tests/architecture/test_inline_scripts.py; here is what becomes of them with rows,
and what Python and JavaScript put into the answers.
"""

import re

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.factories.access_addresses import every_address
from tests.factories.access_rows import Places
from tests.factories.access_walk import names_of

SCRIPT = re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>.{0,80}", re.IGNORECASE | re.DOTALL)
HANDLER = re.compile(r"<[^<>]*\s(?:on[a-z]+\s*=\s*[\"'][^>]{0,60}|href=[\"']\s*javascript:[^>]{0,60})", re.IGNORECASE)
STYLE = re.compile(r"<style\b[^>]*>.{0,80}", re.IGNORECASE | re.DOTALL)

# Who may hold style sheets: a letter shown as it arrives, the rich text editor.
RICH = {"staff_announcements:show", "staff_wordings:write", "wagtailadmin_pages:edit"}


def told(answer: HttpResponse) -> list[str]:
    """Return what a page, or a piece of one sent as JSON, holds that its policy forbids."""
    text = answer.text.replace('\\"', '"').replace("\\u003C", "<")
    return [*SCRIPT.findall(text), *HANDLER.findall(text), *STYLE.findall(text)]


def drawn(client: Client, url: str) -> HttpResponse | None:
    """Return what reading an address gives; None for a file, a refusal, and where Wagtail misses a word and breaks."""
    with transaction.atomic():
        try:
            answer = client.get(url)
        except (KeyError, AttributeError):
            return None
        transaction.set_rollback(True)
    is_page = answer.headers.get("Content-Type", "").startswith(("text/html", "application/json"))
    return answer if answer.status_code == 200 and is_page and not answer.streaming else None


@pytest.mark.django_db
def test_no_staff_screen_holds_a_script_a_handler_or_a_style_sheet() -> None:
    places = Places()
    client = Client()
    client.force_login(places.people["superuser"], backend="django.contrib.auth.backends.ModelBackend")
    found, seen, rich = {}, 0, set()
    for name, address in names_of(every_address()).items():
        if not address.is_staff or (answer := drawn(client, address.url(places.rows["L"]))) is None:
            continue
        seen += 1
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy, name
        assert ("draftail" in answer.text) <= ("style-src-elem 'self' 'unsafe-inline'" in policy), name
        rich |= {name} if "style-src-elem 'self' 'unsafe-inline'" in policy else set()
        if wrong := told(answer):
            found[name] = wrong
    assert found == {}
    assert seen > 300
    assert rich == RICH


def test_what_is_looked_for_is_found() -> None:
    for text in (
        "<script>x()</script>",
        '<script type="module">',
        '<b onclick="x()">',
        "<a href='javascript:x'>",
        "<style>",
    ):
        assert told(HttpResponse(text)), text
    assert told(HttpResponse('<script src="x.js" defer></script><script type="application/json">{}</script>')) == []
