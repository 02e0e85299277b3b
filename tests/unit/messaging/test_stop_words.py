"""STOP in several languages: the exact word or the word with courtesy, never inside a sentence."""

import pytest

from messaging.stop_words import asks_for_help, asks_to_start, asks_to_stop


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. Thank you ", "STOP!!!", "stop stop", "STOPALL", "stop all", "Unsubscribe",
        "END", "quit", "ARRÊT", "arret", "Arrêt merci", "S'il vous plaît arrêtez", "STOPPEN", "stoppen aub", "BAJA",
        "baja por favor", "PARAR", "أوقف", "اوقف", "أوقف من فضلك", "أَوْقِف", "Стоп", "ABMELDEN bitte", "ＳＴＯＰ",
        "please stop",
    ],
)  # fmt: skip
def test_stop_word_alone_or_with_courtesy_stops(text: str) -> None:
    assert asks_to_stop(text)
    assert not asks_to_start(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "!!!", "thank you", "have got to STOP this bill", "don't stop", "stop by at noon?", "NO", "yes",
        "arrêt de bus Flagey", "STOP 12", "non stop", "where does it end", "ne pas arrêter", "stopping",
    ],
)  # fmt: skip
def test_stop_word_within_a_sentence_is_for_a_human(text: str) -> None:
    assert not asks_to_stop(text)


@pytest.mark.parametrize(("text", "expected"), [("START", True), ("Start please", True), ("start at noon", False)])
def test_start_word_is_known_alone(text: str, expected: bool) -> None:
    assert asks_to_start(text) is expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("HELP", "en"), ("info", "en"), ("Help please", "en"), ("Aide s'il vous plaît", "fr"), ("HULP", "nl"),
        ("مساعدة", "ar"), ("Ayuda", "es"), ("can you help me", ""), ("help us stop this", ""), ("", ""), ("STOP", ""),
    ],
)  # fmt: skip
def test_help_word_is_known_alone_with_its_language(text: str, language: str) -> None:
    assert asks_for_help(text) == language
