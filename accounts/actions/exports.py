"""Large exports: one person asks, another one decides, the first downloads once."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.enums import ExportStatus
from accounts.export_querysets import COUNTED_FOR
from accounts.models import ExportRequest, ExportTaken, User
from accounts.selectors import deciders_of, may_decide, rights_come_from
from core import audit
from core.staff_exports import AskedExport

# A list grows while a request waits. By more than this it is another list, about which nobody was asked.
_MAY_GROW_BY = 0.1


class NotYoursToDecideError(Exception):
    """Only a second person with the same right over the same organisations may decide."""


class DecidedAlreadyError(Exception):
    """Somebody decided before, or the request has lapsed."""


@transaction.atomic
def take_export(*, asked: AskedExport, by: User, at: datetime) -> bool:
    """Write down that an export leaves and return True, or return False: a second person must be asked first.

    What somebody takes within 24 hours adds up, so that a list cut into slices is no way around; the same list with the
    same filters counts once. An approval is used up by one export, and only while it speaks of so many people, of the
    same organisations. Two exports at once are judged one after the other.
    """
    User.objects.select_for_update().get(pk=by.pk)
    most = settings.EXPORT_APPROVAL_ROWS
    people = asked.people(most + 1)
    before = ExportTaken.objects.people_since(by, at - COUNTED_FOR, but=asked.fingerprint)
    if before + people <= most:
        ExportTaken.objects.create(user=by, fingerprint=asked.fingerprint, people=people, at=at)
        return True
    return _use_approval(asked, by, at)


def _use_approval(asked: AskedExport, by: User, at: datetime) -> bool:
    approved = ExportRequest.objects.usable(at).filter(asker=by, fingerprint=asked.fingerprint).first()
    if approved is None or not _is_still_that(approved, asked, by):
        return False
    used = ExportRequest.objects.usable(at).filter(pk=approved.pk).update(status=ExportStatus.USED, used_at=at)
    if used:
        audit.record("accounts.export_request.used", by=by, target=approved)
    return bool(used)


def _is_still_that(approved: ExportRequest, asked: AskedExport, by: User) -> bool:
    is_wider = not set(rights_come_from(by, asked.permission)) <= set(approved.organisations)
    return not (is_wider and approved.organisations) and (asked.people(None) <= approved.people * (1 + _MAY_GROW_BY))


@transaction.atomic
def ask_for_export(*, asked: AskedExport, reason: str, by: User, at: datetime) -> ExportRequest:
    """Ask a second person, and return the request; one that stands already for the same export is returned as it is.

    An approval that has become too small for the list is replaced by the new question. Everybody who may decide is told
    by mail, once.
    """
    User.objects.select_for_update().get(pk=by.pk)
    expire_export_requests(at=at)
    standing = ExportRequest.objects.standing(at).filter(asker=by, fingerprint=asked.fingerprint).first()
    if standing is not None:
        if standing.status == ExportStatus.ASKED or _is_still_that(standing, asked, by):
            return standing
        ExportRequest.objects.filter(pk=standing.pk).update(status=ExportStatus.EXPIRED)
    request = ExportRequest.objects.create(
        asker=by,
        permission=asked.permission,
        what=str(asked.what)[:120],
        filters=asked.filters[:500],
        address=asked.address,
        fingerprint=asked.fingerprint,
        organisations=rights_come_from(by, asked.permission),
        people=asked.people(None),
        reason=reason[:500],
        asked_at=at,
    )
    audit.record(
        "accounts.export_request.asked", by=by, target=request, permission=asked.permission, people=request.people
    )
    for user in deciders_of(request):
        _tell("export_asked", request, user, {"people": request.people}, at)
    return request


@transaction.atomic
def decide_export(
    *, request: ExportRequest, is_approved: bool, by: User, at: datetime, note: str = ""
) -> ExportRequest:
    """Approve or refuse, tell the asker, and return the request; the same word again changes nothing.

    Raises NotYoursToDecideError for the asker, in whatever role, and for who lacks the right over one of the
    organisations; DecidedAlreadyError when it is too late.
    """
    request = ExportRequest.objects.select_for_update().get(pk=request.pk)
    if not may_decide(by, request):
        raise NotYoursToDecideError
    status = ExportStatus.APPROVED if is_approved else ExportStatus.REFUSED
    if request.status == status and request.decided_by_id == by.pk:
        return request
    waiting = ExportRequest.objects.waiting(at).filter(pk=request.pk)
    if not waiting.update(status=status, decided_by=by, decided_at=at, note=note[:300]):
        raise DecidedAlreadyError
    request.refresh_from_db()
    if is_approved:
        audit.record("accounts.export_request.approved", by=by, target=request, people=request.people)
    else:
        audit.record("accounts.export_request.refused", by=by, target=request, people=request.people)
    _tell("export_decided", request, request.asker, {"is_approved": is_approved}, at)
    return request


def expire_export_requests(*, at: datetime) -> int:
    """Mark what nobody decided about within 48 hours, or nobody downloaded within 24, and return how many."""
    ExportTaken.objects.filter(at__lte=at - COUNTED_FOR).delete()
    return ExportRequest.objects.lapsed(at).update(status=ExportStatus.EXPIRED)


def forget_export_addresses(*, before: datetime) -> int:
    """Empty the addresses of old requests, in which a name somebody searched for may stand; return how many."""
    old = ExportRequest.objects.filter(asked_at__lt=before).exclude(address="")
    return old.exclude(status__in=[ExportStatus.ASKED, ExportStatus.APPROVED]).update(address="")


def _tell(template: str, request: ExportRequest, user: User, context: dict[str, Any], at: datetime) -> None:
    path = reverse("staff_exports:show", args=[request.pk])
    key = f"{template.replace('_', '-')}:request:{request.pk}:once"
    queue: Any = import_string(settings.STAFF_LETTERS)
    queue(key=key, template=template, user=user, context={**context, "path": path}, at=at)
