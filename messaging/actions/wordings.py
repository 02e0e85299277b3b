"""Writing texts: every change of a wording is a new version, and nobody overwrites what they have not seen."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core import audit
from messaging.models import MessageText, Wording
from messaging.wording_rules import Mistake, check_wording


class BadWording(ValueError):
    """The wording may not be saved; ``mistakes`` say why, in the language in force."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(mistake.message for mistake in mistakes))
        self.mistakes = mistakes


class ChangedMeanwhile(Exception):
    """Somebody saved another version of this wording after the one the writer saw; ``newest`` is theirs."""

    def __init__(self, newest: Wording) -> None:
        super().__init__(str(newest))
        self.newest = newest


@transaction.atomic
def save_wording(
    *,
    text: MessageText,
    language: str,
    subject: str = "",
    preheader: str = "",
    body: list[dict[str, Any]],
    seen_version: int | None = None,
    by: audit.Actor,
    at: datetime,
) -> Wording:
    """Save the wording of a text in one language as its next version, and return it.

    ``seen_version``: the version the writer had before them, 0 for none, None: whatever there is. The same words again
    return the newest version and write nothing. Raises BadWording for what `check_wording` refuses, ChangedMeanwhile
    where another version was saved since.
    """
    mistakes = check_wording(
        channel=text.channel, subject=subject, preheader=preheader, body=body, has_campaign=bool(text.scope)
    )
    if mistakes:
        raise BadWording(mistakes)
    MessageText.objects.select_for_update().get(pk=text.pk)  # two who save at once are numbered one after the other
    newest = text.wordings.filter(language=language).order_by("-version").first()
    words = {"subject": subject.strip(), "preheader": preheader.strip(), "body": body}
    if newest is not None and all(getattr(newest, name) == value for name, value in words.items()):
        return newest
    if newest is not None and seen_version is not None and newest.version != seen_version:
        raise ChangedMeanwhile(newest)
    wording = Wording.objects.create(
        text=text,
        language=language,
        version=_next_version(text, language),
        by=by if isinstance(by, User) else None,
        created_at=at,
        **words,
    )
    audit.record("messaging.wording.saved", by=by, target=text, language=language, version=wording.version)
    return wording


def _next_version(text: MessageText, language: str) -> int:
    last = text.wordings.filter(language=language).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def take_up_again(*, wording: Wording, by: audit.Actor, at: datetime) -> Wording:
    """Make an older version the newest by saving its words anew, and return that version; safe to call twice."""
    return save_wording(
        text=wording.text,
        language=wording.language,
        subject=wording.subject,
        preheader=wording.preheader,
        body=wording.body,
        by=by,
        at=at,
    )
