"""Why we write, in words a citizen understands."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.enums import Purpose

_WORDS = {
    Purpose.CAMPAIGN_NEWS: _("News of the campaign"),
    Purpose.PARTNER_NEWS: _("News of this organisation"),
    Purpose.REMINDER: _("Reminders of what you registered for or asked to be reminded of"),
    Purpose.AGENDA: _("Reminders of what you registered for or asked to be reminded of"),
    Purpose.SERVICE: _("Answers to what you did here"),
}


def purpose_words(purpose: str) -> str:
    """Return what messages of a purpose are, in the language in force."""
    words = _WORDS.get(Purpose(purpose))
    return str(words) if words else gettext("Messages")
