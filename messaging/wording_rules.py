"""What a wording may be made of, what it may say of a person, and how its blocks become HTML and plain text. Pure.

A mail's body is ``[{"kind": "paragraph" | "heading", "value": light mark-up}, {"kind": "button", "value": {"label": …,
"url": …}}, {"kind": "divider", "value": ""}]``, a text message's ``[{"kind": "sms", "value": words}]``.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.light_markup import (
    Gap,
    HtmlWriter,
    Link,
    Piece,
    Styled,
    TextWriter,
    every_gap,
    every_url,
    read_inline,
    read_paragraphs,
    read_url,
)

BLOCKS = {
    "paragraph": _("Paragraph"),
    "heading": _("Heading"),
    "button": _("Button"),
    "divider": _("Dividing line"),
}
# What every wording may say. A caller who adds words of its own names them to `check_wording`.
VARIABLES = {
    "first_name": _("first name"),
    "full_name": _("full name"),
    "organisation": _("organisation"),
    "campaign": _("campaign"),
    "preferences_url": _("address of the page “what I get”"),
    "unsubscribe_url": _("address that stops these messages"),
}
# Sentences are built around these, so an empty one must have words to stand in for it.
_MAY_BE_EMPTY = ("first_name", "full_name")
LONGEST_LINE = 150  # what models.Wording keeps of a subject and of a preheader
LONGEST_BLOCK = 5000
LONGEST_SMS = 1600
LONGEST_VALUE = 150
MOST_BLOCKS = 40
_BRACES = re.compile(r"[{}]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ADDRESS_LIKE = re.compile(r"://|www\.|\w\.\w{2,}/|@\w", re.IGNORECASE)
_GAP = re.compile(r"\{([a-z][a-z_]*)(?:\|([^{}|\n]*))?\}")

Block = Mapping[str, Any]


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a wording, in words: in the block of this number, else in the field of this name."""

    where: int | str
    message: str


def check_wording(
    *,
    channel: str,
    subject: str,
    preheader: str,
    body: list[dict[str, Any]],
    has_campaign: bool = True,
    extra: Collection[str] = (),
) -> list[Mistake]:
    """Return what forbids saving a wording, in the language in force; nothing: it may be saved.

    ``extra``: names of variables the caller has words for besides `VARIABLES`.
    """
    known = known_variables(has_campaign=has_campaign, extra=extra)
    if channel == "sms":
        return list(_mistakes_of_sms(body, known))
    found = [*_mistakes_of_line("subject", subject, known), *_mistakes_of_line("preheader", preheader, known)]
    if not subject.strip():
        found.insert(0, Mistake("subject", gettext("A mail needs a subject.")))
    if not any(_is_said(block) for block in body):
        found.append(Mistake("body", gettext("Write at least one paragraph.")))
    if len(body) > MOST_BLOCKS:
        found.append(Mistake("body", gettext("A mail has %(most)s blocks at most.") % {"most": MOST_BLOCKS}))
    for number, block in enumerate(body):
        found += _mistakes_of_block(number, block, known)
    return found


def known_variables(*, has_campaign: bool, extra: Collection[str] = ()) -> frozenset[str]:
    """Return the names of what a wording may say; without a campaign it has no title."""
    return frozenset((*VARIABLES, *extra)) - (frozenset() if has_campaign else {"campaign"})


def _is_said(block: Block) -> bool:
    return block["kind"] in ("paragraph", "heading") and bool(str(block["value"]).strip())


def _mistakes_of_sms(body: list[dict[str, Any]], known: frozenset[str]) -> Iterator[Mistake]:
    words = sms_words(body)
    if not words.strip():
        yield Mistake(0, gettext("Write the text of the message."))
    elif len(words) > LONGEST_SMS:
        yield Mistake(0, gettext("A text message has %(most)s characters at most.") % {"most": LONGEST_SMS})
    yield from _mistakes_of_words(0, words, known)


def _mistakes_of_line(where: str, words: str, known: frozenset[str]) -> Iterator[Mistake]:
    if "\n" in words or "\r" in words:
        yield Mistake(where, gettext("Please write this on one line."))
    if len(words.strip()) > LONGEST_LINE:
        yield Mistake(where, gettext("This line has %(most)s characters at most.") % {"most": LONGEST_LINE})
    yield from _mistakes_of_words(where, words, known)


def _mistakes_of_words(where: int | str, words: str, known: frozenset[str]) -> Iterator[Mistake]:
    """Yield what is wrong with words whose only mark-up are variables."""
    if _CONTROL.search(words.replace("\r\n", "\n")):
        yield Mistake(where, gettext("This contains characters that cannot be shown. Please write it without them."))
    gaps = [Gap(found[1], found[2] or "") for found in _GAP.finditer(words)]
    yield from _mistakes_of_gaps(where, gaps, known)
    if _BRACES.search(_GAP.sub("", words)):
        yield Mistake(where, _no_such_braces())


def _mistakes_of_gaps(where: int | str, gaps: list[Gap], known: frozenset[str]) -> Iterator[Mistake]:
    for gap in gaps:
        if gap.name not in known:
            yield Mistake(where, _unknown(gap.name, known))
        elif gap.name in _MAY_BE_EMPTY and not gap.fallback.strip():
            yield Mistake(
                where,
                gettext("Not everybody gave a name: say what stands there instead, as in {%(name)s|friend}.")
                % {"name": gap.name},
            )


def _unknown(name: str, known: frozenset[str]) -> str:
    return gettext("There is no variable {%(name)s}. You may use: %(known)s.") % {
        "name": name,
        "known": ", ".join(f"{{{each}}}" for each in sorted(known)),
    }


def _no_such_braces() -> str:
    return gettext("Braces are for variables alone, as in {first_name|friend}; nothing else may stand in them.")


def _mistakes_of_block(number: int, block: Block, known: frozenset[str]) -> Iterator[Mistake]:
    kind = block["kind"]
    if kind not in BLOCKS:
        yield Mistake(number, gettext("There is no such kind of block."))
    elif kind == "button":
        yield from _mistakes_of_button(number, block["value"], known)
    elif kind != "divider":
        words = str(block["value"])
        if len(words) > LONGEST_BLOCK:
            yield Mistake(number, gettext("A block has %(most)s characters at most.") % {"most": LONGEST_BLOCK})
        elif kind == "heading" and "\n" in words.strip():
            yield Mistake(number, gettext("A heading stands on one line."))
        else:
            yield from _mistakes_of_markup(number, words, known)


def _mistakes_of_button(number: int, value: Any, known: frozenset[str]) -> Iterator[Mistake]:
    label, url = str(value.get("label", "")), str(value.get("url", ""))
    if not label.strip():
        yield Mistake(number, gettext("Write what stands on the button."))
    yield from _mistakes_of_words(number, label, known)
    yield from _mistakes_of_url(number, read_url(url.strip()), known)


def _mistakes_of_markup(number: int, words: str, known: frozenset[str]) -> Iterator[Mistake]:
    if _CONTROL.search(words.replace("\r\n", "\n")):
        yield Mistake(number, gettext("This contains characters that cannot be shown. Please write it without them."))
    pieces = pieces_of(words)
    urls = list(every_url(pieces))
    yield from _mistakes_of_gaps(number, [gap for gap in every_gap(pieces) if gap not in urls], known)
    for url in urls:
        yield from _mistakes_of_url(number, url, known)
    if any(_BRACES.search(each) for each in _typed(pieces)):
        yield Mistake(number, _no_such_braces())


def _typed(pieces: tuple[Piece, ...]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, Styled | Link):
            yield from _typed(piece.pieces)


def _mistakes_of_url(number: int, url: str | Gap, known: frozenset[str]) -> Iterator[Mistake]:
    if isinstance(url, Gap):
        if url.name not in known:
            yield Mistake(number, _unknown(url.name, known))
        elif not url.name.endswith("_url"):
            yield Mistake(number, gettext("{%(name)s} is not an address.") % {"name": url.name})
    elif not is_web_address(url):
        yield Mistake(
            number,
            gettext("“%(url)s” is not an address people can open: it begins with https:// and holds no variable.")
            % {"url": url[:80]},
        )


def is_web_address(url: str) -> bool:
    """Whether people can open this address: on the web, or to write a mail to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if _BRACES.search(url) or _CONTROL.search(url) or any(letter.isspace() or letter in "<>\"'" for letter in url):
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path and not parts.query
    return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc


def pieces_of(words: str) -> tuple[Piece, ...]:
    """Return every piece of a paragraph's words, its lists included, in one row."""
    return tuple(piece for part in read_paragraphs(words) for line in part.lines for piece in line)


def sms_words(body: list[dict[str, Any]]) -> str:
    """Return what a text message says, its variables unfilled."""
    return "\n".join(str(block["value"]) for block in body if block["kind"] == "sms")


def read_words(words: str) -> tuple[Piece, ...]:
    """Return the pieces of words whose only mark-up are variables: a subject, a label, a text message."""
    pieces: list[Piece] = []
    end = 0
    for found in _GAP.finditer(words):
        pieces += [words[end : found.start()], Gap(found[1], found[2] or "")]
        end = found.end()
    return tuple(piece for piece in (*pieces, words[end:]) if piece != "")


def write_html(body: list[dict[str, Any]], writer: HtmlWriter) -> str:
    """Return a mail's blocks as HTML. The first heading is the letter's title, the others stand below it."""
    written, title = [], "h1"
    for block in body:
        kind, value = block["kind"], block["value"]
        if kind == "heading":
            written.append(f"<{title}>{writer.inline(read_inline(value.strip()))}</{title}>")
            title = "h2"
        elif kind == "button":
            label = writer.inline(read_words(value["label"]))
            address = writer.address(read_url(value["url"].strip()))
            written.append(f'<p class="action"><a class="button" href="{address}">{label}</a></p>')
        elif kind == "divider":
            written.append("<hr>")
        elif kind == "paragraph":
            written.append(writer.paragraphs(read_paragraphs(value)))
    return "\n".join(written)


def write_text(body: list[dict[str, Any]], writer: TextWriter) -> str:
    """Return a mail's blocks as plain text, written for reading: a button is its words and its address below."""
    written = []
    for block in body:
        kind, value = block["kind"], block["value"]
        if kind == "heading":
            written.append(writer.inline(read_inline(value.strip())))
        elif kind == "button":
            address = writer.address(read_url(value["url"].strip()))
            written.append(f"{writer.inline(read_words(value['label']))}\n{address}")
        elif kind == "divider":
            written.append("* * *")
        elif kind == "paragraph":
            written.append(writer.paragraphs(read_paragraphs(value)))
    return "\n\n".join(part for part in written if part)


def urls_of(body: list[dict[str, Any]]) -> list[str]:
    """Return the web addresses a mail links to, each once, in the order of their first place."""
    found: dict[str, None] = {}
    for block in body:
        if block["kind"] == "button":
            urls: list[str | Gap] = [read_url(block["value"]["url"].strip())]
        elif block["kind"] in ("paragraph", "heading"):
            urls = list(every_url(pieces_of(block["value"])))
        else:
            urls = []
        found |= dict.fromkeys(url for url in urls if isinstance(url, str) and url.startswith("http"))
    return list(found)


def person_words(full_name: str) -> dict[str, str]:
    """Return what we may call a person by: nothing where the name holds an address or signs names do not have.

    Strangers type names into public forms; a mail of ours must not carry their advertisement.
    """
    name = tame(full_name)
    if _ADDRESS_LIKE.search(full_name):
        name = ""
    return {"full_name": name, "first_name": name.partition(" ")[0]}


def tame(value: object) -> str:
    """Return a value for a gap on one line: without control characters and direction marks, of bearable length."""
    words = " ".join(_CONTROL.sub(" ", str(value)).split())
    return "".join(letter for letter in words if unicodedata.category(letter) not in ("Cc", "Cs", "Co"))[:LONGEST_VALUE]
