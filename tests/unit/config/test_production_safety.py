"""What the settings of a real installation say, read by a process of its own as a start would."""

import json
import subprocess
import sys

from django.conf import settings

TOLD = """
import json, django
django.setup()
from django.conf import settings as s
names = ["DEBUG", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT",
         "SECURE_HSTS_SECONDS", "LOCAL_OUTBOX", "DEMO_MODE", "ALLOWED_HOSTS", "STAFF_SECOND_FACTOR_REQUIRED"]
from django.core.management import call_command
call_command("check", "--deploy", "--fail-level", "WARNING")
print(json.dumps({name: getattr(s, name) for name in names}))
"""


def test_real_installation_is_shut(tmp_path) -> None:
    secrets = {name: f"{name}-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGH"
               for name in ("SECRET_KEY", "KEYED_HASH_SECRET", "ALTCHA_HMAC_KEY")}  # fmt: skip
    environment = {
        **secrets,
        "DATA_KEYS": "a=" + "A" * 43 + "=",
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PUBLIC_URL": "https://campaign.example.org",
        "DATABASE_URL": f"sqlite:///{tmp_path}/real.sqlite3",
        "CELERY_BROKER_URL": "filesystem://",
        "CACHE_URL": "locmem://",
        "DEFAULT_FROM_EMAIL": "hello@campaign.example.org",
        "CARILLON_VAR": str(tmp_path),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-c", TOLD],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told == {
        "DEBUG": False, "SESSION_COOKIE_NAME": "__Host-sessionid", "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax", "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000, "LOCAL_OUTBOX": False, "DEMO_MODE": False,
        "ALLOWED_HOSTS": ["campaign.example.org"], "STAFF_SECOND_FACTOR_REQUIRED": True,
    }  # fmt: skip
