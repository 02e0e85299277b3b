"""The production settings as they are, with the secrets and addresses of a throw-away site behind one proxy."""

import os

_SITE = {
    "SECRET_KEY": "bench-only",
    "KEYED_HASH_SECRET": "bench-only-keyed-hash",
    "DATA_KEYS": "bench=YmVuY2gtb25seS1rZXktMDEyMzQ1Njc4OTAxMjM0NTY=",
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

# A provider in a process of its own (bench/sinks.py), for whoever measures sending itself.
if os.environ.get("BENCH_SINK_PORT"):
    _port = int(os.environ["BENCH_SINK_PORT"])
    MESSAGE_SENDERS = {
        "email": "integrations.email.sender.EmailSender",
        "sms": "integrations.twilio.sender.TwilioSender",
    }
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_USE_SSL = "127.0.0.1", _port, False, False
    EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
    TWILIO_API_URL = f"http://127.0.0.1:{_port}"
    TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN = "AC" + "0" * 32, "token-of-tests"
    TWILIO_MESSAGING_SERVICE_SID = "MG" + "1" * 32
    TWILIO_API_KEY_SID = TWILIO_API_KEY_SECRET = ""
