"""Settings every environment shares. Nothing here is secret and nothing reads another machine."""

import warnings
from pathlib import Path
from typing import Any

import dj_database_url
import wagtail  # noqa: F401 - before our filter of its warnings
from django.utils.translation import gettext_lazy as _

from config.env import env_bool, env_int, env_list, env_rates, env_str
from config.settings.api import *
from config.settings.browser_policies import *
from config.settings.exports import *
from config.settings.mail_providers import MAIL_PROVIDER_SETTINGS
from config.settings.registries import *
from config.settings.uploads import *

# Wagtail 8 imports its own deprecated modules; the warning is for its authors. (Importing it sets its own filter.)
warnings.filterwarnings("ignore", message=r"wagtail\.\w+(\.\w+)*\.permission_policy is deprecated")

# The setting below that chooses https for addresses typed without a scheme is transitional until Django 6.
warnings.filterwarnings("ignore", message="The FORMS_URLFIELD_ASSUME_HTTPS")

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env_str("CARILLON_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "cms",
    "dashboards",
    "integrations",
    "integrations.outbox.apps.OutboxConfig",
    "rights",
    "coalition",
    "audiences",
    "outreach",
    "volunteers",
    "events",
    "campaigns",
    "messaging",
    "people",
    "accounts",
    "places",
    "core",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_altcha",
    "django_countries",  # its catalogues: names of countries in every language
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "rules.apps.AutodiscoverRulesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "core.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.StaffPolicyMiddleware",
    # Answers anonymous page views and accepts anonymous forms before sessions are looked at.
    "cms.middleware.PublicPageCacheMiddleware",
    "cms.middleware.PublicFormMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.SiteLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.session_limits.SessionLimitsMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "cms.staff_guard.StaffGuardMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "core.context_processors.environment",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------

SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE: a transaction that will write says so at once, so two writers queue instead of failing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; PRAGMA cache_size=-16000;"
    ),
}


def database_from(url: str) -> dict[str, Any]:
    """Return Django's settings for a database URL (sqlite or postgres), with our durable options."""
    # A pooler that lends connections for a transaction at a time knows nothing of what a session keeps: cursors on the
    # server, and prepared statements (core/prepared_statements.py).
    is_pooled = env_bool("DATABASE_TRANSACTION_POOLER", False)
    parsed = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True, disable_server_side_cursors=is_pooled)
    database: dict[str, Any] = dict(parsed)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {**database.get("OPTIONS", {}), **SQLITE_OPTIONS}
    return database


DATABASES = {"default": database_from(env_str("DATABASE_URL", f"sqlite:///{VAR_DIR}/carillon.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def cache_from(url: str) -> dict[str, Any]:
    """Return Django's settings for a cache URL: ``locmem://`` or ``redis://…``."""
    if url.startswith(("redis://", "rediss://", "unix://")):
        return {"BACKEND": "core.redis_cache.FallbackRedisCache", "LOCATION": url}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}


CACHES = {"default": cache_from(env_str("CACHE_URL", "locmem://"))}

# --- People who sign in -------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Signing in with a code proves the address each time; there is no separate step to confirm it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_ADAPTER = "accounts.adapters.StaffAccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Carillon"
# A code typed as the half minute turns, or on a phone whose clock is a little off, is right (RFC 6238 §5.2: one step).
MFA_TOTP_TOLERANCE = 1
STAFF_SECOND_FACTOR_REQUIRED = env_bool("STAFF_SECOND_FACTOR_REQUIRED", True)
# After so many minutes without a request, and so many hours in any case, the staff area asks to sign in anew; 0: never.
STAFF_SESSION_IDLE_MINUTES = env_int("STAFF_SESSION_IDLE_MINUTES", 120)
STAFF_SESSION_HOURS = env_int("STAFF_SESSION_HOURS", 12)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Languages ----------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("nl", "Nederlands"), ("ar", "العربية")]
WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "Français"), ("nl", "Nederlands"), ("ar", "العربية")]
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English"), ("fr", "Français"), ("nl", "Nederlands")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env_str("TIME_ZONE", "Europe/Brussels")

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env_str("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
# Off where a proxy or an object store serves uploaded images.
SERVE_MEDIA = env_bool("SERVE_MEDIA", True)
STORAGES = {
    "default": {"BACKEND": "core.whole_files.WholeFileStorage"},
    # Files that no address serves by itself: partners' encrypted exports, materials. Shared by all hosts where there
    # are several.
    "private": {
        "BACKEND": "core.whole_files.WholeFileStorage",
        "OPTIONS": {
            "location": env_str("PRIVATE_ROOT", str(VAR_DIR / "private")),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Wagtail: nothing phones out -----------------------------------------------------------------

WAGTAIL_SITE_NAME = "Carillon"
WAGTAILADMIN_BASE_URL = env_str("PUBLIC_URL", "http://127.0.0.1:8000")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
# A page sent to be translated is a draft until somebody publishes it: else its old words stand under a new language.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
TAGGIT_CASE_INSENSITIVE = True

# --- The one way out ------------------------------------------------------------------------------

PUBLIC_URL = WAGTAILADMIN_BASE_URL.rstrip("/")
MESSAGE_SENDERS = {
    "email": env_str("EMAIL_SENDER", "integrations.email.sender.EmailSender"),
    "sms": env_str("SMS_SENDER", "integrations.outbox.sender.OutboxSender"),
}
# Messages per second over all workers: per channel, and per channel:organisation where one has a sender of its own.
MESSAGE_RATES = env_rates("MESSAGE_RATES", {"email": 0, "sms": 0})
# When nobody is texted but in answer to what they just did, on the recipient's own clock; "off" for never.
QUIET_HOURS = env_str("QUIET_HOURS", "21:00-08:00")
DEFAULT_FROM_EMAIL = env_str("DEFAULT_FROM_EMAIL", "Carillon <noreply@localhost>")
EMAIL_BACKEND = env_str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
# Where mail that cannot be delivered comes back to, a "+reference" of its own added (docs/integrations-email.md).
MAIL_BOUNCE_ADDRESS = env_str("MAIL_BOUNCE_ADDRESS", "")
ANYMAIL = MAIL_PROVIDER_SETTINGS
# More confirmations than these to one address, over all petitions, are written down and not sent.
CONFIRMATIONS_PER_ADDRESS_HOUR = env_int("CONFIRMATIONS_PER_ADDRESS_HOUR", 6)
CONFIRMATIONS_PER_ADDRESS_DAY = env_int("CONFIRMATIONS_PER_ADDRESS_DAY", 20)
# For how many days after a partner left a campaign its mobilisers' phones may hand in what was recorded before.
PARTNER_LEFT_GRACE_DAYS = env_int("PARTNER_LEFT_GRACE_DAYS", 14)
# Where journeys may call other systems: hosts, over HTTPS alone, each call signed with the secret. None: nowhere.
WEBHOOK_CALLER = "integrations.webhooks.caller.HttpsCaller"
WEBHOOK_HOSTS = env_list("WEBHOOK_HOSTS", [])
WEBHOOK_SECRET = env_str("WEBHOOK_SECRET", "")
WEBHOOK_ALLOW_PRIVATE = env_bool("WEBHOOK_ALLOW_PRIVATE", False)
# A broadcast to so many people or more waits for the word of a second person.
BROADCAST_APPROVAL_ABOVE = env_int("BROADCAST_APPROVAL_ABOVE", 500)
# What an organisation writes within so many hours in one campaign counts together for that.
BROADCAST_APPROVAL_HOURS = env_int("BROADCAST_APPROVAL_HOURS", 24)
# How large a file of materials for partners may be, in millions of bytes.
MATERIAL_MAX_MB = env_int("MATERIAL_MAX_MB", 50)
# For so many days the link in a message opens its reader's own page; then a fresh one is sent to the address.
OWN_PAGE_DAYS = env_int("OWN_PAGE_DAYS", 400)
# For how long the mailed link to what we hold about somebody opens, and the link to their copy.
RIGHTS_LINK_HOURS = env_int("RIGHTS_LINK_HOURS", 24)
RIGHTS_COPY_DAYS = env_int("RIGHTS_COPY_DAYS", 7)
# Where it is written who was erased, outside the database and its backups, and for how many days backups are kept.
ERASED_ROOT = Path(env_str("ERASED_ROOT", str(VAR_DIR / "erased")))
BACKUP_DAYS = env_int("BACKUP_DAYS", 365)
# What one segment of a text message costs, by calling code: "32=0.0945 EUR, 33=0.08 EUR". Others are shown as unknown.
SMS_PRICES = env_list("SMS_PRICES", [])
# The account at Twilio, when SMS_SENDER is integrations.twilio.sender.TwilioSender (docs/integrations-twilio.md).
TWILIO_ACCOUNT_SID = env_str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env_str("TWILIO_AUTH_TOKEN", "")
# The token that is being replaced: what is signed with it is still believed.
TWILIO_FORMER_AUTH_TOKEN = env_str("TWILIO_FORMER_AUTH_TOKEN", "")
# An API key to send with instead of the token, which then only checks signatures.
TWILIO_API_KEY_SID = env_str("TWILIO_API_KEY_SID", "")
TWILIO_API_KEY_SECRET = env_str("TWILIO_API_KEY_SECRET", "")
TWILIO_MESSAGING_SERVICE_SID = env_str("TWILIO_MESSAGING_SERVICE_SID", "")
# Organisations that write from a service of their own: "short-name=MG…, other=MG…".
TWILIO_MESSAGING_SERVICES = env_list("TWILIO_MESSAGING_SERVICES", [])
TWILIO_EDGE = env_str("TWILIO_EDGE", "")
TWILIO_REGION = env_str("TWILIO_REGION", "")
# Where Twilio's API answers, should it not be https://api.twilio.com: a gateway of one's own, or a test's server.
TWILIO_API_URL = env_str("TWILIO_API_URL", "")
TWILIO_TIMEOUT_SECONDS = env_int("TWILIO_TIMEOUT_SECONDS", 15)
# --- Background -----------------------------------------------------------------------------------

CELERY_BROKER_URL = env_str("CELERY_BROKER_URL", "filesystem://")
CELERY_BROKER_DIR = VAR_DIR / "broker"
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"

# --- Safety ---------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor posts many
# How many proxies stand in front of us and set X-Forwarded-For; 0 means the peer's address is the person's.
TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT  # sign-in limits count by the person's address too
# Networks (CIDR) that may sign often from one address, an event's Wi-Fi for instance; staff add more in the settings.
INTAKE_ALLOWED_NETWORKS = env_list("INTAKE_ALLOWED_NETWORKS", [])
# Prometheus' password for /metrics; without one there is no such page and requests are not measured.
METRICS_TOKEN = env_str("METRICS_TOKEN", "")
if METRICS_TOKEN:
    MIDDLEWARE = [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        *MIDDLEWARE,
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ]
ALTCHA_JS_URL = ""
ALTCHA_INCLUDE_TRANSLATIONS = False

# The local outbox page (/outbox/) and other conveniences that must never exist in production.
LOCAL_OUTBOX = False
DEMO_MODE = False

# --- Logs -----------------------------------------------------------------------------------------

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
LOG_LEVEL = env_str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "config.logs.plain_formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django_structlog": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "twilio": {"level": "WARNING"},  # it would log every request
    },
}
LANGUAGE_NAMES = dict(LANGUAGES)
SILENCED_SYSTEM_CHECKS: list[str] = []
SITE_TAGLINE = _("Campaigns people can trust")
