"""The demo pages' words, one module per language. Facts only, each with its source; what is made up says so."""

from cms.demo_texts import ar, en, fr, nl
from cms.demo_texts.shape import DemoTexts

TEXTS: dict[str, DemoTexts] = {"en": en.TEXTS, "fr": fr.TEXTS, "nl": nl.TEXTS, "ar": ar.TEXTS}

__all__ = ["TEXTS", "DemoTexts"]
