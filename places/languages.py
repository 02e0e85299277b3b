"""The languages people may say they speak, each under its own name. Pure: no database."""

from django.conf.locale import LANG_INFO

# Those most heard in the street of the cities Carillon was made for, in the order of the form.
COMMON = (
    "fr", "nl", "en", "ar", "tr", "es", "it", "pt", "de", "pl", "ro", "bg", "ru", "uk", "el", "hu", "sq", "fa",
    "sw", "ln", "ber",
)  # fmt: skip
# Languages people speak that Django has no translation for (ISO 639-1, else 639-2).
_FURTHER = {
    "am": "አማርኛ",
    "ber": "Tamaziɣt",
    "ff": "Pulaar",
    "ku": "Kurdî",
    "ln": "Lingála",
    "mg": "Malagasy",
    "ps": "پښتو",
    "rn": "Ikirundi",
    "rom": "Romani",
    "rw": "Ikinyarwanda",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "tl": "Tagalog",
    "wo": "Wolof",
    "yo": "Yorùbá",
    "zh": "中文",
}


def _names() -> dict[str, str]:
    known = {
        code: str(known["name_local"])
        for code, known in LANG_INFO.items()
        if len(code) <= 3 and "name_local" in known and code not in ("no", "eo", "ia", "io")
    }
    return {code: name[:1].upper() + name[1:] for code, name in {**known, **_FURTHER}.items()}


NAMES: dict[str, str] = _names()
OTHER: tuple[str, ...] = tuple(sorted(set(NAMES) - set(COMMON), key=lambda code: NAMES[code].casefold()))


def language_name(code: str) -> str:
    """Return the language's own name, or its code when nobody taught us the name."""
    return NAMES.get(code, code)
