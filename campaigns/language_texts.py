"""Texts kept by language: which one to show, and in which language it then is."""

from collections.abc import Mapping


def in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Return a text and the language it is in: the one asked for, else English, else the first there is.

    The language is empty where nobody said in which one the text is.
    """
    for code in (language, language.split("-")[0], "en"):
        if texts.get(code):
            return texts[code], code
    return next(((text, code) for code, text in texts.items() if text), ("", ""))
