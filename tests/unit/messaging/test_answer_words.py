"""YES and NO by text message: the word, or the word with a courtesy, and nothing else."""

import pytest

from messaging import answer_words
from messaging.answer_words import read_answer


@pytest.mark.parametrize(
    "text",
    [
        "YES",
        "yes",
        " Yes! ",
        "Oui",
        "OUI merci",
        "Oui, merci beaucoup !",
        "ja",
        "Ja dank je wel",
        "نعم",
        "نَعَم شكراً",
        "evet",
    ],
)
def test_word_for_yes_is_yes(text: str) -> None:
    assert read_answer(text) is True


@pytest.mark.parametrize(
    "text", ["NO", "No, sorry", "non", "Non merci", "NEE", "nee, bedankt!", "لا", "لا شكرا", "όχι", "Hayır"]
)
def test_word_for_no_is_no(text: str) -> None:
    assert read_answer(text) is False


@pytest.mark.parametrize(
    "text",
    ["", "  ", "no idea, where is it?", "yes no", "Oui ou non ?", "thank you", "STOP", "I say no to this bill", "👍"],
)
def test_anything_else_is_for_a_human(text: str) -> None:
    assert read_answer(text) is None


def test_no_word_means_both() -> None:
    assert not answer_words._YES & answer_words._NO
    assert not (answer_words._YES | answer_words._NO) & answer_words._COURTESY
