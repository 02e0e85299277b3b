"""The production settings as they are, with the secrets and addresses of a throw-away site behind one proxy."""

import os

_SITE = {
    "SECRET_KEY": "bench-only",
    "KEYED_HASH_SECRET": "bench-only-keyed-hash",
    "ALTCHA_HMAC_KEY": "bench-only-altcha",
    "PUBLIC_URL": "https://bench.example.org",
    "CELERY_BROKER_URL": "memory://",
    "CACHE_URL": "locmem://",
    "DEFAULT_FROM_EMAIL": "Bench <bench@bench.example.org>",
    "TRUSTED_PROXY_COUNT": "1",
    "LOG_LEVEL": "WARNING",
    # A login made for the run has no second factor; what the staff see is measured, not how they sign in.
    "STAFF_SECOND_FACTOR_REQUIRED": "0",
}
for _name, _value in _SITE.items():
    os.environ.setdefault(_name, _value)

from config.settings.production import *  # noqa: E402, F403

# What is delivered goes to the local outbox: the same sink the bare loop writes to.
MESSAGE_SENDERS = {
    "email": "integrations.outbox.sender.OutboxSender",
    "sms": "integrations.outbox.sender.OutboxSender",
}
