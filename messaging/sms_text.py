"""Texts that travel by SMS: the GSM alphabet, what fits into one segment, cutting a title decently. Pure.

3GPP TS 23.038: 160 characters of the GSM alphabet (those of the extension count twice) or 70 of UCS-2 in a message;
parts of a longer one hold 153 or 67.
"""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-", "…": "...",
     "\u00a0": " ", "\u202f": " ", "œ": "oe", "Œ": "OE", "·": "-", "•": "-"}
)  # fmt: skip


def plain_letters(text: str) -> str:
    """Return the text with typographic marks and accents the GSM alphabet lacks written plainly.

    Only where the whole text then fits that alphabet: Arabic or Greek words are left as they are.
    """
    plain = "".join(_plain_letter(letter) for letter in text.translate(_PLAIN))
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
    """Return how many messages the text is charged as."""
    length = gsm_length(text)
    if length is not None:
        return 1 if length <= 160 else -(-length // 153)
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= 70 else -(-units // 67)


def cut(text: str, most: int) -> str:
    """Return the text in at most ``most`` characters, cut between words where that leaves half of it, with dots."""
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    head = words[: most - 3]
    at_space = head.rpartition(" ")[0]
    kept = at_space if len(at_space) * 2 >= most and not words[len(head)].isspace() else head
    return kept.rstrip(" ,;:.-–") + "..."
