"""Printed pages: a page written in typst and its words become a PDF."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

_FONTS = settings.BASE_DIR / "static" / "vendor" / "fonts"


def draw_pdf(page: Path, paper: Mapping[str, Any], *, fonts: str = "paper") -> bytes:
    """Return ``page`` filled with ``paper`` (its ``sys.inputs.paper``, as JSON) as PDF/UA-1, fonts embedded.

    ``fonts`` names a folder of our own; with those the paper is the same everywhere. Words they have no letters for (a
    name in Amharic, Korean, Georgian ...) are drawn with the machine's. What not even these can write shows as boxes on
    a page without the mark of the standard: nobody is left without their paper.
    """
    # A mark of byte order has no place in a tagged page, and says nothing.
    words = json.dumps(paper, ensure_ascii=False).replace("\ufeff", "")
    for with_system in (False, True):
        try:
            return _compile(page, words, _fonts(fonts, with_system), is_tagged=True)
        except typst.TypstError:
            continue
    return _compile(page, words, _fonts(fonts, True), is_tagged=False)


def _compile(page: Path, words: str, fonts: typst.Fonts, *, is_tagged: bool) -> bytes:
    drawn: bytes = typst.compile(
        _source(page),
        font_paths=fonts,
        format="pdf",
        sys_inputs={"paper": words},
        pdf_standards=["ua-1"] if is_tagged else [],
    )
    return drawn


@cache
def _source(page: Path) -> bytes:
    return page.read_bytes()


@cache
def _fonts(folder: str, with_system: bool) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=with_system, font_paths=[_FONTS / folder])
