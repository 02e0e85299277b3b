"""Whether a request is Twilio's own. Without a token in the settings none is."""

from django.conf import settings
from django.http import HttpRequest
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)


def is_signed(request: HttpRequest) -> bool:
    """Whether the signature is right for the address Twilio was told and every parameter of the form.

    The address is PUBLIC_URL's: what a proxy that ends TLS tells of host and scheme plays no part, and nothing in the
    request can choose it. Parameters nobody knew when this was written are signed like the others.
    """
    signature = request.headers.get(SIGNATURE_HEADER, "")
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER, ""))
    tokens = [token for token in (settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FORMER_AUTH_TOKEN) if token]
    return bool(signature) and any(
        RequestValidator(token).validate(address_of(request), request.POST, signature, algorithm) for token in tokens
    )


def address_of(request: HttpRequest) -> str:
    """Return the address Twilio was told to call, as it wrote it: the query's bytes are left alone."""
    query = request.META.get("QUERY_STRING", "")
    return f"{settings.PUBLIC_URL}{request.path}{'?' if query else ''}{query}"
