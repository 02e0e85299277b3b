"""What an announcement may say, how its light mark-up is written out, and which language somebody gets. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.plain_text import refuse_line_breaks, refuse_unprintable
from messaging.light_markup import Gap, HtmlWriter, TextWriter, every_url, read_paragraphs
from messaging.wording_rules import is_web_address, pieces_of

LONGEST_SUBJECT = 150
LONGEST_BODY = 10_000


@dataclass(frozen=True)
class Said:
    """A subject and a text in one language."""

    subject: str
    body: str


@dataclass(frozen=True)
class Draft:
    """What a coordinator wrote: texts by language, for whom, and how; empty ``roles`` and ``countries`` are all."""

    texts: Mapping[str, Said]
    fallback: str
    roles: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sends_letter: bool = True
    is_pinned: bool = False

    def seal_in(self, campaign: int) -> str:
        """Return a mark that changes with the campaign and anything in the draft: by it one says what one saw."""
        told = [
            campaign,
            sorted((language, said.subject, said.body) for language, said in self.texts.items()),
            self.fallback, sorted(self.roles), sorted(self.countries), self.sends_letter, self.is_pinned,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one field (``subject``, ``body``), in words."""

    where: str
    message: str


@dataclass
class Mistakes(ValueError):
    """A text may not be kept as it is."""

    found: list[Mistake] = field(default_factory=list)


def mistakes_of(said: Said) -> Iterator[Mistake]:
    """Yield what forbids keeping a text, in the language in force."""
    yield from _mistakes_of_words("subject", said.subject, LONGEST_SUBJECT)
    try:
        refuse_line_breaks(said.subject)
    except ValidationError as error:
        yield Mistake("subject", " ".join(error.messages))
    yield from _mistakes_of_words("body", said.body, LONGEST_BODY)
    for url in every_url(pieces_of(said.body)):
        address = _as_typed(url) if isinstance(url, Gap) else url
        if not is_web_address(address):
            wrong = _("“%(url)s” is not an address people can open: write it with https:// in front.")
            yield Mistake("body", wrong % {"url": address[:80]})


def _mistakes_of_words(where: str, words: str, longest: int) -> Iterator[Mistake]:
    if not words.strip():
        yield Mistake(where, _("A text needs both a subject and words below it."))
    if len(words) > longest:
        yield Mistake(where, _("This is longer than %(most)d characters.") % {"most": longest})
    try:
        refuse_unprintable(words)
    except ValidationError as error:
        yield Mistake(where, " ".join(error.messages))


def as_html(body: str) -> SafeString:
    """Return a text as HTML: paragraphs, lists, strong words and links; whatever else was typed is shown as typed."""
    writer = HtmlWriter(lambda gap: escape(_as_typed(gap)))
    return mark_safe(writer.paragraphs(read_paragraphs(body)))  # noqa: S308 - the writer escapes all that was typed


def as_text(body: str) -> str:
    """Return a text as plain text, written for reading."""
    return TextWriter(_as_typed).paragraphs(read_paragraphs(body))


def _as_typed(gap: Gap) -> str:
    """Return braces as they were typed: here they are no variables, everybody reads the same."""
    return f"{{{gap.name}|{gap.fallback}}}" if gap.fallback else f"{{{gap.name}}}"


def language_for(wanted: str, there: Collection[str], fallback: str) -> str:
    """Return the language somebody reads: their own if there is a text in it, else the announcement's first choice."""
    own = wanted if wanted in there else wanted.partition("-")[0]
    return own if own in there else fallback
