"""One machine, nothing installed but Python: SQLite, an embedded broker, mail and SMS caught locally."""

from config.secrets_file import local_key, local_secret
from config.settings.base import *

DEBUG = False
DEMO_MODE = True
LOCAL_OUTBOX = True
SECRET_KEY = local_secret(VAR_DIR, "secret-key")
KEYED_HASH_SECRET = local_secret(VAR_DIR, "keyed-hash-secret")
DATA_KEYS = [f"demo={local_key(VAR_DIR, 'data-key')}"]
ALTCHA_HMAC_KEY = local_secret(VAR_DIR, "altcha-key")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env_list("ALLOWED_HOSTS", [])]
MESSAGE_SENDERS = {
    "email": "integrations.outbox.sender.OutboxSender",
    "sms": "integrations.outbox.sender.OutboxSender",
}
SMS_PRICES = ["32=0.0945 EUR", "33=0.0798 EUR", "31=0.0950 EUR"]  # made up, to show what a text costs
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "config.static_storage.QuickManifestStaticFilesStorage"}}
EMAIL_BACKEND = "integrations.outbox.mail_backend.OutboxEmailBackend"
STAFF_SECOND_FACTOR_REQUIRED = env_bool("STAFF_SECOND_FACTOR_REQUIRED", False)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
