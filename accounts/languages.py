"""In which language somebody of the staff is written to: the one they chose for the staff area."""

from django.conf import settings

from accounts.models import User


def language_of(user: User) -> str:
    """Return the language of a letter to somebody of the staff. One query, unless `wagtail_userprofile` was joined."""
    profile = getattr(user, "wagtail_userprofile", None)
    return chosen_or_usual(getattr(profile, "preferred_language", ""))


def chosen_or_usual(chosen: str | None) -> str:
    """Return the language somebody chose, where we write it; else the first of ours."""
    return chosen if chosen in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE
