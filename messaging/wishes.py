"""Signed links by which people say, without signing in, what they want to get: one word, or their own page."""

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


def unsubscribe_url(contact_point: ContactPoint, purpose: ContactPurpose, language: str) -> str:
    """Return the absolute address that stops messages of one purpose to one address, by one click (RFC 8058)."""
    spoken = f"{contact_point.pk}:{purpose.purpose}:{purpose.organisation_id}:{purpose.scope}"
    return _url("messages_stop", signing.Signer(salt=_STOP, sep=".").sign(spoken), language)


def preferences_url(contact_point: ContactPoint, language: str) -> str:
    """Return the absolute address of the page where a person sees and changes what they get."""
    return _url("messages_own", sign_page(contact_point), language)


def own_path(contact_point: ContactPoint) -> str:
    """Return the path of that page in the language in force."""
    return reverse("messages_own", args=[sign_page(contact_point)])


def sign_page(contact_point: ContactPoint) -> str:
    """Return the token of somebody's own page."""
    return signing.Signer(salt=_PAGE, sep=".").sign(str(contact_point.pk))


def read_stop(token: str) -> tuple[ContactPoint, ContactPurpose]:
    """Return whose address is to hear no more of what. Raises InvalidLink."""
    pk, purpose, organisation_id, scope = _unsigned(token, _STOP).split(":", 3)
    point = _point(pk)
    return point, ContactPurpose(Purpose(purpose), point.channel, int(organisation_id), scope)  # type: ignore[arg-type]


def read_page(token: str) -> ContactPoint:
    """Return whose page it is. Raises InvalidLink."""
    return _point(_unsigned(token, _PAGE))


def _unsigned(token: str, salt: str) -> str:
    try:
        return signing.Signer(salt=salt, sep=".").unsign(token)
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
