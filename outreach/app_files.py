"""The files the phone app is made of, and the version that names exactly this set of them.

Its modules import each other by relative path, which hashed file names would break. So they are served together below
one address that holds the version (``/m/app/<version>/main.js``): never a mixture of two releases, kept for ever.
"""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from outreach.app_texts import texts_in

_FOLDER = Path(__file__).resolve().parent / "static" / "outreach" / "app"
_COMMENT = re.compile(rb"^[ \t]*//.*\n", re.MULTILINE)
_VENDORED = {"idb.js": Path(settings.BASE_DIR) / "static" / "vendor" / "idb" / "idb.js"}
# Reads QR codes where the browser cannot: fetched when it is first needed, so not part of the first visit.
DECODER = "vendor/jsqr/jsqr.min.js"
ENTRY = "main.js"
STYLES = ("css/tokens.css", "outreach/app.css")
FONTS = ("vendor/fonts/commissioner-latin.woff2", "vendor/fonts/vazirmatn-arabic.woff2")
ICONS = ("outreach/icons/icon.svg", "outreach/icons/icon-192.png")


@dataclass(frozen=True)
class PackedFile:
    """One file as it goes over the wire: as it is and gzipped, with the hash of what it says."""

    body: bytes
    gzipped: bytes
    digest: str


def pack(body: bytes) -> PackedFile:
    """Gzip a file once, always to the same bytes."""
    return PackedFile(body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])


@cache
def modules() -> dict[str, PackedFile]:
    """Return the app's modules by the name they import each other under, read once per process.

    Our own go without the lines that only their readers need: every tenth byte of them is a comment.
    """
    bodies = {
        path.relative_to(_FOLDER).as_posix(): _COMMENT.sub(b"", path.read_bytes())
        for path in sorted(_FOLDER.rglob("*.js"))
    }
    bodies |= {name: path.read_bytes() for name, path in _VENDORED.items()}
    return {name: pack(body) for name, body in bodies.items()}


@cache
def packed_texts(language: str) -> PackedFile:
    """Return every text of the app in a language as JSON."""
    body = json.dumps(texts_in(language), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return pack(body.encode())


@cache
def app_version() -> str:
    """Return the name of this set of modules, texts, styles and letters; any change of one makes another name."""
    parts = [packed.digest for packed in modules().values()]
    parts += [packed_texts(language).digest for language, _ in settings.LANGUAGES]
    parts += [static(name) for name in (*STYLES, *FONTS, *ICONS, DECODER)]
    parts.append((_FOLDER.parents[2] / "templates" / "outreach" / "app.html").read_text())
    parts.append((_FOLDER.parents[2] / "templates" / "outreach" / "app_worker.js").read_text())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def module_address(name: str) -> str:
    """Return where a module of this version is served."""
    return reverse("outreach_app_module", args=[app_version(), name])


def texts_address(language: str) -> str:
    """Return where a language's texts of this version are served."""
    return f"{reverse('outreach_app_texts', args=[language])}?v={app_version()}"


def addresses() -> list[str]:
    """Return everything the app needs without a network, besides its own page."""
    return [
        *(static(name) for name in (*STYLES, *FONTS, *ICONS)),
        *(module_address(name) for name in modules()),
        *(texts_address(language) for language, _ in settings.LANGUAGES),
    ]
