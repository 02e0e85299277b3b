"""A line of a reminder schedule in plain words, for staff."""

from datetime import timedelta

from django.utils.translation import gettext, ngettext

from events.enums import Moment
from events.models import ReminderRule

_DAY = 24 * 60


def moment_in_words(rule: ReminderRule) -> str:
    """Return "the day before, at 11:00", "30 minutes before the start", "1 hour after the end"."""
    if rule.moment == Moment.AT_ONCE:
        return gettext("at once")
    if rule.moment == Moment.DAY_AT:
        return _day_in_words(rule.days) % {"hour": f"{rule.hour:%H:%M}"}
    length = span_in_words(timedelta(minutes=rule.minutes))
    if rule.moment == Moment.BEFORE_START:
        return gettext("%(length)s before the start") % {"length": length}
    return gettext("%(length)s after the end") % {"length": length}


def _day_in_words(days: int) -> str:
    if days == 0:
        return gettext("the same day, at %(hour)s")
    if days == 1:
        return gettext("the day before, at %(hour)s")
    return ngettext("%(days)s day before, at %(hour)s", "%(days)s days before, at %(hour)s", days).replace(
        "%(days)s", str(days)
    )


def span_in_words(span: timedelta) -> str:
    """Return a length of time in the largest unit that is whole: "2 days", "3 hours", "45 minutes"."""
    minutes = int(span.total_seconds() // 60)
    if minutes and minutes % _DAY == 0:
        return ngettext("%(count)s day", "%(count)s days", minutes // _DAY) % {"count": minutes // _DAY}
    if minutes and minutes % 60 == 0:
        return ngettext("%(count)s hour", "%(count)s hours", minutes // 60) % {"count": minutes // 60}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def usefulness_in_words(rule: ReminderRule) -> str:
    """Return until when it may still go out after an outage."""
    if rule.useless_minutes:
        length = span_in_words(timedelta(minutes=rule.useless_minutes))
        return gettext("%(length)s after its moment") % {"length": length}
    if rule.moment == Moment.AFTER_END:
        return gettext("three days after the end")
    return gettext("the next reminder on the same channel, or the start")
