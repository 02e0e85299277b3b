"""Signed links by which somebody reaches what we hold about them. Each salt says what its link may do.

The link in every message opens what one gets for more than a year and travels along when a message is handed on. So
what is held, and erasing it, asks for a fresh one, mailed to the address and good for hours.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from messaging.models import OutboundMessage
from messaging.wishes import address_mark, is_mailed_to
from people.canonical import canonical_email
from people.models import ContactPoint, Supporter
from rights.models import RightsRequest

_DATA = "rights.data"
_COPY = "rights.copy"
_ADDRESS = "rights.address"
_UNDO = "rights.undo"
UNDO_FOR = timedelta(hours=1)


class InvalidLink(ValueError):
    """The link was cut, mistyped or made up, or whose it was is gone."""


class LinkTooOld(InvalidLink):
    """The link is genuine and too old."""


@dataclass(frozen=True)
class NewAddress:
    """An address somebody says is theirs now, in the place of ``point``."""

    point: ContactPoint
    typed: str


def data_url(point: ContactPoint, language: str) -> str:
    """Return the absolute address of the page about somebody's data, which opens for settings.RIGHTS_LINK_HOURS."""
    return _url("rights_data", data_token(point), language)


def data_token(point: ContactPoint) -> str:
    return _signer(_DATA).sign(f"{point.pk}:{point.supporter_id}:{address_mark(point)}")


def read_data(token: str) -> ContactPoint:
    """Return the address whose reader asks. Raises LinkTooOld and InvalidLink, also once another address stands in the
    place of the one the link was mailed to."""
    (pk, supporter_id), mark = _numbers(token, _DATA, timedelta(hours=settings.RIGHTS_LINK_HOURS))
    found = ContactPoint.objects.select_related("supporter").filter(pk=pk, supporter=supporter_id).first()
    if found is None or not is_mailed_to(found, mark) or not opens(found):
        raise InvalidLink
    return found


def opens(point: ContactPoint) -> bool:
    """Whether the reader of an address is the person: they proved it, or nobody proved any other of theirs.

    An address that was only typed into somebody's form must not open what that somebody proved to be theirs.
    """
    if point.verified_at is not None:
        return True
    return not ContactPoint.objects.filter(supporter=point.supporter_id, verified_at__isnull=False).exists()


def copy_url(request: RightsRequest, language: str) -> str:
    return _url("rights_copy", copy_token(request), language)


def copy_token(request: RightsRequest) -> str:
    return _signer(_COPY).sign(f"{request.pk}:{request.supporter_id}")


def read_copy(token: str) -> RightsRequest:
    """Return the request whose copy may be fetched for settings.RIGHTS_COPY_DAYS. Raises LinkTooOld and InvalidLink."""
    (pk, supporter_id), _mark = _numbers(token, _COPY, timedelta(days=settings.RIGHTS_COPY_DAYS))
    found = RightsRequest.objects.select_related("supporter").filter(pk=pk, supporter=supporter_id).first()
    if found is None:
        raise InvalidLink
    return found


def address_url(message: OutboundMessage, point: ContactPoint) -> str:
    """Return the absolute address that proves the address ``message`` goes to as the new one of ``point``.

    The address itself stands in no link: the message knows where it went.
    """
    token = _signer(_ADDRESS).sign(f"{message.pk}:{point.pk}:{point.supporter_id}:{address_mark(point)}")
    return _url("rights_address", token, message.language)


def read_address(token: str) -> NewAddress:
    """Return which address is to become which. Raises LinkTooOld, and InvalidLink, also once the older one became a
    third: the link would take that back."""
    lasts = timedelta(hours=settings.RIGHTS_LINK_HOURS)
    (message_id, pk, supporter_id), mark = _numbers(token, _ADDRESS, lasts, count=3)
    message = OutboundMessage.objects.filter(pk=message_id, template="rights_address").exclude(address="").first()
    point = ContactPoint.objects.select_related("supporter").filter(pk=pk, supporter=supporter_id).first()
    if message is None or point is None:
        raise InvalidLink
    if not is_mailed_to(point, mark) and point.canonical != canonical_email(message.address):
        raise InvalidLink
    return NewAddress(point, message.address)


def sign_undo(supporter: Supporter, before: dict[str, str]) -> str:
    """Return what stood before a correction, for the button that takes it back; nothing of it is kept here."""
    return signing.dumps([supporter.pk, before], salt=_UNDO, compress=True)


def read_undo(token: str, supporter: Supporter) -> dict[str, str]:
    """Return what stood before. Raises InvalidLink for anybody else's, and after an hour."""
    try:
        pk, before = signing.loads(token, salt=_UNDO, max_age=UNDO_FOR)
    except signing.BadSignature as error:
        raise InvalidLink from error
    if pk != supporter.pk:
        raise InvalidLink
    return dict(before)


def _signer(salt: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=salt, sep=".")


def _numbers(token: str, salt: str, lasts: timedelta, count: int = 2) -> tuple[list[int], str]:
    """Return the numbers a token is made of, and the mark of the address it speaks of; blank in one of before."""
    try:
        spoken = _signer(salt).unsign(token, max_age=lasts)
    except signing.SignatureExpired as error:
        raise LinkTooOld from error
    except signing.BadSignature as error:
        raise InvalidLink from error
    parts = spoken.split(":")
    numbers = [int(each) for each in parts[:count] if each.isdigit()]
    if len(numbers) != count or len(parts) > count + 1:
        raise InvalidLink
    return numbers, "".join(parts[count:])


def _url(name: str, token: str, language: str) -> str:
    with translation.override(language):
        return settings.PUBLIC_URL + reverse(name, args=[token])
