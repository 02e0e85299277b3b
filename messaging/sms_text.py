"""Texts that travel by SMS: the GSM alphabet, what fits into one segment, cutting a title decently. Pure.

3GPP TS 23.038: 160 characters of the GSM alphabet (those of the extension count twice) or 70 of UCS-2 in a message;
parts of a longer one hold 153 or 67.
"""

import unicodedata
from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€"
_BASIC, _EXTENDED = frozenset(BASIC), frozenset(EXTENDED)
_LAST_OF_ONE_UNIT = 0xFFFF  # beyond it UTF-16 writes two
# What is written for typographic marks; letters with accents lose them by themselves.
PLAIN: dict[int, str] = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-", "…": "...",
     "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "·": "-", "•": "-"}
)  # fmt: skip


def plain_letters(text: str) -> str:
    """Return the text with typographic marks and accents the GSM alphabet lacks written plainly.

    Only where the whole text then fits that alphabet: Arabic or Greek words are left as they are.
    """
    plain = "".join(_plain_letter(letter) for letter in text.translate(PLAIN))
    return plain if gsm_length(plain) is not None else text


def _plain_letter(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    base = unicodedata.normalize("NFKD", letter)
    stripped = "".join(each for each in base if not unicodedata.combining(each))
    return stripped if stripped and all(each in _BASIC for each in stripped) else letter


def gsm_length(text: str) -> int | None:
    """Return how much of a segment the text takes in the GSM alphabet, None if it does not fit that alphabet."""
    if not all(letter in _BASIC or letter in _EXTENDED for letter in text):
        return None
    return len(text) + sum(letter in _EXTENDED for letter in text)


def segments(text: str) -> int:
    """Return how many messages the text is charged as; nothing is charged as one."""
    return max(measure(text).segments, 1)


@dataclass(frozen=True)
class Measure:
    """What a text takes: ``units`` of its alphabet (septets of GSM-7, 16-bit units of UCS-2) in so many segments.

    ``left``: units that still fit into the last segment. ``forcing``: the characters that GSM-7 lacks, each once, in
    the order of the text.
    """

    characters: int
    is_gsm: bool
    units: int
    segments: int
    left: int
    forcing: tuple[str, ...]


def measure(text: str) -> Measure:
    """Count a text exactly as it is charged.

    What travels whole is never split between two segments: an escape and the character it announces, the two halves
    of a surrogate pair. A segment then ends a unit early, so that a long text may take one more than division says.
    """
    forcing = tuple(dict.fromkeys(letter for letter in text if letter not in _BASIC and letter not in _EXTENDED))
    alone, joined = (70, 67) if forcing else (160, 153)
    sizes = [_size(letter, is_gsm=not forcing) for letter in text]
    units = sum(sizes)
    if units <= alone:
        return Measure(len(text), not forcing, units, int(bool(text)), alone - units, forcing)
    count, filled = 1, 0
    for size in sizes:
        if filled + size > joined:
            count, filled = count + 1, 0
        filled += size
    return Measure(len(text), not forcing, units, count, joined - filled, forcing)


def _size(letter: str, *, is_gsm: bool) -> int:
    if is_gsm:
        return 2 if letter in _EXTENDED else 1
    return 2 if ord(letter) > _LAST_OF_ONE_UNIT else 1


def plain_substitutions(text: str) -> tuple[tuple[str, str], ...]:
    """Return what `plain_letters` would write for what, each once in the order of the text; nothing if it would not."""
    if plain_letters(text) == text:
        return ()
    changed = ((letter, _plain_letter(letter.translate(PLAIN))) for letter in text)
    return tuple(dict.fromkeys((old, new) for old, new in changed if old != new))


def one_line(text: str) -> str:
    """Return a text as it is sent: what parts words is one space, and nothing stands at its ends."""
    return " ".join(text.split())


def cut(text: str, most: int) -> str:
    """Return the text in at most ``most`` characters, cut between words where that leaves half of it, with dots."""
    words = one_line(text)
    if len(words) <= most:
        return words
    head = words[: most - 3]
    at_space = head.rpartition(" ")[0]
    kept = at_space if len(at_space) * 2 >= most and not words[len(head)].isspace() else head
    return kept.rstrip(" ,;:.-–") + "..."
