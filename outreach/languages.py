"""The languages conversations are held in, by ISO 639 code. A list to choose from, not a limit: codes are stored."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = {
    "en": _("English"),
    "fr": _("French"),
    "nl": _("Dutch"),
    "de": _("German"),
    "ar": _("Arabic"),
    "sq": _("Albanian"),
    "am": _("Amharic"),
    "ber": _("Berber"),
    "bg": _("Bulgarian"),
    "zh": _("Chinese"),
    "hr": _("Croatian"),
    "cs": _("Czech"),
    "da": _("Danish"),
    "prs": _("Dari"),
    "et": _("Estonian"),
    "fi": _("Finnish"),
    "ff": _("Fula"),
    "el": _("Greek"),
    "hi": _("Hindi"),
    "hu": _("Hungarian"),
    "ga": _("Irish"),
    "it": _("Italian"),
    "rw": _("Kinyarwanda"),
    "ku": _("Kurdish"),
    "lv": _("Latvian"),
    "ln": _("Lingala"),
    "lt": _("Lithuanian"),
    "mt": _("Maltese"),
    "ps": _("Pashto"),
    "fa": _("Persian"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "ro": _("Romanian"),
    "ru": _("Russian"),
    "sr": _("Serbian"),
    "sk": _("Slovak"),
    "sl": _("Slovenian"),
    "so": _("Somali"),
    "es": _("Spanish"),
    "sw": _("Swahili"),
    "sv": _("Swedish"),
    "ti": _("Tigrinya"),
    "tr": _("Turkish"),
    "uk": _("Ukrainian"),
    "ur": _("Urdu"),
    "vi": _("Vietnamese"),
    "wo": _("Wolof"),
}


def language_name(code: str) -> str:
    """Return a language's name in the screen's language, or its code when it is not on the list."""
    return str(LANGUAGES.get(code, code))
