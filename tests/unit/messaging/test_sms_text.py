"""What fits into a text message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.sms_text import cut, gsm_length, measure, plain_letters, plain_substitutions, segments


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


ESCAPE = 0x1B
GSM_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {"^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65}
LETTERS = st.sampled_from("aé€[]{}^~\\|@ÇΔê🎉اʼ\n z")


def send_as_gsm(text: str) -> list[list[int]] | None:
    """Return the septets of each part, cut the way a phone does it: bytes first, then a look at the last one."""
    septets: list[int] = []
    for letter in text:
        if letter in EXTENSION:
            septets += [ESCAPE, EXTENSION[letter]]
        elif letter in GSM_TABLE and letter != "\x1b":
            septets.append(GSM_TABLE.index(letter))
        else:
            return None
    if len(septets) <= 160:
        return [septets] if septets else []
    parts = []
    while septets:
        end = 152 if len(septets) > 153 and septets[152] == ESCAPE else 153
        parts, septets = [*parts, septets[:end]], septets[end:]
    return parts


def send_as_ucs2(text: str) -> list[bytes]:
    encoded = text.encode("utf-16-be")
    if len(encoded) <= 140:
        return [encoded] if encoded else []
    parts = []
    while encoded:
        end = 134
        if len(encoded) > 134 and 0xD8 <= encoded[132] <= 0xDB:  # a high surrogate would stand at the end
            end = 132
        parts, encoded = [*parts, encoded[:end]], encoded[end:]
    return parts


@given(text=st.text(LETTERS, max_size=700) | st.text(st.sampled_from("a€[Ç"), max_size=700) | st.text(max_size=400))
def test_measure_counts_as_a_phone_that_encodes_the_text(text: str) -> None:
    text = text.encode("utf-16", "ignore").decode("utf-16", "ignore")
    counted, gsm = measure(text), send_as_gsm(text)
    assert counted.is_gsm == (gsm is not None)
    parts = gsm if gsm is not None else send_as_ucs2(text)
    unit = 1 if gsm is not None else 2
    assert counted.segments == len(parts)
    assert counted.units == sum(len(part) for part in parts) // unit
    room = (160 if gsm is not None else 70) if len(parts) < 2 else (153 if gsm is not None else 67)
    assert counted.left == room - (len(parts[-1]) // unit if parts else 0)
    for part in send_as_ucs2(text):
        part.decode("utf-16-be")  # no half of a pair stands alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 152 + "€" + "a" * 152, 3),  # 306 septets, but the escape may not part from its character
        ("a" * 151 + "€" + "a" * 153, 2),
        ("ê" * 66 + "🎉" + "ê" * 66, 3),  # 134 units, but the pair may not be split
        ("ê" * 65 + "🎉" + "ê" * 67, 2),
        ("", 0),
    ],
)
def test_measure_splits_nothing_that_travels_whole(text: str, expected: int) -> None:
    assert measure(text).segments == expected


def test_measure_names_what_forces_the_larger_alphabet() -> None:
    counted = measure("Fête à l’école, ê")
    assert (counted.is_gsm, counted.forcing, counted.characters, counted.left) == (False, ("ê", "’"), 17, 53)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fête à l’école, ê", (("ê", "e"), ("’", "'"))),
        ("Cœur…", (("œ", "oe"), ("…", "..."))),
        ("Fête 🎉", ()),
        ("plain", ()),
    ],
)
def test_substitutions_show_what_would_change(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert plain_substitutions(text) == expected


@given(st.text(max_size=200))
def test_substitutions_are_what_plain_letters_does(text: str) -> None:
    table = str.maketrans(dict(plain_substitutions(text)))
    assert text.translate(table) == plain_letters(text)
