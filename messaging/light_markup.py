"""The light mark-up staff write mails in, read into pieces that are then written as HTML or as plain text. Pure.

``**strong**``, ``*emphasis*``, ``[words](https://…)``, an address by itself, ``{variable}`` or ``{variable|words for
nobody}``; lines that begin with ``-`` or ``1.`` are a list, an empty line begins a paragraph. Nothing else means
anything: what looks like HTML or like a template is shown as it was typed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.html import escape

_INLINE = re.compile(
    r"\*\*(?P<strong>\S(?:[^*]|\*(?!\*))*)\*\*"
    r"|\*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<url>[^()\s]+(?:\([^()\s]*\)[^()\s]*)?)\)"
    r"|\{(?P<name>[a-z][a-z_]*)(?:\|(?P<fallback>[^{}|\n]*))?\}"
    r"|(?P<bare>https?://[^\s<>()\[\]{}*]*[^\s<>()\[\]{}*.,;:!?’”»])"
)
_VARIABLE_URL = re.compile(r"\{([a-z][a-z_]*)\}\Z")
_BULLET = re.compile(r"[-•*]\s+(.*)\Z")
_NUMBER = re.compile(r"\d{1,3}[.)]\s+(.*)\Z")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Gap:
    """A place for one person's own word; ``fallback`` stands there for whom we have none."""

    name: str
    fallback: str = ""


@dataclass(frozen=True)
class Styled:
    """Pieces in one of the two styles: ``strong`` or ``em``."""

    tag: str
    pieces: "tuple[Piece, ...]"


@dataclass(frozen=True)
class Link:
    """``url`` is an address as typed, or the gap of a variable that holds one."""

    pieces: "tuple[Piece, ...]"
    url: "str | Gap"


@dataclass(frozen=True)
class Items:
    """A list of lines, with bullets or numbered."""

    lines: "tuple[tuple[Piece, ...], ...]"
    is_numbered: bool


@dataclass(frozen=True)
class Lines:
    """The lines of one paragraph."""

    lines: "tuple[tuple[Piece, ...], ...]"


Piece = str | Gap | Styled | Link


def read_inline(text: str) -> tuple[Piece, ...]:
    """Return the pieces of one line."""
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    end = 0
    for found in _INLINE.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        yield _piece(found)
        end = found.end()
    if end < len(text):
        yield text[end:]


def _piece(found: re.Match[str]) -> Piece:
    if found["strong"] is not None:
        return Styled("strong", read_inline(found["strong"]))
    if found["emphasis"] is not None:
        return Styled("em", read_inline(found["emphasis"]))
    if found["label"] is not None:
        return Link(read_inline(found["label"]), read_url(found["url"]))
    if found["name"] is not None:
        return Gap(found["name"], found["fallback"] or "")
    return Link((found["bare"],), found["bare"])


def read_url(typed: str) -> "str | Gap":
    """Return an address as typed, or the gap where it is one variable and nothing else."""
    variable = _VARIABLE_URL.match(typed)
    return Gap(variable[1]) if variable else typed


def read_paragraphs(text: str) -> tuple[Lines | Items, ...]:
    """Return the paragraphs and lists of a longer text, in order."""
    return tuple(part for block in _EMPTY_LINES.split(text) for part in _parts(block))


def _parts(block: str) -> Iterator[Lines | Items]:
    kind, lines = "", []  # type: ignore[var-annotated]
    for line in block.strip().splitlines():
        of, words = _line(line.strip())
        if of != kind and lines:
            yield _part(kind, lines)
            lines = []
        kind = of
        lines.append(read_inline(words))
    if lines:
        yield _part(kind, lines)


def _line(line: str) -> tuple[str, str]:
    for kind, pattern in (("bullet", _BULLET), ("number", _NUMBER)):
        found = pattern.match(line)
        if found:
            return kind, found[1]
    return "line", line


def _part(kind: str, lines: list[tuple[Piece, ...]]) -> Lines | Items:
    return Lines(tuple(lines)) if kind == "line" else Items(tuple(lines), is_numbered=kind == "number")


@dataclass(frozen=True)
class HtmlWriter:
    """Writes pieces as HTML. ``fill`` gives a gap's words ready for HTML, ``lead`` the address a link leads to."""

    fill: Callable[[Gap], str]
    lead: Callable[[str], str] = str

    def inline(self, pieces: tuple[Piece, ...]) -> str:
        return "".join(self._piece(piece) for piece in pieces)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, Gap):
            return self._own(piece)
        if isinstance(piece, Styled):
            return f"<{piece.tag}>{self.inline(piece.pieces)}</{piece.tag}>"
        if isinstance(piece, Link):
            return f'<a href="{self.address(piece.url)}">{self.inline(piece.pieces)}</a>'
        return escape(piece)

    def _own(self, gap: Gap) -> str:
        words = self.fill(gap)
        if gap.name.endswith("_url"):
            return f'<a class="address" dir="ltr" href="{words}">{words}</a>'
        return f"<bdi>{words}</bdi>"  # a Latin name keeps its place in an Arabic sentence

    def address(self, url: str | Gap) -> str:
        return self.fill(url) if isinstance(url, Gap) else escape(self.lead(url))

    def paragraphs(self, parts: tuple[Lines | Items, ...]) -> str:
        return "\n".join(self._part(part) for part in parts)

    def _part(self, part: Lines | Items) -> str:
        lines = [self.inline(line) for line in part.lines]
        if isinstance(part, Lines):
            return f"<p>{'<br>'.join(lines)}</p>"
        tag = "ol" if part.is_numbered else "ul"
        return f"<{tag}>{''.join(f'<li>{line}</li>' for line in lines)}</{tag}>"


@dataclass(frozen=True)
class TextWriter:
    """Writes pieces as plain text that reads as if it had been written so."""

    fill: Callable[[Gap], str]
    lead: Callable[[str], str] = str

    def inline(self, pieces: tuple[Piece, ...]) -> str:
        return "".join(self._piece(piece) for piece in pieces)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, Gap):
            return self.fill(piece)
        if isinstance(piece, Styled):
            # Strong words stay marked the way people mark them in plain mails; emphasis would only add noise.
            return f"*{self.inline(piece.pieces)}*" if piece.tag == "strong" else self.inline(piece.pieces)
        if isinstance(piece, Link):
            words, url = self.inline(piece.pieces), self.address(piece.url)
            return url if piece.pieces == (piece.url,) else f"{words} ({url})"
        return piece

    def address(self, url: str | Gap) -> str:
        return self.fill(url) if isinstance(url, Gap) else self.lead(url)

    def paragraphs(self, parts: tuple[Lines | Items, ...]) -> str:
        return "\n\n".join(self._part(part) for part in parts)

    def _part(self, part: Lines | Items) -> str:
        lines = [self.inline(line) for line in part.lines]
        if isinstance(part, Lines):
            return "\n".join(lines)
        marks = [f"{number}." if part.is_numbered else "-" for number in range(1, len(lines) + 1)]
        return "\n".join(f"{mark} {line}" for mark, line in zip(marks, lines, strict=True))


def every_gap(pieces: tuple[Piece, ...]) -> Iterator[Gap]:
    """Yield every gap in pieces, those in addresses included."""
    for piece in pieces:
        if isinstance(piece, Gap):
            yield piece
        elif isinstance(piece, Styled):
            yield from every_gap(piece.pieces)
        elif isinstance(piece, Link):
            yield from every_gap(piece.pieces)
            if isinstance(piece.url, Gap):
                yield piece.url


def every_url(pieces: tuple[Piece, ...]) -> "Iterator[str | Gap]":
    """Yield the address of every link in pieces."""
    for piece in pieces:
        if isinstance(piece, Link):
            yield piece.url
        elif isinstance(piece, Styled):
            yield from every_url(piece.pieces)
