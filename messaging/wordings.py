"""Which words a text has in which language (read only)."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import Exists, OuterRef

from messaging.models import MessageText, Wording


class NoWording(LookupError):
    """The text was never written in any language."""


def newest_wordings(texts: Iterable[MessageText]) -> dict[int, dict[str, Wording]]:
    """Return the newest wording of each language, by text and language, in one query; languages in settings' order."""
    newer = Wording.objects.filter(
        text=OuterRef("text"), language=OuterRef("language"), version__gt=OuterRef("version")
    )
    ids = [text.pk for text in texts]
    found: dict[int, dict[str, Wording]] = {pk: {} for pk in ids}
    order = {code: place for place, (code, _name) in enumerate(settings.LANGUAGES)}
    rows = Wording.objects.filter(~Exists(newer), text__in=ids)
    for row in sorted(rows, key=lambda row: order.get(row.language, len(order))):
        found[row.text_id][row.language] = row
    return found


def wording_for(text: MessageText, language: str) -> Wording:
    """Return the newest wording for somebody who reads ``language``: in it, else in the text's fallback, else in any.

    Its ``language`` says which it is: queue the message in that one. Raises NoWording where nothing was ever written.
    """
    return pick_wording(text, newest_wordings([text])[text.pk], language)


def pick_wording(text: MessageText, wordings: Mapping[str, Wording], language: str) -> Wording:
    """Return what `wording_for` does, of wordings by language that were read before: for many people at once."""
    for code in (language, text.fallback_language, *wordings):
        if code in wordings:
            return wordings[code]
    raise NoWording(f"text {text.pk} has no wording")


def languages_of(text: MessageText) -> list[str]:
    """Return the codes of the languages a text is written in, in settings' order."""
    return list(newest_wordings([text])[text.pk])
