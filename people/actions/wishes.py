"""What people change about what they get, by the link to their own page."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from people.models import ContactPoint, Supporter

# How long news can be paused for, in days; who wants more stops them.
PAUSES = (14, 30, 90)


class UnknownChoice(ValueError):
    """The language or the pause is none we offer."""


@transaction.atomic
def pause_news(*, points: Sequence[ContactPoint], until: datetime | None) -> None:
    """Send no news to these addresses until then, None: they come again now. Safe to call twice."""
    ContactPoint.objects.filter(pk__in=[point.pk for point in points]).update(paused_until=until)


@transaction.atomic
def choose_language(*, supporter: Supporter, language: str) -> Supporter:
    """Write to the person in another language of ours from now on. Raises UnknownChoice for one we do not write."""
    if language not in settings.LANGUAGE_NAMES:
        raise UnknownChoice(language)
    Supporter.objects.filter(pk=supporter.pk).update(language=language)
    supporter.language = language
    return supporter
