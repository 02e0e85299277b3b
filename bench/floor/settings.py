"""Same database settings as the product, and nothing else of it."""

import os

from config.settings.base import database_from

SECRET_KEY = "bench-only"  # noqa: S105 - nothing is signed with it
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bench.floor"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.floor.urls"
DATABASES = {"default": database_from(os.environ["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGGING_CONFIG = None
