"""Make the fonts of printed pages out of the vendored ones: static weights as TrueType, which typst reads.

    python -m tools.paper_fonts

Writes static/vendor/fonts/paper/*.ttf and their entries in the manifest. Each alphabet keeps a family name of its own
("Commissioner Greek"), so that a page lists them one after the other.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
WEIGHTS = {400: "Regular", 700: "Bold"}
FAMILIES = {
    "commissioner-latin": "Commissioner",
    "commissioner-latin-ext": "Commissioner Latin Ext",
    "commissioner-greek": "Commissioner Greek",
    "commissioner-cyrillic": "Commissioner Cyrillic",
    "vazirmatn-arabic": "Vazirmatn",
}
_FAMILY, _STYLE, _FULL, _POSTSCRIPT = 1, 2, 4, 6
_BOLD, _REGULAR = 0x20, 0x40  # OS/2 fsSelection


def make_font(source: Path, target: Path, family: str, weight: int) -> None:
    """Write one weight of a variable font as TrueType under the given family name."""
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": weight})
    style = WEIGHTS[weight]
    names: Any = font["name"]
    names.names = [name for name in names.names if name.nameID in (0, 7, 8, 9, 11, 13, 14)]
    for number, text in {
        _FAMILY: family,
        _STYLE: style,
        _FULL: f"{family} {style}",
        _POSTSCRIPT: f"{family.replace(' ', '')}-{style}",
    }.items():
        names.setName(text, number, 3, 1, 0x409)
    table: Any = font["OS/2"]
    head: Any = font["head"]
    table.usWeightClass = weight
    table.fsSelection = _BOLD if weight == 700 else _REGULAR
    head.macStyle = 1 if weight == 700 else 0
    font.flavor = None
    head.modified = head.created
    font.recalcTimestamp = False
    font.save(target)


def main() -> None:
    manifest = VENDOR / "manifest.json"
    entries: list[dict[str, Any]] = json.loads(manifest.read_text())
    kept = [entry for entry in entries if not entry["path"].startswith("fonts/paper/")]
    made = []
    (VENDOR / "fonts" / "paper").mkdir(exist_ok=True)
    for stem, family in FAMILIES.items():
        source = next(entry for entry in kept if entry["path"] == f"fonts/{stem}.woff2")
        for weight, style in WEIGHTS.items():
            path = f"fonts/paper/{stem}-{style.lower()}.ttf"
            make_font(VENDOR / source["path"], VENDOR / path, family, weight)
            made.append(
                {
                    **{name: source[name] for name in ("package", "version", "licence", "licence_file")},
                    "path": path,
                    "made_from": source["path"].rpartition("/")[2],
                    "made_from_sha256": source["sha256"],
                    "changes": f"weight {weight} as TrueType by tools/paper_fonts.py",
                    "sha256": hashlib.sha256((VENDOR / path).read_bytes()).hexdigest(),
                }
            )
    manifest.write_text(json.dumps([*kept, *made], indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
