"""Tell cheaply, without Django, whether the demo was prepared for just this state of the code."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from config.translations import ELSEWHERE

SINGLE_FILES = ("requirements/runtime.txt", "config/settings/base.py", "config/settings/demo.py")


def fingerprint_demo(root: Path, database_url: str) -> str:
    """Return a text that changes with anything the preparation depends on.

    That is the locked dependencies, settings, migrations, demo modules, data files and static files (by size and
    time of change), the place of the project and the database it speaks to.
    """
    digest = hashlib.sha256(f"{root}|{database_url}".encode())
    for path in sorted(find_inputs(root)):
        state = path.stat()
        digest.update(f"{path.relative_to(root)}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def find_inputs(root: Path) -> Iterator[Path]:
    """Yield the files whose change asks for a new preparation."""
    yield from (root / name for name in SINGLE_FILES)
    folders = [child for child in root.iterdir() if child.is_dir() and child.name not in ELSEWHERE | {"tests", "docs"}]
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and is_input(path.relative_to(root)):
                yield path


def is_input(path: Path) -> bool:
    """Whether a file, named from the project's root, is a migration, demo module, data file or static file."""
    if path.suffix == ".py":
        return "migrations" in path.parts or "demo" in path.stem or path.stem.startswith("load_")
    return "static" in path.parts or "data" in path.parts
