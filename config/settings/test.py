"""What the tests run on: the embedded default, or the services named in the environment."""

import os

from config.settings.base import *

DEBUG = False
SECRET_KEY = "tests-only"  # noqa: S105 - never used outside the tests
KEYED_HASH_SECRET = "tests-only-keyed-hash"  # noqa: S105
DATA_KEYS = ["tests=" + "dGVzdHMtb25seS1rZXktMDEyMzQ1Njc4OTAxMjM0NTY="]
ALTCHA_HMAC_KEY = "tests-only-altcha"
ALLOWED_HOSTS = ["*"]
LOCAL_OUTBOX = True
MESSAGE_SENDERS = {
    "email": "integrations.outbox.sender.OutboxSender",
    "sms": "integrations.outbox.sender.OutboxSender",
}
EMAIL_BACKEND = "integrations.outbox.mail_backend.OutboxEmailBackend"
DATABASES = {"default": database_from(env_str("DATABASE_URL", f"sqlite:///{VAR_DIR}/test-base.sqlite3"))}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A real file, so that threads and the live server see what the test wrote, as in the demo.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # Nobody waits for the disk. The processes the kill tests kill do (tests/faults/settings.py), as in production.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
STAFF_SECOND_FACTOR_REQUIRED = False
STAFF_SESSION_IDLE_MINUTES = STAFF_SESSION_HOURS = 0  # tests move the clock by days; those of the limits set them
REAUTHENTICATION_SECONDS = 0
CELERY_TASK_ALWAYS_EAGER = False
ACCOUNT_RATE_LIMITS = False
LOG_LEVEL = "WARNING"
LOGGING["root"]["level"] = LOG_LEVEL  # type: ignore[index]

# Emptying the cache empties a whole Redis database, so each worker of the test run has one of its own.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
if "redis" in CACHES["default"]["BACKEND"] and _worker.isdecimal():
    _address, _, _database = CACHES["default"]["LOCATION"].rpartition("/")
    CACHES["default"]["LOCATION"] = f"{_address}/{int(_database or 0) + int(_worker)}"
