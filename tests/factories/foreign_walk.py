"""Ask every address for what is another's, in every word of its query that it looks at, and compare with nobody's.

What an address looks at is not written down anywhere: the query answers whatever is asked of it, and remembers what
that was. So a filter, a search or a word of a list that is added tomorrow is tried as well.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NoReturn
from unittest.mock import patch
from urllib.parse import quote, quote_plus

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponseBase, QueryDict
from django.middleware import csrf
from django.test import Client
from django.urls import NoReverseMatch
from django.utils.html import escape
from wagtail.admin.menu import Menu

from tests.factories.foreign_rows import NOBODYS, OTHERS, Tried

# Where in a list one is and how it looks: words that name no row.
FURNITURE = {"p", "page", "ordering", "export", "before", "after", "end", "next", "done", "under_way", "limit", "lang"}
_NEW_EACH_TIME = re.compile(r'nonce="[^"]+"|value="[a-z]?[0-9a-f]{6,}"|[0-9a-f-]{32,36}')
# What Wagtail's own choosers break on when a word stands where they want a number; nothing is answered then.
_BROKEN = (ValueError, TypeError, AttributeError, NoReverseMatch)


@dataclass
class Asking:
    """What is answered to whoever asks the query, and what was asked. ``only``: the one word that is set."""

    tried: Tried
    only: str = ""
    asked: set[str] = field(default_factory=set)

    def answer_to(self, name: str) -> str | None:
        """Return what is tried in this place; None where the query answers by itself."""
        if name in FURNITURE or name.startswith("_w_"):
            return None
        self.asked.add(name)
        if self.only and self.only != name:
            return None
        return self.tried.sought if name == "q" else self.tried.named


class AnsweringQuery(QueryDict):
    """A query in which everything asked for is set."""

    asking = Asking(Tried("", ""))

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: Any) -> bool:
        return self.asking.answer_to(name) is not None or super().__contains__(name)

    def __getitem__(self, name: str) -> Any:
        answer = self.asking.answer_to(name)
        return super().__getitem__(name) if answer is None else answer

    def get(self, name: str, default: Any = None) -> Any:
        answer = self.asking.answer_to(name)
        return super().get(name, default) if answer is None else answer

    def getlist(self, name: str, default: Any = None) -> Any:
        answer = self.asking.answer_to(name)
        return super().getlist(name, default) if answer is None else [answer]

    def dict(self) -> NoReturn:
        raise TypeError("Ask the query by name: what a list looks at is found by that, and tried with others' rows.")


@contextmanager
def _answering(asking: Asking) -> Iterator[None]:
    """Let every request's query answer so. Wagtail's menu is left out, which is the same on every screen."""
    with (
        patch.object(WSGIRequest, "GET", property(lambda each: AnsweringQuery(each.META.get("QUERY_STRING", "")))),
        patch.object(AnsweringQuery, "asking", asking),
        patch.object(Menu, "menu_items_for_request", lambda *_: []),
        patch.object(csrf, "_mask_cipher_secret", lambda _secret: "x" * csrf.CSRF_TOKEN_LENGTH),
    ):
        yield


@dataclass(frozen=True)
class Answer:
    """What came back: the status, where it leads to, the text without what is new each time, and what was asked."""

    status: int
    leads_to: str
    text: str
    asked: frozenset[str]


def ask(client: Client, url: str, tried: Tried, only: str = "") -> Answer:
    """Return the answer of ``url``. Nothing of what it did stays."""
    asking, cookies = Asking(tried, only), client.cookies.copy()
    try:
        with _answering(asking), transaction.atomic():
            response = client.get(url)
            told = Answer(response.status_code, response.get("Location", ""), _text(response), frozenset(asking.asked))
            transaction.set_rollback(True)
    except _BROKEN as error:
        if not url.startswith(("/staff/images/", "/staff/documents/", "/staff/choose-page/", "/staff/embeds/")):
            raise
        return Answer(500, "", type(error).__name__, frozenset(asking.asked))
    finally:
        client.cookies = cookies
    return told


def _text(response: HttpResponseBase) -> str:
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined,call-overload]
    return _NEW_EACH_TIME.sub("", bytes(content).decode(errors="replace"))


def leaks(client: Client, url: str, owner: str) -> tuple[list[str], frozenset[str]]:
    """Return what tells rows of ``owner`` from nobody's, and what was asked.

    Everything is asked at once, and word by word where one refusal keeps the others from being looked at. The search
    is tried alone as well, with a name and with an address, for a refused filter beside it may hide what it finds.
    """
    wanted = ask(client, url, NOBODYS)
    asked = wanted.asked
    if not asked:
        return [], asked
    by_id, by_address = OTHERS[owner]
    tries = [("", by_id)]
    if wanted.status != 200 and len(asked) > 1:
        tries += [(word, by_id) for word in sorted(asked)]
    elif "q" in asked:
        tries += [("q", by_id), ("q", by_address)] if len(asked) > 1 else [("", by_address)]
    answers, wrong = {"": wanted}, []
    for only, tried in tries:
        if only not in answers:
            answers[only] = ask(client, url, NOBODYS, only)
        told = difference(ask(client, url, tried, only), answers[only])
        wrong += [f"{url} {only or ', '.join(sorted(asked))}, asked for {tried}: {told}"] if told else []
    return wrong, asked


def difference(found: Answer, wanted: Answer) -> str:
    """Return what tells the answer for others' rows from the one for nobody's; blank: nothing does."""
    if found.status != wanted.status or _blotted(found.leads_to) != _blotted(wanted.leads_to):
        return f"answered {found.status} {found.leads_to}, not {wanted.status} {wanted.leads_to}"
    ours, theirs = (Counter(_lines(each.text)) for each in (wanted, found))
    changed = [f"+ {line}" for line in theirs - ours] + [f"- {line}" for line in ours - theirs]
    return " ".join(changed)[:1000]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in _blotted(text).splitlines() if line.strip()]


def _blotted(text: str) -> str:
    """Return the text with everything that was tried written as ``#``, as it is written in addresses and pages."""
    return _TRIED.sub("#", text)


def _every_form() -> re.Pattern[str]:
    words = {word for each in (NOBODYS, *chain(*OTHERS.values())) for word in (each.sought, each.named)}
    written = {form for word in words for form in (word, quote(word), quote_plus(word), escape(word))}
    return re.compile("|".join(re.escape(each) for each in sorted(written, key=len, reverse=True)))


_TRIED = _every_form()
