"""How a wording looks to whom it is sent: light, dark, and as plain text, for a person made up."""

import re
from dataclasses import dataclass

from messaging.models import MessageText, Wording
from messaging.rendering import draw_sample
from messaging.wording_rules import person_words
from messaging.writing_form import Draft

_NAMES = {"en": "Ada Lovelace", "fr": "Camille Dubois", "nl": "Sanne de Vries", "ar": "آمنة حداد"}
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme:\s*dark\s*\)")
_SCHEME = re.compile(r"light dark")


@dataclass(frozen=True)
class Preview:
    subject: str
    preheader: str
    text: str
    light: str
    dark: str


def sample_name(language: str) -> str:
    return _NAMES.get(language, _NAMES["en"])


def preview(text: MessageText, language: str, draft: Draft, *, has_name: bool) -> Preview:
    """Return a wording as somebody with a name, or without one, would get it; it need not be right nor stored."""
    wording = Wording(text=text, language=language, subject=draft.subject, preheader=draft.preheader, body=draft.body)
    words = person_words(sample_name(language) if has_name else "")
    subject, plain, html = draw_sample(wording, words)
    return Preview(subject, draft.preheader, plain, _in(html, "light"), _in(html, "dark"))


def _in(html: str, scheme: str) -> str:
    """Return the mail as a program in light or dark mode shows it, whatever the viewer's own is."""
    shown = _DARK.sub("@media all" if scheme == "dark" else "@media not all", html)
    return _SCHEME.sub(scheme, shown)
