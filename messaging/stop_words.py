"""Whether a text asks for no more messages, for them again, or who we are. Pure: no database, no clock.

The exact word, or the word with courtesies around it ("Stop. Thank you"), is meant so; the word inside a sentence
("have got to STOP this bill") is for a human to read. English words are those Twilio acts upon by itself.
"""

import re
import unicodedata

_STOP = (
    "stop stopall stopp unsubscribe end quit revoke optout cancel arret arrêt arrêter arretez arrêtez désabonner "
    "désabonnement désinscrire stoppen afmelden uitschrijven abmelden abbestellen baja alto parar sair cancelar "
    "cancella disiscrivi wypisz rezygnuję dur iptal стоп отписаться أوقف إيقاف توقف قف الغاء إلغاء στοπ διακοπή"
)
_STOP_PHRASES = ("stop all", "opt out", "no more", "stop sms", "plus de sms", "geen sms meer", "no más")
_START = "start unstop abonner aanmelden alta começar iniziare ابدأ ابدا старт"
_HELP = {
    "en": "help info", "fr": "aide infos", "nl": "hulp informatie", "ar": "مساعدة معلومات", "es": "ayuda",
    "de": "hilfe", "pt": "ajuda", "it": "aiuto", "pl": "pomoc", "tr": "yardım", "ru": "помощь", "el": "βοήθεια",
}  # fmt: skip
_COURTESY = (
    "please thanks thank you thx merci beaucoup svp stp s il vous te plait plaît dank bedankt je u wel aub alstublieft "
    "alsjeblieft bitte danke gracias por favor obrigado obrigada grazie per favore hello hi bonjour hallo sorry désolé "
    "désolée شكرا شكراً من فضلك رجاء"
)
_MARKS = re.compile(r"[^\w\s]|_", re.UNICODE)
_TATWEEL = "\u0640"


def asks_to_stop(text: str) -> bool:
    """Whether the text means STOP, in any of the languages we know it in."""
    return _means(text, _STOP_WORDS, _PHRASES)


def asks_to_start(text: str) -> bool:
    """Whether the text means START: messages may come again."""
    return _means(text, _START_WORDS, frozenset())


def asks_for_help(text: str) -> str:
    """Return the language in which the text means HELP, blank where it does not."""
    return next((language for language, words in _HELP_WORDS.items() if _means(text, words, frozenset())), "")


def _means(text: str, words: frozenset[str], phrases: frozenset[tuple[str, ...]]) -> bool:
    said = _words(text)
    kept = tuple(word for word in said if word not in _COURTESIES or word in words)
    return bool(kept) and ((len(set(kept)) == 1 and kept[0] in words) or tuple(said) in phrases or kept in phrases)


def _words(text: str) -> list[str]:
    return _MARKS.sub(" ", _fold(text)).split()


def _fold(text: str) -> str:
    """Return the text without case, accents, Arabic vowel signs and lengthening."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace(_TATWEEL, ""))
    return unicodedata.normalize("NFKC", "".join(each for each in parts if not unicodedata.combining(each)))


_STOP_WORDS, _START_WORDS, _COURTESIES = (frozenset(_words(words)) for words in (_STOP, _START, _COURTESY))
_PHRASES = frozenset(tuple(_words(phrase)) for phrase in _STOP_PHRASES)
_HELP_WORDS = {language: frozenset(_words(words)) for language, words in _HELP.items()}
