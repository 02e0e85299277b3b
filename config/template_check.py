"""Compile every template of the project: a typing error in a tag fails here, not in front of a citizen."""

import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines


def find_templates() -> Iterator[Path]:
    """Yield the project's own templates, whatever their ending."""
    root = Path(settings.BASE_DIR)
    for package in sorted(child for child in root.iterdir() if child.is_dir() and not child.name.startswith(".")):
        folders = [package] if package.name == "templates" else package.rglob("templates")
        for folder in folders:
            yield from sorted(path for path in folder.rglob("*.*") if path.is_file())


def find_faults() -> Iterator[str]:
    """Yield one line for each template that does not compile."""
    engine = engines["django"]
    for path in find_templates():
        try:
            engine.from_string(path.read_text(encoding="utf-8"))
        except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as error:
            yield f"{path.relative_to(settings.BASE_DIR)}: {error}"


if __name__ == "__main__":
    django.setup()
    faults = list(find_faults())
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.exit(1 if faults else 0)
