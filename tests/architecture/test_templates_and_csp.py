"""Our public templates keep to the content security policy and to both writing directions."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["core/templates", "cms/templates", "integrations/outbox/templates", "outreach/templates", "templates"]
TEMPLATES = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.html")]
STYLES = [
    ROOT / "static" / "css" / "site.css",
    ROOT / "static" / "css" / "tokens.css",
    ROOT / "outreach" / "static" / "outreach" / "app.css",
]
PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border)-(left|right)\b|(?<![\w-])(left|right):|text-align: (left|right)"
)


def test_no_inline_style_script_or_handler() -> None:
    assert len(TEMPLATES) > 30
    refused = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", re.I)
    assert not [path.name for path in TEMPLATES if refused.search(path.read_text())]


def test_nothing_is_loaded_from_elsewhere() -> None:
    loads = re.compile(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=\"(?:https?:)?//")
    assert not [path.name for path in TEMPLATES if loads.search(path.read_text())]


def test_styles_use_logical_properties_only() -> None:
    assert not [match for path in STYLES for match in PHYSICAL.findall(path.read_text())]
