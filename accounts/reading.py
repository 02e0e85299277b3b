"""Who read how much about people, counted from the audit trail, and who is told when it is far more than usual."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.enums import Role
from accounts.models import Organisation, ReadingAlarm, ReadingDay, User
from accounts.reading_rules import is_unusual, usual_of
from core import audit
from core.models import AuditEntry

DAYS = 30
SHOWN_FOR = timedelta(days=7)
# Tables of figures are exported under names of their own ("…figures…", "…counts…"), the trail itself as "core.audit…".
_KINDS = (".listed", "_listed", ".sampled", ".viewed", ".exported")
_READS = reduce(or_, (Q(action__endswith=kind) for kind in _KINDS))
_FIGURES = Q(action__contains="figures") | Q(action__contains="counts") | Q(action__startswith="core.")


@transaction.atomic
def watch_reading(*, at: datetime) -> list[ReadingAlarm]:
    """Count what everybody read today, and raise an alarm for each person who read far more than they usually do.

    One alarm per person and day, however often this runs; days a stopped job missed are counted too, back to 30 days.
    Who watches over data protection for the person's organisations is told by mail, once.
    """
    today = timezone.localdate(at)
    _count_days(today)
    ReadingDay.objects.filter(day__lt=today - timedelta(days=DAYS)).delete()
    raised = []
    history: dict[int, list[int]] = defaultdict(list)
    now: dict[int, int] = {}
    for row in ReadingDay.objects.all():
        if row.day == today:
            now[row.user_id] = row.people
        else:
            history[row.user_id].append(row.people)
    for user_id, people in sorted(now.items()):
        before = history[user_id]
        if is_unusual(people, before, floor=settings.READING_ALARM_FLOOR, factor=settings.READING_ALARM_FACTOR):
            alarm, is_new = ReadingAlarm.objects.get_or_create(
                user_id=user_id,
                day=today,
                defaults={"people": people, "usual": usual_of(before), "raised_at": at},
            )
            if is_new:
                _raise(alarm, at)
                raised.append(alarm)
    return raised


def _count_days(today: date) -> None:
    last = ReadingDay.objects.order_by("-day").values_list("day", flat=True).first()
    first = max(last or date.min, today - timedelta(days=DAYS))
    begins = timezone.make_aware(datetime.combine(first, time.min))
    entries = AuditEntry.objects.filter(_READS, at__gte=begins, actor__startswith="user:").exclude(_FIGURES)
    read: dict[tuple[int, date], int] = defaultdict(int)
    for at, actor, action, details in entries.values_list("at", "actor", "action", "details").iterator(2_000):
        read[int(actor.removeprefix("user:")), timezone.localdate(at)] += _people_in(action, details)
    known = set(User.objects.filter(pk__in={user for user, _day in read}).values_list("pk", flat=True))
    ReadingDay.objects.bulk_create(
        [ReadingDay(user_id=user, day=day, people=people) for (user, day), people in read.items() if user in known],
        update_conflicts=True,
        unique_fields=["user", "day"],
        update_fields=["people"],
    )


def _people_in(action: str, details: dict[str, Any]) -> int:
    """Return of how many people an entry speaks: the rows of a list or file, one for a person's page."""
    if action.endswith(".viewed"):
        return 1
    told = details.get("rows" if action.endswith(".exported") else "count", 0)
    return told if isinstance(told, int) else 0


def _raise(alarm: ReadingAlarm, at: datetime) -> None:
    audit.record("accounts.reading_alarm.raised", by="accounts.watch_reading", target=alarm, people=alarm.people)
    queue: Any = import_string(settings.STAFF_LETTERS)
    told = {"people": alarm.people, "usual": alarm.usual, "path": trail_of(alarm)}
    for officer in officers_for(alarm.user):
        queue(key=f"reading-alarm:alarm:{alarm.pk}:once", template="reading_alarm", user=officer, context=told, at=at)


def trail_of(alarm: ReadingAlarm) -> str:
    """Return the path of the audit trail, cut to what this person did on that day."""
    day = alarm.day.isoformat()
    return f"{reverse('audit:index')}?{urlencode({'actor': alarm.user_id, 'at_from': day, 'at_to': day})}"


def officers_for(user: User) -> list[User]:
    """Return who watches over data protection for the user's organisations, never the user; else administrators."""
    own = Organisation.objects.filter(pk__in=user.memberships.values("organisation"))
    over = Q(memberships__organisation__in=own) | Q(memberships__organisation__partners__in=own)
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    officers = others.filter(memberships__role=Role.DATA_PROTECTION_OFFICER)
    officers = officers if user.is_superuser else officers.filter(over, memberships__role=Role.DATA_PROTECTION_OFFICER)
    return list(officers.distinct().order_by("pk")) or list(others.filter(is_superuser=True).order_by("pk"))


def alarms_for(user: User, at: datetime) -> list[ReadingAlarm]:
    """Return the alarms of the last days the user is told of, each with its ``url``, the newest first."""
    if not user.has_perm("accounts.read_audit_trail"):
        return []
    lately = ReadingAlarm.objects.filter(raised_at__gt=at - SHOWN_FOR).exclude(user=user).select_related("user")
    alarms = [alarm for alarm in lately[:50] if user.is_superuser or user in officers_for(alarm.user)]
    for alarm in alarms:
        alarm.url = trail_of(alarm)  # type: ignore[attr-defined]
    return alarms
