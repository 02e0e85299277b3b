"""Measure whether an address we know and one we do not know are answered in the same time.

    python -m tools.equal_time [ROUNDS]

Asks the doors that take an address, by turns for a known and an unknown one, on the configured database, and takes
everything back afterwards. Prints the two medians in milliseconds and their ratio (docs/security.md has the figure).
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

import django

ROUNDS = 60
KNOWN, UNKNOWN = "equal.time.known@example.org", "equal.time.unknown@example.org"


def main(rounds: int = ROUNDS) -> int:
    """Print one line per door: medians for a known and an unknown address, and the first through the second."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    django.setup()
    from django.core.cache import cache
    from django.db import transaction
    from django.test.utils import override_settings

    local = {
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "equal-time"}},
        "ACCOUNT_RATE_LIMITS": False,
    }
    with override_settings(**local), transaction.atomic():
        for name, ask in _doors().items():
            known, unknown = _measure(ask, rounds, cache.clear)
            ratio = known / unknown
            sys.stdout.write(f"{name}: known {known:.2f} ms, unknown {unknown:.2f} ms, ratio {ratio:.2f}\n")
        transaction.set_rollback(True)
    return 0


def _measure(ask: Callable[[str], None], rounds: int, forget: Callable[[], None]) -> tuple[float, float]:
    spent: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for number in range(rounds + 5):
        for address in (KNOWN, UNKNOWN) if number % 2 else (UNKNOWN, KNOWN):
            forget()  # limits of rate count each ask
            started = time.perf_counter()
            ask(address)
            if number >= 5:  # the first few warm up
                spent[address].append((time.perf_counter() - started) * 1000)
    return statistics.median(spent[KNOWN]), statistics.median(spent[UNKNOWN])


def _doors() -> dict[str, Callable[[str], None]]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from accounts.models import User
    from messaging.models import OutboundMessage
    from people.enums import Channel
    from people.models import ContactPoint, Supporter

    User.objects.create_user(KNOWN)
    person = Supporter.objects.create(full_name="Known for a moment")
    ContactPoint.objects.create(
        supporter=person, channel=Channel.EMAIL, canonical=KNOWN, as_typed=KNOWN, verified_at=timezone.now()
    )
    host = settings.PUBLIC_URL.partition("://")[2]

    def post(path: str, address: str, wanted: int) -> None:
        client = Client(headers={"host": host, "sec-fetch-site": "same-origin"})
        answer = client.post(path, {"email": address}, secure=settings.PUBLIC_URL.startswith("https"))
        if answer.status_code != wanted:
            raise AssertionError(f"{path} answered {answer.status_code}")

    def sign_in(address: str) -> None:
        post(reverse("account_login"), address, 302)

    def your_data(address: str) -> None:
        OutboundMessage.objects.filter(template__in=["rights_link", "rights_nothing"]).delete()
        post(reverse("rights_ask"), address, 303)

    return {"sign in by code": sign_in, "send me my link": your_data}


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
