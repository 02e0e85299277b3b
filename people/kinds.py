"""What confirming a submission does, by kind. Each kind's code stands in the app it belongs to; settings name it."""

from datetime import datetime
from functools import cache
from typing import ClassVar, Protocol

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from people.models import Submission


class SubmissionKind(Protocol):
    """One kind of public form. ``templates``: its own messages, by the name of those of a signature they replace."""

    templates: ClassVar[dict[str, str]]

    def accept(self, submission: Submission, *, at: datetime) -> None:
        """Count it before it is confirmed, where the target asks no confirmation."""

    def confirm(self, submission: Submission, *, at: datetime) -> models.Model:
        """Do what the person asked for and return what came of it; runs in the transaction that marks it CONFIRMED.

        Sets ``submission.supporter``; the caller saves it.
        """

    def disown(self, submission: Submission, *, at: datetime) -> None:
        """Undo what `accept` did, where there was something: the addressee says "this was not me"."""


@cache
def submission_kind(name: str) -> SubmissionKind:
    """Return the code behind ``name``. Raises KeyError for a kind no setting names."""
    kind: SubmissionKind = import_string(settings.SUBMISSION_KINDS[name])()
    return kind


def template_of(kind: str, name: str) -> str:
    """Return the message of ``kind`` that does what a signature's message ``name`` does."""
    return submission_kind(kind).templates.get(name, name)
