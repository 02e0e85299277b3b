"""Whether a text message means YES or NO. Pure: no database, no clock.

The exact word, or the word with courtesies around it ("Oui merci!"), is an answer; the word inside any other sentence
("no idea, where is it?") is for a human to read.
"""

import re
import unicodedata

_YES_WORDS = """
    yes y yep ok oui o ouais ja j jawel si sim tak da evet igen po ano ναι نعم ايه اجل да так
"""
_NO_WORDS = """
    no n nope non nee neen nein nej nie nu nem hayir hayır όχι لا не нет ні
"""
_COURTESIES = """
    thanks thank you thx please hello hi hey sorry merci beaucoup bonjour bonsoir svp stp désolé désolée
    dank bedankt je u wel aub alstublieft danke schön bitte gracias grazie obrigado obrigada
    شكرا شكراً جزيلا آسف عفوا
"""
_MARKS = re.compile(r"[^\w\s]|_", re.UNICODE)
_TATWEEL = "\u0640"


def read_answer(text: str) -> bool | None:
    """Return True for YES, False for NO, None for anything else, both at once included."""
    words = _words(text)
    meant = {word in _YES for word in words if word in _YES or word in _NO}
    others = [word for word in words if word not in _YES and word not in _NO]
    if len(meant) != 1 or any(word not in _COURTESY for word in others):
        return None
    return meant.pop()


def _words(text: str) -> list[str]:
    return _MARKS.sub(" ", _fold(text)).split()


def _fold(text: str) -> str:
    """Return the text without case, accents, Arabic vowel signs and lengthening."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace(_TATWEEL, ""))
    return unicodedata.normalize("NFKC", "".join(each for each in parts if not unicodedata.combining(each)))


_YES = frozenset(map(_fold, _YES_WORDS.split()))
_NO = frozenset(map(_fold, _NO_WORDS.split()))
_COURTESY = frozenset(map(_fold, _COURTESIES.split()))
