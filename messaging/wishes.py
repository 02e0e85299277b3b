"""Signed links by which people say, without signing in, what they want to get: one word, or their own page."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from people.consent import ContactPurpose
from people.enums import Purpose
from people.models import ContactPoint

_STOP = "messaging.wishes.stop"
_PAGE = "messaging.wishes.page"


class InvalidLink(ValueError):
    """The link was cut, mistyped or made up, or whose it was is gone."""


class LinkTooOld(InvalidLink):
    """The link to somebody's own page is genuine, and too old to open it; ``point`` is the address it was sent to."""

    def __init__(self, point: ContactPoint) -> None:
        super().__init__()
        self.point = point


def unsubscribe_url(contact_point: ContactPoint, purpose: ContactPurpose, language: str) -> str:
    """Return the absolute address that stops messages of one purpose to one address, by one click (RFC 8058)."""
    spoken = f"{contact_point.pk}:{purpose.purpose}:{purpose.organisation_id}:{purpose.scope}"
    return _url("messages_stop", _signer(_STOP).sign(spoken), language)


def preferences_url(contact_point: ContactPoint, language: str) -> str:
    """Return the absolute address of the page where a person sees and changes what they get."""
    return _url("messages_own", sign_page(contact_point), language)


def own_path(contact_point: ContactPoint) -> str:
    """Return the path of that page in the language in force."""
    return reverse("messages_own", args=[sign_page(contact_point)])


def sign_page(contact_point: ContactPoint) -> str:
    """Return the token of somebody's own page, which opens it for settings.OWN_PAGE_DAYS."""
    return _signer(_PAGE).sign(str(contact_point.pk))


def read_stop(token: str) -> tuple[ContactPoint, ContactPurpose]:
    """Return whose address is to hear no more of what, however old the link. Raises InvalidLink."""
    pk, purpose, organisation_id, scope = _unsigned(token, _STOP).split(":", 3)
    point = _point(pk)
    return point, ContactPurpose(Purpose(purpose), point.channel, int(organisation_id), scope)  # type: ignore[arg-type]


def is_young_stop(token: str) -> bool:
    """Whether a stop link was made so lately that it may lead on to the person's own page."""
    try:
        _unsigned(token, _STOP, max_age=_own_page_lasts())
    except signing.SignatureExpired:
        return False
    return True


def read_page(token: str) -> ContactPoint:
    """Return whose page it is. Raises LinkTooOld after settings.OWN_PAGE_DAYS, and InvalidLink."""
    try:
        return _point(_unsigned(token, _PAGE, max_age=_own_page_lasts()))
    except signing.SignatureExpired as error:
        raise LinkTooOld(_point(_unsigned(token, _PAGE))) from error


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


def _point(pk: str) -> ContactPoint:
    point = ContactPoint.objects.select_related("supporter").filter(pk=int(pk)).first()
    if point is None:
        raise InvalidLink
    return point


def _url(name: str, token: str, language: str) -> str:
    with translation.override(language):
        return settings.PUBLIC_URL + reverse(name, args=[token])
