"""Letters about requests: links people asked for, answers, and alarms to whoever must answer.

Each stands in the ledger like every other message and leaves by the same drain.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.languages import language_of
from accounts.models import Organisation, User
from messaging.actions.queue import Draft, queue_message
from messaging.models import OutboundMessage
from messaging.rendering import NotNeeded, stored_context
from people.actions.submissions import KEEP_UNCONFIRMED
from people.addresses import address_index
from people.canonical import canonical_email
from people.consent import ContactPurpose
from people.enums import Channel, Purpose
from people.models import ContactPoint, Supporter
from rights import links
from rights.clocks import threshold_on
from rights.models import RecordDetails, RightsRequest
from rights.querysets import KEEPERS
from rights.selectors import nearly_due, officers_of

USEFUL_FOR = timedelta(hours=6)
ANSWER_USEFUL_FOR = timedelta(days=14)
_MAIL = ContactPurpose(Purpose.SERVICE, Channel.EMAIL)


def queue_data_link(*, typed: str, language: str, at: datetime) -> OutboundMessage:
    """Queue the answer to somebody who asked, by typing an e-mail address, what we hold about them.

    Known or not, the address is written to: the link, or that no record is proved to be of it (Art. 15(1) GDPR). So
    whoever asked learns nothing here, not even by how long it took. One an hour to one address. Raises
    UnreadableAddress.
    """
    canonical = canonical_email(typed)
    point = ContactPoint.objects.filter(channel=Channel.EMAIL, canonical=canonical).first()
    is_theirs = point is not None and links.opens(point)
    key = f"your-data:address:{address_index(Channel.EMAIL, canonical)}:{at:%Y%m%d%H}"
    draft = _draft(
        key, "rights_link" if is_theirs else "rights_nothing", typed, canonical, language, at,
        point=point if is_theirs else None,
    )  # fmt: skip
    return queue_message(draft=draft, at=at)


def queue_data_link_to(*, point: ContactPoint, language: str, at: datetime) -> OutboundMessage:
    """Queue the link to what we hold to an address of somebody who came by their own page; one an hour."""
    key = f"your-data:contact_point:{point.pk}:{at:%Y%m%d%H}"
    draft = _draft(key, "rights_link", point.as_typed, point.canonical, language, at, point=point)
    return queue_message(draft=draft, at=at)


def queue_address_check(*, point: ContactPoint, typed: str, language: str, at: datetime) -> OutboundMessage:
    """Queue the link that proves ``typed`` as the new address in the place of ``point``; one an hour for each."""
    canonical = canonical_email(typed)
    key = f"new-address:contact_point:{point.pk}:{address_index(Channel.EMAIL, canonical)}:{at:%Y%m%d%H}"
    draft = _draft(key, "rights_address", typed, canonical, language, at, told={"point": point.pk})
    return queue_message(draft=draft, at=at)


def tell_person(*, request: RightsRequest, template: str, occasion: str, at: datetime) -> OutboundMessage | None:
    """Queue a letter about a request to its person, once per occasion; None where no address of theirs is known."""
    point = best_address(request.supporter)
    if point is None:
        return None
    draft = _draft(
        f"rights:request:{request.pk}:{occasion}", template, point.as_typed, point.canonical, request.language, at,
        point=point, told={"request": request.pk}, useful_for=ANSWER_USEFUL_FOR,
    )  # fmt: skip
    return queue_message(draft=draft, at=at)


def best_address(supporter: Supporter | None) -> ContactPoint | None:
    """Return the e-mail address an answer goes to: the one proved first, else the oldest that opens their data."""
    if supporter is None:
        return None
    points = supporter.contact_points.filter(channel=Channel.EMAIL).order_by("verified_at", "pk")
    found = list(points)
    proved = [point for point in found if point.verified_at is not None]
    return next(iter(proved or found), None)


@transaction.atomic
def queue_request_alarms(*, at: datetime) -> int:
    """Queue a mail to every officer about each request that is nearly due or late, and return how many.

    One mail per request, threshold (10 and 3 days before, and the day after the last), last day and officer. Safe to
    run at any time and again; a day the job missed is caught up with the threshold that holds now.
    """
    on = timezone.localtime(at).date()
    queued = 0
    for request in nearly_due(RightsRequest.objects.all(), on):
        threshold = threshold_on(request.due_date, on)
        told = {"request": request.pk, "due": request.due_date.isoformat(), "threshold": threshold}
        concerned = RightsRequest.objects.all().concerned().filter(rightsrequest=request)
        for user in officers_of(list(concerned.values_list("organisation", flat=True))):
            key = f"rights-due:request:{request.pk}:{threshold}-{request.due_date:%Y%m%d}-u{user.pk}"
            draft = _draft(
                key, "rights_due", user.email, canonical_email(user.email), language_of(user), at, told=told,
                useful_for=timedelta(days=3),
            )  # fmt: skip
            queue_message(draft=draft, at=at)
            queued += 1
    return queued


def tell_other_officers(*, request: RightsRequest, by: User, at: datetime) -> int:
    """Queue a mail to the officers of other organisations about somebody an officer has just erased; return how many.

    Each controller decides for its own, and there is one database: those whose campaigns the person was in as well are
    told that they are gone there too, never who it was (ADR 38). A second call queues nothing more.
    """
    own = by.memberships.filter(role__in=KEEPERS).values("organisation")
    others = request.organisations.filter(campaigns__isnull=False).exclude(pk__in=own).distinct()
    officers = {user.pk: user for other in others for user in officers_of([other.pk]) if user != by}
    for user in officers.values():
        draft = _draft(
            f"rights-erased:request:{request.pk}:u{user.pk}", "rights_erased", user.email,
            canonical_email(user.email), language_of(user), at, told={"request": request.pk},
            useful_for=ANSWER_USEFUL_FOR,
        )  # fmt: skip
        queue_message(draft=draft, at=at)
    return len(officers)


def _draft(
    key: str,
    template: str,
    typed: str,
    canonical: str,
    language: str,
    at: datetime,
    *,
    point: ContactPoint | None = None,
    told: dict[str, Any] | None = None,
    useful_for: timedelta = USEFUL_FOR,
) -> Draft:
    channel = Channel(point.channel) if point is not None else Channel.EMAIL
    return Draft(
        idempotency_key=key,
        purpose=ContactPurpose(Purpose.SERVICE, channel),
        template=template,
        address=typed,
        canonical=canonical,
        language=language if language in settings.LANGUAGE_NAMES else settings.LANGUAGE_CODE,
        not_before=at,
        expires_at=at + useful_for,
        contact_point=point,
        context=told or {},
    )


def link_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the link to somebody's data, made when the letter leaves (settings.MESSAGE_CONTEXTS)."""
    if message.contact_point is None:
        raise NotNeeded
    return {**_common(message), "data_url": links.data_url(message.contact_point, message.language)}


def nothing_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what is said to an address no record is proved to be of: what may stand there all the same, and whom to
    ask about that. The same for every address, so that the letter tells nobody what it does not find."""
    leads = Organisation.objects.filter(campaigns__isnull=False).distinct().order_by("name", "pk")
    named = dict(RecordDetails.objects.filter(organisation__in=leads).values_list("organisation", "officer_contact"))
    asked = [(str(lead), named.get(lead.pk, "")) for lead in leads]
    return {**_common(message), "days": KEEP_UNCONFIRMED.days, "leads": asked}


def address_context(message: OutboundMessage) -> dict[str, Any]:
    """Return the link that proves a new address. Raises NotNeeded once whose it was is gone."""
    point = ContactPoint.objects.filter(pk=message.context.get("point")).first()
    if point is None:
        raise NotNeeded
    return {**_common(message), "address_url": links.address_url(message, point)}


def request_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what is said of a request to its person. Raises NotNeeded once the person is gone."""
    request = RightsRequest.objects.filter(pk=message.context.get("request"), supporter__isnull=False).first()
    if request is None:
        raise NotNeeded
    is_copy = message.template == "rights_copy"
    return {
        **_common(message),
        "kind": request.get_kind_display(),
        "received": date_format(timezone.localtime(request.received_at), "DATE_FORMAT"),
        "due": date_format(request.due_date, "DATE_FORMAT"),
        "answer": request.answer,
        "reason": request.reason,
        "copy_url": links.copy_url(request, message.language) if is_copy else "",
        "days": settings.RIGHTS_COPY_DAYS,
    }


def due_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what an officer is told of a request that waits: its kind and day, never whose it is."""
    told = stored_context(message)
    request = RightsRequest.objects.filter(pk=told["request"]).waiting().first()
    if request is None:
        raise NotNeeded
    return {
        **told,
        "kind": request.get_kind_display(),
        "received": date_format(timezone.localtime(request.received_at), "DATE_FORMAT"),
        "due": date_format(date.fromisoformat(told["due"]), "DATE_FORMAT"),
        "url": settings.PUBLIC_URL + reverse("staff_rights:show", args=[request.pk]),
    }


def erased_context(message: OutboundMessage) -> dict[str, Any]:
    """Return what an officer is told of somebody another organisation's officer erased: when, never who."""
    request = RightsRequest.objects.filter(pk=message.context.get("request"), done_at__isnull=False).first()
    if request is None or request.done_at is None:
        raise NotNeeded
    return {
        **_common(message),
        "day": date_format(timezone.localtime(request.done_at), "DATE_FORMAT"),
        "url": settings.PUBLIC_URL + reverse("staff_rights:show", args=[request.pk]),
    }


def _common(message: OutboundMessage) -> dict[str, Any]:
    return {
        "organisation_name": settings.WAGTAIL_SITE_NAME,
        "website": settings.PUBLIC_URL,
        "hours": settings.RIGHTS_LINK_HOURS,
        "language": message.language,
    }
