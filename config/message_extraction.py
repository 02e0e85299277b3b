"""Find the texts for people: in Python with Babel, in templates with Django's own ``templatize`` and then Babel."""

import ast
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

NOT_OURS = {".venv", ".git", "var", "tests", "bench", "migrations", "node_modules", "staticfiles", "static", "docs"}
TEMPLATE_SUFFIXES = {".html", ".txt", ".mjml", ".xml"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass
class Message:
    """One text to translate, wherever it occurs. ``context`` is gettext's msgctxt, empty for none."""

    text: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def find_sources(root: Path) -> Iterator[Path]:
    """Yield the project's Python files and templates, in order, without tests and migrations."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if NOT_OURS.intersection(parts) or not path.is_file():
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATE_SUFFIXES and "templates" in parts):
            yield path


def extract_messages(root: Path) -> dict[tuple[str, str], Message]:
    """Return every text of the project by (context, text), in the order in which it is first met.

    Raises ValueError when one text is used with two different plurals, which gettext cannot hold.
    """
    found: dict[tuple[str, str], Message] = {}
    for path in find_sources(root):
        for message in extract_from(path, path.relative_to(root).as_posix()):
            known = found.setdefault(message.key, message)
            if known.plural and message.plural and known.plural != message.plural:
                raise ValueError(f"{path}: “{message.text}” has another plural elsewhere")
            known.plural = known.plural or message.plural
            known.files |= message.files
            known.comments += [comment for comment in message.comments if comment not in known.comments]
    return found


def extract_from(path: Path, name: str) -> Iterator[Message]:
    """Yield the texts of one file, in order; ``name`` is how catalogues call it."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Brackets around it all: Python's tokenizer then overlooks the indentation of what was a template.
        source = f"(\n{templatize(source, origin=name)}\n)"
    elif path.name == "privacy.py":
        yield from (Message(text, files={name}) for text in _register_texts(source))
    stream = io.BytesIO(source.encode())
    for _line, texts, comments, context in extract("python", stream, KEYWORDS, ["Translators:"]):
        text, plural = (texts[0], texts[1]) if isinstance(texts, tuple) else (texts, "")
        if text:
            yield Message(text, plural, context or "", {name}, _plain(comments))


def _register_texts(source: str) -> Iterator[str]:
    """Yield why and for how long fields are held, as a package's register says it: the record of processing shows it.

    These are the values of ``PERSONAL``, what the functions they are made with add, and the constants they share.
    """
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield from _strings(node.value)
        elif isinstance(node, ast.FunctionDef):
            yield from (text for call in ast.walk(node) if isinstance(call, ast.Call) for text in _told(call))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
            for value in node.value.values:
                yield from (text for call in ast.walk(value) if isinstance(call, ast.Call) for text in _told(call))


def _told(call: ast.Call) -> Iterator[str]:
    return (text for argument in call.args for text in _strings(argument))


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _plain(comments: Iterable[str]) -> list[str]:
    return [comment.removeprefix("Translators:").strip() for comment in comments]
