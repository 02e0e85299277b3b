"""What fits into a text message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.sms_text import cut, gsm_length, plain_letters, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Réunion à l’école", "Réunion à l'école"),
        ("Fête — “ouverte”…", 'Fete - "ouverte"...'),
        ("Cœur", "Coeur"),
        ("Größe ñandú", "Größe ñandu"),
        ("اجتماع", "اجتماع"),
        ("Ελλάδα", "Ελλάδα"),
        ("Party 🎉", "Party 🎉"),
        ("plain", "plain"),
    ],
)
def test_plain_letters_fit_the_alphabet_or_stay_as_they_are(text: str, expected: str) -> None:
    assert plain_letters(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ê" * 70, 1), ("ê" * 71, 2), ("🎉" * 36, 2),
     ("a" * 306, 2), ("a" * 307, 3)],
)  # fmt: skip
def test_segments_are_what_is_charged(text: str, expected: int) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("Short", 10, "Short"),
        ("How to register to vote in Ixelles", 20, "How to register..."),
        ("Donaudampfschifffahrtsgesellschaft", 12, "Donaudamp..."),
        ("One, two, three", 8, "One..."),
        ("  a \n b ", 10, "a b"),
    ],
)
def test_cut_ends_between_words_where_it_can(text: str, most: int, expected: str) -> None:
    assert cut(text, most) == expected


@given(text=st.text(max_size=80), most=st.integers(6, 60))
def test_cut_never_exceeds_what_is_left(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most


@given(st.text(max_size=60))
def test_plain_letters_never_make_it_worse(text: str) -> None:
    plain = plain_letters(text)
    assert plain == text or gsm_length(plain) is not None
