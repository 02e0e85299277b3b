"""Settings of the processes that the kill tests start and kill: as in the tests, with a sink that can be read after."""

from config.settings.test import *

_SINK = "tests.faults.sink.FileSink"
MESSAGE_SENDERS = {"email": _SINK, "sms": _SINK}
DATABASES["default"]["NAME"] = env_str("CARILLON_KILL_DATABASE")
DATABASES["default"]["CONN_MAX_AGE"] = 60
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
CACHES = {"default": cache_from("locmem://")}
CELERY_BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = env_str("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL.startswith("redis"):
    # Tests beside one another share a Redis, and never each other's tasks.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": env_str("CARILLON_KILL_QUEUES")}
INTAKE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
QUIET_HOURS = "off"  # what the processes send is looked at whatever the clock on the wall shows
