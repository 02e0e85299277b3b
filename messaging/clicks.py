"""Links that are counted on the way, for texts whose writers asked for it: per sending and link, never per person."""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from messaging.link_sources import add_source
from messaging.models import LinkCount, Wording
from messaging.wording_rules import urls_of

_SALT = "messaging.clicks"
# What is sent to many at once; a batch of one person's own would make its count that person's trace.
_OF_MANY = "broadcast:"
_BEFORE_CODE = "."  # stands in no batch


class InvalidLink(ValueError):
    """The link was cut, mistyped or made up."""


def counted_batch(batch: str) -> str:
    """Return the sending under which a message's links are counted, blank for one that is a person's own."""
    return batch if batch.startswith(_OF_MANY) else ""


def click_urls(wording: Wording, batch: str, source: str = "") -> dict[str, str]:
    """Return for each web address of a wording the address that counts and then leads there.

    With a ``source`` it leads to our own site as links with that code do.
    """
    return {
        url: settings.PUBLIC_URL + reverse("message_link", args=[_sign(wording.pk, number, batch, source)])
        for number, url in enumerate(urls_of(wording.body))
    }


def _sign(wording_id: int, number: int, batch: str, source: str) -> str:
    code = f"{_BEFORE_CODE}{source}" if source else ""
    return signing.Signer(salt=_SALT, sep="~").sign(f"{wording_id}-{number}-{batch}{code}")


@transaction.atomic
def follow_link(token: str, *, is_counted: bool) -> str:
    """Return where a link leads, and count it. Raises InvalidLink; only addresses of a stored wording are led to."""
    try:
        wording_id, number, named = signing.Signer(salt=_SALT, sep="~").unsign(token).split("-", 2)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidLink from error
    batch, _mark, source = named.partition(_BEFORE_CODE)
    wording = Wording.objects.filter(pk=int(wording_id)).first()
    urls = urls_of(wording.body) if wording is not None else []
    if wording is None or int(number) >= len(urls):
        raise InvalidLink
    if is_counted:
        count, _new = LinkCount.objects.get_or_create(wording=wording, batch=batch, number=int(number))
        LinkCount.objects.filter(pk=count.pk).update(clicks=F("clicks") + 1)
    return add_source(urls[int(number)], source, settings.PUBLIC_URL) if source else urls[int(number)]
