"""What a person's typed text may hold: letters and signs, no invisible ones."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_DIRECTION_MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def refuse_unprintable(value: str) -> None:
    """Refuse control characters and invisible direction marks, which names do not have and forgeries do."""
    if value.isascii() and value.isprintable():
        return  # nothing in it to look for
    if any(_is_unprintable(character) for character in value):
        raise ValidationError(_("This contains characters that cannot be shown. Please write it without them."))


def _is_unprintable(character: str) -> bool:
    if character in "\n\r\t":
        return False
    # "Cn" would refuse whatever is newer than this Python's tables, this year's emoji for instance.
    is_noncharacter = (ord(character) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return is_noncharacter or character in _DIRECTION_MARKS or unicodedata.category(character) in ("Cc", "Cs", "Co")


def refuse_line_breaks(value: str) -> None:
    """Refuse line breaks where one line is asked."""
    if any(c in value for c in "\n\r\t\x0b\x0c\x85\u2028\u2029"):
        raise ValidationError(_("Please write this on one line."))
