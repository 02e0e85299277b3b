"""Compile ``.po`` catalogues to ``.mo`` without a system gettext. Needs no Django, so it takes a fraction of a second.

Run by ``./run`` before anything that shows text: ``python -m config.translations``.
"""

import sys
from pathlib import Path

import polib

PROJECT = Path(__file__).resolve().parents[1]
ELSEWHERE = {".venv", ".git", "var", "node_modules", "staticfiles"}


def find_catalogues(root: Path) -> list[Path]:
    """Return every ``locale/<language>/LC_MESSAGES/*.po`` of the project and its apps, sorted."""
    folders = (child for child in root.iterdir() if child.is_dir() and child.name not in ELSEWHERE)
    found = (path for folder in folders for path in folder.rglob("LC_MESSAGES/*.po"))
    return sorted(path for path in found if path.parents[2].name == "locale")


def compile_catalogue(path: Path) -> bool:
    """Write the ``.mo`` beside ``path`` unless it is newer already; return whether anything was written.

    Fuzzy and untranslated entries are left out, so people read the source text instead of a guess. Raises OSError for
    a file that is not a catalogue, naming the line.
    """
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns > path.stat().st_mtime_ns:
        return False
    unfinished = path.with_suffix(".mo.unfinished")
    polib.pofile(str(path)).save_as_mofile(str(unfinished))
    unfinished.replace(compiled)
    return True


def compile_catalogues(root: Path = PROJECT) -> list[Path]:
    """Compile what is out of date and return those paths."""
    return [path for path in find_catalogues(root) if compile_catalogue(path)]


if __name__ == "__main__":
    for compiled_path in compile_catalogues():
        sys.stdout.write(f"• compiled {compiled_path.relative_to(PROJECT)}\n")
