"""Signed links by which people say, without signing in, what they want to get: one word, or their own page."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from core.audit import describe_target
from core.models import AuditEntry
from people.addresses import address_index
from people.consent import ContactPurpose
from people.enums import Purpose
from people.models import ContactPoint

_STOP = "messaging.wishes.stop"
_PAGE = "messaging.wishes.page"
# What the trail says where somebody put a new address in the place of an older one.
ADDRESS_REPLACED = "rights.contact_point.replaced"
_MARK = 16


class InvalidLink(ValueError):
    """The link was cut, mistyped or made up, or whose it was is gone."""


class LinkTooOld(InvalidLink):
    """The link to somebody's own page is genuine, and too old to open it; ``point`` is the address it was sent to."""

    def __init__(self, point: ContactPoint) -> None:
        super().__init__()
        self.point = point


def unsubscribe_url(contact_point: ContactPoint, purpose: ContactPurpose, language: str) -> str:
    """Return the absolute address that stops messages of one purpose to one address, by one click (RFC 8058)."""
    spoken = f"{_named(contact_point)}:{purpose.purpose}:{purpose.organisation_id}:{purpose.scope}"
    return _url("messages_stop", _signer(_STOP).sign(spoken), language)


def preferences_url(contact_point: ContactPoint, language: str) -> str:
    """Return the absolute address of the page where a person sees and changes what they get."""
    return _url("messages_own", sign_page(contact_point), language)


def own_path(contact_point: ContactPoint) -> str:
    """Return the path of that page in the language in force."""
    return reverse("messages_own", args=[sign_page(contact_point)])


def sign_page(contact_point: ContactPoint) -> str:
    """Return the token of somebody's own page, which opens it for settings.OWN_PAGE_DAYS."""
    return _signer(_PAGE).sign(_named(contact_point))


def address_mark(point: ContactPoint) -> str:
    """Return what a link says of the address it is mailed to, so that it opens nothing once that is another one."""
    return address_index(point.channel, point.canonical)[:_MARK]


def is_mailed_to(point: ContactPoint, mark: str) -> bool:
    """Whether a link with this mark was mailed to the address as it stands; without one, whether none was replaced."""
    if mark:
        return mark == address_mark(point)
    replaced = AuditEntry.objects.filter(action=ADDRESS_REPLACED, target=describe_target(point.supporter))
    return not replaced.exists()


def read_stop(token: str) -> tuple[ContactPoint, ContactPurpose]:
    """Return whose address is to hear no more of what, however old the link. Raises InvalidLink.

    It says no for the person also where their address is another one by now; it leads no further then.
    """
    name, purpose, organisation_id, scope = _unsigned(token, _STOP).split(":", 3)
    point = _point(name)
    return point, ContactPurpose(Purpose(purpose), point.channel, int(organisation_id), scope)  # type: ignore[arg-type]


def is_young_stop(token: str) -> bool:
    """Whether a stop link was made so lately, for the address as it stands, that it may lead on to one's own page."""
    try:
        name = _unsigned(token, _STOP, max_age=_own_page_lasts()).partition(":")[0]
    except signing.SignatureExpired:
        return False
    return is_mailed_to(_point(name), name.partition("-")[2])


def read_page(token: str) -> ContactPoint:
    """Return whose page it is. Raises LinkTooOld after settings.OWN_PAGE_DAYS, and InvalidLink, also for a link mailed
    to an address in whose place another one stands."""
    try:
        return _still_there(_unsigned(token, _PAGE, max_age=_own_page_lasts()))
    except signing.SignatureExpired as error:
        raise LinkTooOld(_still_there(_unsigned(token, _PAGE))) from error


def _still_there(name: str) -> ContactPoint:
    point = _point(name)
    if not is_mailed_to(point, name.partition("-")[2]):
        raise InvalidLink
    return point


def _named(point: ContactPoint) -> str:
    return f"{point.pk}-{address_mark(point)}"


def _own_page_lasts() -> timedelta:
    return timedelta(days=settings.OWN_PAGE_DAYS)


def _signer(salt: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=salt, sep=".")


def _unsigned(token: str, salt: str, max_age: timedelta | None = None) -> str:
    """Return what was signed. Raises SignatureExpired for what is older than ``max_age``, and InvalidLink."""
    try:
        return _signer(salt).unsign(token, max_age=max_age)
    except signing.SignatureExpired:
        raise
    except signing.BadSignature as error:
        raise InvalidLink from error


def _point(name: str) -> ContactPoint:
    """Return the address of a link; one of before says its number alone."""
    pk = name.partition("-")[0]
    point = ContactPoint.objects.select_related("supporter").filter(pk=int(pk)).first()
    if point is None:
        raise InvalidLink
    return point


def _url(name: str, token: str, language: str) -> str:
    with translation.override(language):
        return settings.PUBLIC_URL + reverse(name, args=[token])
