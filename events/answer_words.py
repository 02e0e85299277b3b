"""Whether a text message means YES or NO. Pure: no database, no clock.

The exact word, or the word with courtesies around it ("Oui merci!"), is an answer; the word inside any other sentence
("no idea, where is it?") is for a human to read.
"""

import re
import unicodedata

_YES = frozenset(
    "yes y yep ok oui o ouais ja j jawel si sim tak da evet ναι ναί نعم ايه اجل да так igen po áno ano".split()
)  # fmt: skip
_NO = frozenset("no n nope non nee neen nein nej nie nu hayir hayır όχι οχι لا не нет ні nem".split())
_COURTESY = frozenset(
    "thanks thank you thx merci beaucoup bonjour hello hi hey bonsoir dank bedankt je u wel danke schön gracias grazie "
    "obrigado obrigada please svp stp aub alstublieft bitte sorry désolé désolée شكرا شكراً جزيلا آسف عفوا".split()
)
_MARKS = re.compile(r"[^\w\s]|_", re.UNICODE)
_TATWEEL = "\u0640"


def read_answer(text: str) -> bool | None:
    """Return True for YES, False for NO, None for anything else, both at once included."""
    words = _words(text)
    meant = {word in _FOLDED_YES for word in words if word in _FOLDED_YES or word in _FOLDED_NO}
    others = [word for word in words if word not in _FOLDED_YES and word not in _FOLDED_NO]
    if len(meant) != 1 or any(word not in _FOLDED_COURTESY for word in others):
        return None
    return meant.pop()


def _words(text: str) -> list[str]:
    return _MARKS.sub(" ", _fold(text)).split()


def _fold(text: str) -> str:
    """Return the text without case, accents, Arabic vowel signs and lengthening."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace(_TATWEEL, ""))
    return unicodedata.normalize("NFKC", "".join(each for each in parts if not unicodedata.combining(each)))


_FOLDED_YES = frozenset(map(_fold, _YES))
_FOLDED_NO = frozenset(map(_fold, _NO))
_FOLDED_COURTESY = frozenset(map(_fold, _COURTESY))

assert not _FOLDED_YES & _FOLDED_NO, "a word cannot mean both"  # noqa: S101
