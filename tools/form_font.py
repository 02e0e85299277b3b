"""Make the font of forms filled in on somebody's own device: one TrueType file with every Latin letter of the family.

Run it in a folder where the registry's package is unpacked (``npm pack @fontsource-variable/commissioner``, untarred
into a folder ``commissioner``)::

    python -m tools.form_font FOLDER

The pages' Latin files leave out letters that only a name needs (ð, þ, ễ); a form for an office must write them all.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"
PARTS = ("latin", "latin-ext", "vietnamese")
TARGET = "fonts/form/commissioner-form-regular.ttf"
FAMILY = "Commissioner Form"
_KEPT_TABLES = {"head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "loca", "glyf", "name", "post"}


def static_part(source: Path, target: Path) -> None:
    """Write one alphabet's regular weight without layout tables: the forms are set letter by letter."""
    font = TTFont(source)
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": 400}
    font = instancer.instantiateVariableFont(font, axes)
    options = subset.Options()
    options.hinting, options.layout_features, options.name_IDs = False, [], [0, 13]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(font.getBestCmap()))
    subsetter.subset(font)
    for tag in [tag for tag in font.keys() if tag not in _KEPT_TABLES and tag != "GlyphOrder"]:  # noqa: SIM118 - a TTFont is no dict
        del font[tag]
    font.flavor = None
    font.save(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    package = parser.parse_args().folder / "commissioner" / "package"
    sources = [package / "files" / f"commissioner-{part}-wght-normal.woff2" for part in PARTS]
    with tempfile.TemporaryDirectory() as scratch:
        parts = [Path(scratch) / f"{part}.ttf" for part in PARTS]
        for source, part in zip(sources, parts, strict=True):
            static_part(source, part)
        font = Merger().merge([str(part) for part in parts])
    names: Any = font["name"]
    for number, text in {1: FAMILY, 2: "Regular", 4: FAMILY, 6: FAMILY.replace(" ", "")}.items():
        names.setName(text, number, 3, 1, 0x409)
    head: Any = font["head"]
    head.modified = head.created = 0
    font.recalcTimestamp = False
    (VENDOR / TARGET).parent.mkdir(exist_ok=True)
    font.save(VENDOR / TARGET)
    manifest = VENDOR / "manifest.json"
    entries: list[dict[str, Any]] = json.loads(manifest.read_text())
    made = {
        "path": TARGET,
        "package": "npm:@fontsource-variable/commissioner",
        "version": json.loads((package / "package.json").read_text())["version"],
        "licence": "OFL-1.1",
        "licence_file": "fonts/commissioner-LICENSE.txt",
        "made_from": ", ".join(source.name for source in sources),
        "made_from_sha256": ", ".join(hashlib.sha256(source.read_bytes()).hexdigest() for source in sources),
        "changes": "weight 400, merged into one TrueType without layout tables by tools/form_font.py",
        "sha256": hashlib.sha256((VENDOR / TARGET).read_bytes()).hexdigest(),
    }
    kept = [entry for entry in entries if entry["path"] != TARGET]
    manifest.write_text(json.dumps([*kept, made], indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
