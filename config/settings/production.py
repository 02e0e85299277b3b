"""The real thing. Every secret comes from the environment; a missing one stops the start and says how to mend it."""

from config.env import env_keys
from config.settings.base import *

_MAKE_ONE = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))' and keep it in .env."

DEBUG = False
SECRET_KEY = env_str("SECRET_KEY", hint=_MAKE_ONE)
KEYED_HASH_SECRET = env_str(
    "KEYED_HASH_SECRET",
    hint=f"{_MAKE_ONE} It keys the hashes of addresses; changing it later forgets all suppressions of erased people.",
)
DATA_KEYS = env_keys(
    "DATA_KEYS",
    hint="Make one with: python3 -c 'import base64, os; print(\"a=\" + base64.b64encode(os.urandom(32)).decode())' and "
    "keep it in .env, with a copy apart from the backups: without it nobody can read what people wrote.",
)
ALTCHA_HMAC_KEY = env_str("ALTCHA_HMAC_KEY", hint=_MAKE_ONE)
PUBLIC_URL = env_str(
    "PUBLIC_URL", hint="Set it to the site's address, for instance https://campaign.example.org."
).rstrip("/")
WAGTAILADMIN_BASE_URL = PUBLIC_URL
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", [PUBLIC_URL.split("://")[-1].split("/")[0].split(":")[0]])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [PUBLIC_URL])
DATABASES = {
    "default": database_from(
        env_str(
            "DATABASE_URL",
            hint="For instance postgres://carillon:password@db:5432/carillon, or sqlite:////data/carillon.sqlite3.",
        )
    )
}
CELERY_BROKER_URL = env_str(
    "CELERY_BROKER_URL",
    hint="For instance redis://redis:6379/0, amqp://…, or filesystem:// for a single machine.",
)
CACHES = {
    "default": cache_from(
        env_str(
            "CACHE_URL",
            hint="For instance redis://redis:6379/1, or locmem:// when one single web process serves the site.",
        )
    )
}
DEFAULT_FROM_EMAIL = env_str(
    "DEFAULT_FROM_EMAIL",
    hint="The address mail comes from, for instance Campaign <hello@campaign.example.org>.",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_HOST = env_str("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env_str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 30

if MESSAGE_SENDERS["sms"] == "integrations.twilio.sender.TwilioSender":
    _TWILIO_CONSOLE = "It stands in Twilio's console; docs/integrations-twilio.md says where."
    TWILIO_ACCOUNT_SID = env_str("TWILIO_ACCOUNT_SID", hint=_TWILIO_CONSOLE)
    TWILIO_AUTH_TOKEN = env_str("TWILIO_AUTH_TOKEN", hint=f"{_TWILIO_CONSOLE} Twilio signs its reports with it.")
    TWILIO_MESSAGING_SERVICE_SID = env_str("TWILIO_MESSAGING_SERVICE_SID", hint=_TWILIO_CONSOLE)

SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]  # Prometheus asks inside the network
SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env_bool("SECURE_HSTS_PRELOAD", True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A browser takes such a cookie over HTTPS alone, for this one host; no other host of the domain can plant it.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
