"""Which Messaging Service an organisation's texts leave from, and whose a service is. A service is named MG…"""

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def service_of(organisation_slug: str) -> str:
    """Return the Messaging Service an organisation writes from: its own, else the one of all."""
    return _services(tuple(settings.TWILIO_MESSAGING_SERVICES)).get(
        organisation_slug, settings.TWILIO_MESSAGING_SERVICE_SID
    )


def owner_of(service: str) -> str:
    """Return the short name of the organisation a service is for, blank for the one of all and for unknown ones."""
    if not service or service == settings.TWILIO_MESSAGING_SERVICE_SID:
        return ""
    owners = {sid: slug for slug, sid in _services(tuple(settings.TWILIO_MESSAGING_SERVICES)).items()}
    return owners.get(service, "")


@lru_cache(maxsize=8)
def _services(lines: tuple[str, ...]) -> dict[str, str]:
    services = {}
    for line in lines:
        slug, _equals, sid = (part.strip() for part in line.partition("="))
        if not (slug and sid.startswith("MG")):
            raise ImproperlyConfigured(f"TWILIO_MESSAGING_SERVICES: {line!r} is not like short-name=MG0123….")
        services[slug] = sid
    return services
