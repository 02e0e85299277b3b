"""Cut the vendored fonts down to what Carillon's pages use, and record every file in the manifest.

Run it in a folder where the two registry packages are unpacked (``npm pack @fontsource-variable/commissioner`` and
``@fontsource-variable/vazirmatn``, each untarred into a folder of its name)::

    python -m tools.subset_fonts FOLDER

The Latin file is part of every page's weight, so it holds the letters of western Europe only; the rest of the letters
come in files of their own, which a browser fetches when a page needs them (``unicode-range`` in tokens.css).
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
LATIN = [
    *(letter for letter in range(0x20, 0x7F) if chr(letter) not in "\\^`{|}~"),
    0xA0,
    0xA1,
    0xA3,
    0xA7,
    0xA9,
    0xAB,
    0xAD,
    0xB0,
    *range(0xB7, 0xB8),
    0xBB,
    0xBF,
    *range(0xC0, 0xD0),
    *range(0xD1, 0xD7),
    *range(0xD8, 0xDE),
    *range(0xDF, 0xF0),
    *range(0xF1, 0xF7),
    *range(0xF8, 0xFE),
    0xFF,
    *(0x152, 0x153, 0x178),
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x20AC, 0x2212),
]
LATIN_FEATURES = ["kern", "ccmp", "locl"]
ARABIC_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "init", "medi", "fina", "isol", "rlig", "liga", "calt"]


class Cut(NamedTuple):
    """One file to make: from which file of which package, with which letters and fixed axes."""

    target: str
    package: str
    source: str
    letters: Iterable[int]
    axes: dict[str, Any]
    features: list[str]


WEIGHTS = (400, 700)
COMMISSIONER = "@fontsource-variable/commissioner"
VAZIRMATN = "@fontsource-variable/vazirmatn"
FLARED = {"wght": WEIGHTS, "FLAR": 100}
CUTS = [
    Cut("commissioner-latin", COMMISSIONER, "commissioner-latin-flar-normal", LATIN, FLARED, LATIN_FEATURES),
    Cut(
        "commissioner-latin-ext",
        COMMISSIONER,
        "commissioner-latin-ext-flar-normal",
        range(0x100, 0x250),
        FLARED,
        ["kern", "ccmp", "locl", "mark"],
    ),
    Cut(
        "commissioner-greek",
        COMMISSIONER,
        "commissioner-greek-flar-normal",
        range(0x370, 0x400),
        FLARED,
        ["kern", "ccmp", "locl", "mark"],
    ),
    Cut(
        "commissioner-cyrillic",
        COMMISSIONER,
        "commissioner-cyrillic-flar-normal",
        [*range(0x400, 0x460), 0x490, 0x491, 0x2116],
        FLARED,
        ["kern", "ccmp", "locl", "mark"],
    ),
    Cut(
        "vazirmatn-arabic",
        VAZIRMATN,
        "vazirmatn-arabic-wght-normal",
        [*range(0x600, 0x700), *range(0x200C, 0x2010)],
        {"wght": WEIGHTS},
        ARABIC_FEATURES,
    ),
]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def cut_font(cut: Cut, source: Path, target: Path) -> None:
    """Write ``target`` (woff2) with the letters, features and axis ranges of ``cut``."""
    font = TTFont(source)
    options = subset.Options()
    options.hinting = False
    options.drop_tables += ["STAT", "DSIG"]
    options.layout_features = cut.features
    options.name_IDs = [0, 1, 2, 6, 13]  # the copyright and licence lines stay
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(cut.letters))
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, cut.axes)
    font.flavor = "woff2"
    font.save(target)


def record(cut: Cut, folder: Path, source: Path, target: Path) -> dict[str, Any]:
    """Return the manifest's entry for one made file."""
    package = json.loads((folder / "package.json").read_text())
    return {
        "path": str(target.relative_to(VENDOR)),
        "package": f"npm:{cut.package}",
        "version": package["version"],
        "licence": "OFL-1.1",
        "licence_file": f"fonts/{cut.package.split('/')[-1]}-LICENSE.txt",
        "made_from": source.name,
        "made_from_sha256": sha256(source),
        "changes": f"subset and axes limited by tools/subset_fonts.py: {cut.axes}",
        "sha256": sha256(target),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    manifest = VENDOR / "manifest.json"
    entries = json.loads(manifest.read_text()) if manifest.exists() else []
    kept = [entry for entry in entries if not entry["path"].startswith("fonts/")]
    made = []
    for cut in CUTS:
        name = cut.package.split("/")[-1]
        package = folder / name / "package"
        source = package / "files" / f"{cut.source}.woff2"
        target = VENDOR / "fonts" / f"{cut.target}.woff2"
        cut_font(cut, source, target)
        licence = VENDOR / "fonts" / f"{name}-LICENSE.txt"
        licence.write_bytes((package / "LICENSE").read_bytes())
        made.append(record(cut, package, source, target))
    manifest.write_text(json.dumps(kept + made, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
