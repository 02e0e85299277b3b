"""How far a petition or a pledge is, for other websites: as data, and as a picture where no script may run."""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language_bidi, gettext, ngettext, override

from campaigns.models import Petition, PledgeKind
from cms.embed_forms import NoSuchWidget, read_widget
from cms.petition_context import progress
from cms.pledge_context import counted
from cms.source_pages import widget_path
from core.ttl_cache import ttl_cache


@dataclass(frozen=True)
class Counted:
    """A count in one language. ``count`` is None where it is not shown (yet); ``goal`` None where there is none."""

    count: int | None
    goal: int | None
    text: str
    goal_text: str
    as_of: str
    link: str
    path: str
    is_rtl: bool

    def told(self, page_url: str) -> dict[str, Any]:
        return {
            "count": self.count,
            "goal": self.goal,
            "text": self.text,
            "goal_text": self.goal_text,
            "as_of": self.as_of,
            "link": self.link,
            "page_url": page_url,
            "dir": "rtl" if self.is_rtl else "ltr",
        }


def known_language(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@ttl_cache(10, most=500)
def counted_words(widget: str, language: str) -> Counted:
    """Return the count in ``language``, with its digits and plural forms; at most 50 seconds old. Raises NoSuchWidget.

    Below the smallest number to be shown, and while staff hide counts, it says so without a number.
    """
    kind, number = read_widget(widget)
    path = widget_path(kind, number, language)
    if not path:
        raise NoSuchWidget
    with override(language):
        return _petition(number, path) if kind == "petition" else _pledge(number, path, language)


def _petition(number: int, path: str) -> Counted:
    petition = Petition.objects.get(pk=number)
    link = gettext("Sign the petition")
    found = progress(number, petition.minimum_shown, petition.goal_steps)
    count, goal = found["count"], found["goal"]
    if count is None:
        first = gettext("The first goal: %(goal)s signatures") % {"goal": intcomma(goal)}
        return Counted(None, goal, gettext("Be among the first"), first, "", link, path, get_language_bidi())
    text = f"{intcomma(count)} {ngettext('signature', 'signatures', count)}"
    aim = gettext("Next goal: %(goal)s") if goal > count else gettext("The goal of %(goal)s is reached")
    aim = aim % {"goal": intcomma(goal)}
    return Counted(count, goal, text, aim, _as_of(found), link, path, get_language_bidi())


def _pledge(number: int, path: str, language: str) -> Counted:
    kind = PledgeKind.objects.get(pk=number)
    found, promise = counted(kind), kind.words(language).promise
    count = found["count"]
    if count is None:
        return Counted(None, None, gettext("Be among the first"), "", "", promise, path, get_language_bidi())
    text = f"{intcomma(count)} {ngettext('person has promised this', 'people have promised this', count)}"
    return Counted(count, None, text, "", _as_of(found), promise, path, get_language_bidi())


def _as_of(found: dict[str, Any]) -> str:
    if found["counted_at"] is None:
        return ""
    return gettext("as of %(time)s") % {"time": date_format(localtime(found["counted_at"]), "DATETIME_FORMAT")}


_WIDTH, _HEIGHT = 320, 92


def draw_count(words: Counted) -> str:
    """Return the count as an SVG picture that needs no script, no style and no font of its own."""
    anchor, x, direction = ("end", _WIDTH - 16, "rtl") if words.is_rtl else ("start", 16, "ltr")
    # In a text that runs from right to left, "start" is its right end (SVG 2 §11.10.1).
    anchor = "start" if words.is_rtl else anchor
    inside = _WIDTH - 32
    share = min(words.count / words.goal, 1) if words.count and words.goal else 0.0
    filled = round(inside * share)
    bar = ""
    if words.goal:
        begin = 16 + inside - filled if words.is_rtl else 16
        bar = (
            f'<rect x="16" y="46" width="{inside}" height="10" rx="5" fill="#f3ebda" stroke="#817a6c"/>'
            f'<rect x="{begin}" y="46" width="{filled}" height="10" rx="5" fill="#a83a12"/>'
        )
    font = 'font-family="Verdana, DejaVu Sans, Arial, sans-serif"'
    place = f'x="{x}" text-anchor="{anchor}" direction="{direction}" {font}'
    said = ". ".join(part for part in (words.text, words.goal_text, words.as_of) if part)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(said, {chr(34): "&quot;"})}">'
        f"<title>{escape(said)}</title>"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="#fffdf8" stroke="#dfd5c0"/>'
        f'<text {place} y="32" font-size="20" font-weight="bold" fill="#1b2140">{escape(words.text)}</text>'
        f"{bar}"
        f'<text {place} y="78" font-size="13" fill="#565a70">{escape(words.goal_text)}</text></svg>'
    )
