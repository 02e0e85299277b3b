"""The commune's form as an empty PDF, for who fills it in by hand: drawn once per form and language."""

from functools import cache
from pathlib import Path
from typing import Any

from campaigns.commune_forms import CommuneForm, commune_form
from cms.commune_form_context import paper_of
from core.paper import draw_pdf

_PAGE = Path(__file__).parent / "paper" / "commune_form.typ"


def blank_form_pdf(key: str, place: str, kind: str, group: str, language: str) -> bytes | None:
    """Return the empty form of an election for a group as PDF/UA; None where there is none in that language."""
    form = commune_form(key, place, kind, group)
    if form is None or language not in form.languages:  # what anybody may ask for is not kept
        return None
    return _drawn(key, place, kind, group, language)


@cache
def _drawn(key: str, place: str, kind: str, group: str, language: str) -> bytes:
    form = commune_form(key, place, kind, group)
    assert form is not None  # noqa: S101 - the caller has looked
    return draw_pdf(_PAGE, _words(form, language), fonts="form")


def _words(form: CommuneForm, language: str) -> dict[str, Any]:
    words: dict[str, Any] = paper_of(form, (), None)["words"][language]
    labels = [words["labels"][field.name] for field in form.fields if field.kind != "commune"]
    return words | {"language": language, "labels": labels}
