"""What we serve of others is what the manifest says, with its licence beside it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"
ENTRIES: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["path"] for entry in ENTRIES])
def test_vendored_file_has_recorded_hash_and_licence(entry: dict[str, Any]) -> None:
    assert hashlib.sha256((VENDOR / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (VENDOR / entry["licence_file"]).stat().st_size > 500
    assert entry["package"]
    assert entry["version"]
    assert entry["licence"]


def test_no_vendored_file_is_missing_from_the_manifest() -> None:
    recorded = {entry["path"] for entry in ENTRIES} | {entry["licence_file"] for entry in ENTRIES} | {"manifest.json"}
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == recorded


def test_latin_font_is_light_and_complete() -> None:
    path = VENDOR / "fonts" / "commissioner-latin.woff2"
    letters = TTFont(path).getBestCmap()
    assert path.stat().st_size <= 28_000
    assert not [character for character in "AZaz09éèêëçœŒñßøåÅÿ€«»“”’–—\u00a0" if ord(character) not in letters]


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("commissioner-latin-ext", "ąčęłňőřšťůžŻ"),
        ("commissioner-greek", "ΑΩαωάήςϊ"),
        ("commissioner-cyrillic", "АЯаяѝщъґЄї"),
        ("vazirmatn-arabic", "ابتثجحخدذرزسشصضطظعغفقكلمنهويةءأإ؟،"),
    ],
)
def test_font_covers_its_letters(name: str, sample: str) -> None:
    letters = TTFont(VENDOR / "fonts" / f"{name}.woff2").getBestCmap()
    assert not [character for character in sample if ord(character) not in letters]
